/**
 * What the kiosk's screen shows, as a pure reducer: (screen, input, now) → screen and effects. `now` is the page's
 * monotonic clock in ms. Nothing of one person survives into the screen of the next.
 */
import type { KeptTap, ShownAnswer } from '../check-in/kiosk-event.ts'
import type { PageAction } from './page-action.ts'
import { pressCare, stirCare, typeCare } from './press-care.ts'
import { pressKeypad } from './press-keypad.ts'
import { pressTap } from './press-tap.ts'
import { type Effect, type Input, type Press, rest, type Screen, type Step } from './screen-state.ts'
import { DETAILS_MS, isOver, LANGUAGE_MS, REDUCED_KEEPS_MS } from './screen-time.ts'
import { takeEvent } from './take-event.ts'

/** One step of the screen. */
export function stepScreen(screen: Screen, input: Input, now: number): Step {
  switch (input.t) {
    case 'event':
      return takeEvent(screen, input.event, now)
    case 'press':
      return press({ ...screen, stirredAt: now }, input.press, now)
    case 'refused':
      return only(refused(screen, input.about, input.code, now))
    case 'stirred':
      return stirCare({ ...screen, stirredAt: now }, now)
    case 'tick':
      return only(passTime(screen, now))
    case 'disconnected':
      return only({ ...screen, connected: false })
    case 'page':
      return only({ ...screen, page: { focused: input.focused, visible: input.visible, ime: input.ime } })
    case 'sound-blocked':
      return only({ ...screen, soundBlocked: input.blocked })
  }
}

function only(screen: Screen): Step {
  return { screen, effects: [] }
}

function press(screen: Screen, pressed: Press, now: number): Step {
  switch (pressed.press) {
    case 'language':
      return only({ ...screen, language: pressed.language, languageChosen: true })
    case 'low':
      return only({ ...screen, low: !screen.low })
    case 'stay':
      return stirCare(screen, now)
    case 'sound':
      return only({ ...screen, view: { kind: 'sound', since: now } })
    case 'volume': {
      const sound = { volume: pressed.volume, quiet: pressed.quiet }
      return { screen: { ...screen, sound }, effects: [{ act: { do: 'sound', ...sound } }, { tone: 'in' }] }
    }
    case 'cardless':
      return only({ ...screen, view: { kind: 'keypad', since: now, step: 'code', code: '', pin: '' } })
    case 'key':
    case 'erase':
    case 'next':
      if (screen.view.kind === 'keypad') return pressKeypad(screen, screen.view, pressed)
      return screen.form === undefined ? only(screen) : typeCare(screen, screen.form, pressed, now)
    case 'stop':
      return stop(screen)
    case 'care':
    case 'temperature':
    case 'symptom':
    case 'phone':
    case 'reason':
    case 'health':
    case 'print':
    case 'paper':
      return screen.form === undefined ? only(screen) : pressCare(screen, screen.form, pressed, now)
    case 'switch':
    case 'undo':
    case 'work':
    case 'choose':
    case 'take-seat':
    case 'question':
    case 'step':
    case 'tell':
    case 'skip':
      return screen.view.kind === 'tap' ? pressTap(screen, screen.view, pressed, now) : only(screen)
  }
}

function stop(screen: Screen): Step {
  const { view } = screen
  if (view.kind === 'tap' && view.panel !== 'summary') return only({ ...screen, view: { ...view, panel: 'summary' } })
  if (view.kind === 'idle' && isAtCareStep(screen)) {
    return { screen, effects: [{ act: { do: 'care', care: { act: 'leave' } } }] }
  }
  const effects: readonly Effect[] = view.kind === 'enrolment' ? [{ act: { do: 'cancel-enrolment' } }] : []
  return { screen: rest(screen), effects }
}

function refused(screen: Screen, about: PageAction['do'], code: string, now: number): Screen {
  const { view, form } = screen
  if (about === 'care')
    return form === undefined ? screen : { ...screen, form: { ...form, notice: code, sending: false } }
  if (view.kind === 'tap') return { ...screen, view: { ...view, notice: code } }
  if (view.kind !== 'keypad' || about !== 'without-card') return screen
  const step = code === 'worker_unknown' ? 'code' : 'pin'
  return {
    ...screen,
    stirredAt: now,
    view: { ...view, step: code === 'sign_in_failed' ? 'code' : step, pin: '', notice: code },
  }
}

function passTime(screen: Screen, now: number): Screen {
  if (isOver(screen, now)) return rest(screen)
  const { view } = screen
  if (view.kind === 'idle') {
    const left = !isAtCareStep(screen) && now - screen.stirredAt >= LANGUAGE_MS && (screen.languageChosen || screen.low)
    return left ? rest(screen) : screen
  }
  if (view.kind !== 'tap' || view.reduced || view.panel !== 'summary' || view.question === 'open') return screen
  const quiet = now - Math.max(view.since, screen.stirredAt) >= DETAILS_MS
  if (!quiet || view.voided || now + REDUCED_KEEPS_MS > view.undoUntil) return screen
  return {
    ...screen,
    view: { ...view, reduced: true, answer: bare(view.answer), seat: undefined, tap: bareTap(view.tap) },
  }
}

/** Somebody is bringing or fetching a child. */
function isAtCareStep({ care }: Screen): boolean {
  return care !== undefined && care.step.step !== 'board'
}

function bare(answer: ShownAnswer | undefined): ShownAnswer | undefined {
  return answer === undefined ? undefined : { result: answer.result, time: answer.time, standing: answer.standing }
}

function bareTap(tap: KeptTap): KeptTap {
  return { ...tap, callName: undefined, code: undefined }
}
