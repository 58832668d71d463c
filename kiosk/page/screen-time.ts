/**
 * How long each screen stays. A result can be read for at least three seconds (eight with a message) and waits while
 * somebody uses the screen; a task warns twenty seconds ahead and goes on with one press; personal details leave after
 * fifteen seconds without anybody.
 */
import type { Screen, View } from './screen-state.ts'

/** Name, hours and work are shown this long after the last press. */
export const DETAILS_MS = 15_000
/** After the details have gone, the undo button stays at least this long, or the screen clears at once. */
export const REDUCED_KEEPS_MS = 3_000
/** A message (ignored, unknown, revoked, problem, undone). */
export const MESSAGE_MS = 12_000
/** A task: keypad, choosing work, the question about yesterday. */
export const TASK_MS = 60_000
export const WARNING_MS = 20_000
/** Nothing followed a touch: the kiosk process is stuck or gone. */
const READING_MS = 5_000
/** A language or the low layout chosen on the idle screen by somebody who went away. */
export const LANGUAGE_MS = 30_000

/** Ms until the screen clears by itself; undefined for the idle screen. */
export function timeLeft({ view, stirredAt }: Pick<Screen, 'view' | 'stirredAt'>, now: number): number | undefined {
  const quietSince = Math.max('since' in view ? view.since : 0, stirredAt)
  switch (view.kind) {
    case 'idle':
      return undefined
    case 'reading':
      return view.since + READING_MS - now
    case 'tap':
      return isTask(view) ? quietSince + TASK_MS - now : resultLeft(view, quietSince, now)
    case 'problem':
    case 'enrolled':
      return quietSince + MESSAGE_MS - now
    case 'keypad':
      return quietSince + TASK_MS - now
    case 'enrolment':
      return view.until - now
    case 'sound':
      return quietSince + WARNING_MS - now
  }
}

/** In the last twenty seconds of a task: the seconds to warn with. */
export function warning(screen: Pick<Screen, 'view' | 'stirredAt'>, now: number): number | undefined {
  const left = isTask(screen.view) ? timeLeft(screen, now) : undefined
  return left !== undefined && left <= WARNING_MS ? Math.max(0, Math.ceil(left / 1_000)) : undefined
}

export function isOver(screen: Pick<Screen, 'view' | 'stirredAt'>, now: number): boolean {
  const left = timeLeft(screen, now)
  return left !== undefined && left <= 0
}

/** A screen that asks for several presses. */
export function isTask(view: View): boolean {
  return (
    view.kind === 'keypad' ||
    (view.kind === 'tap' && !view.voided && (view.panel !== 'summary' || view.question === 'open'))
  )
}

function resultLeft(view: View & { kind: 'tap' }, quietSince: number, now: number): number {
  if (view.voided) return quietSince + MESSAGE_MS - now
  const details = quietSince + DETAILS_MS
  // The reduced screen lives for the rest of the undo window.
  return (
    (view.undoUntil - details >= REDUCED_KEEPS_MS || view.reduced ? Math.max(view.undoUntil, details) : details) - now
  )
}
