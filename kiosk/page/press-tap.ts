/** Presses on the screen of a tap: switch, undo, which work, when she left yesterday. Pure; a part of `screen.ts`. */

import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { AssignmentId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { HOUR_MS, type Instant, MINUTE_MS, rollOverAfter } from '../../central-sync/protocol/time.ts'
import type { ShownAnswer } from '../check-in/kiosk-event.ts'
import type { PageAction } from './page-action.ts'
import { type Press, type Screen, type Step, shownResult, type TapView } from './screen-state.ts'

type TapPress = Extract<
  Press,
  { press: 'switch' | 'undo' | 'work' | 'choose' | 'take-seat' | 'question' | 'step' | 'tell' | 'skip' }
>
type Question = NonNullable<ShownAnswer['question']>

/** Steps of the time picker. */
const GRID_MS = 5 * MINUTE_MS
const SESSION_MAX_MS = 16 * HOUR_MS

export function pressTap(screen: Screen, view: TapView, pressed: TapPress, now: number): Step {
  const question = view.answer?.question
  switch (pressed.press) {
    case 'switch':
      if (view.voided || now > view.switchUntil) return become(screen, view)
      return act(screen, view, { do: 'switch', id: view.tap.id, claim: otherDirection(view) })
    case 'undo':
      if (view.voided || now > view.undoUntil) return become(screen, view)
      return act(screen, view, { do: 'undo', id: view.tap.id })
    case 'work':
      return become(screen, { ...view, panel: 'work' })
    case 'choose':
      return act(screen, view, { do: 'choose', id: view.tap.id, assignment: pressed.assignment as AssignmentId })
    case 'take-seat': {
      if (view.voided || view.seat?.state !== 'offered') return become(screen, view)
      const resource = pressed.resource as ResourceId
      return act(screen, view, { do: 'take-seat', id: view.tap.id, resource })
    }
    case 'question':
      return become(
        screen,
        question === undefined ? view : { ...view, panel: 'question', end: view.end ?? firstEnd(question) },
      )
    case 'step': {
      if (question === undefined || view.end === undefined) return become(screen, view)
      return become(screen, { ...view, end: stepEnd(question, view.end, pressed.minutes) })
    }
    case 'tell':
      return act(screen, view, { do: 'tell-end', id: view.tap.id, end: pressed.end })
    case 'skip':
      return become(screen, { ...view, panel: 'summary', question: 'skipped' })
  }
}

/** The direction the switch button offers. */
export function otherDirection(view: TapView): Direction {
  const result = shownResult(view)
  const standing = result === 'ignored' ? (view.answer?.standing ?? view.tap.standing ?? view.claim) : view.claim
  return standing === 'in' ? 'out' : 'in'
}

/** What the time picker starts with: the suggestion, or eight hours after the start at most. */
export function firstEnd(question: Question): Instant {
  return question.suggestion ?? clampEnd(question, toGrid(question.start + 8 * HOUR_MS))
}

/** Inside the session's bounds: after its start, within sixteen hours and before the roll-over at five. */
export function stepEnd(question: Question, end: Instant, minutes: number): Instant {
  return clampEnd(question, toGrid(end) + minutes * MINUTE_MS)
}

function clampEnd({ start }: Question, end: Instant): Instant {
  const last = Math.min(start + SESSION_MAX_MS, rollOverAfter(start) - GRID_MS)
  const first = Math.ceil((start + 1) / GRID_MS) * GRID_MS
  return Math.max(first, Math.min(Math.floor(last / GRID_MS) * GRID_MS, end))
}

function toGrid(at: Instant): Instant {
  return Math.floor(at / GRID_MS) * GRID_MS
}

function become(screen: Screen, view: TapView): Step {
  return { screen: { ...screen, view: { ...view, notice: undefined } }, effects: [] }
}

function act(screen: Screen, view: TapView, action: PageAction): Step {
  return { screen: { ...screen, view: { ...view, notice: undefined } }, effects: [{ act: action }] }
}
