/** How the screen follows what the kiosk process tells. Pure; a part of `screen.ts`. */
import type { KeptTap, KioskEvent, ShownResult, ShownSeat } from '../check-in/kiosk-event.ts'
import { takeCare } from './press-care.ts'
import { type Effect, rest, type Screen, type Step, shownResult, type TapView, type Tone } from './screen-state.ts'

export function takeEvent(screen: Screen, event: KioskEvent, now: number): Step {
  switch (event.t) {
    case 'hello':
      return takeCare(greet(screen, event, now), event.care, now)
    case 'clock':
      return only({ ...screen, clock: { at: event.now, mono: now } })
    case 'readers':
      return only({ ...screen, readers: event.readers })
    case 'link':
      return only({ ...screen, link: event.link })
    case 'board':
      return only({ ...screen, board: event.board })
    case 'places':
      return only({ ...screen, places: event.places })
    case 'sound':
      return only({ ...screen, sound: event.sound })
    case 'care':
      return takeCare(screen, event.care, now)
    case 'reading':
      return only({ ...beginPerson(screen), view: { kind: 'reading', since: now } })
    case 'kept':
      return kept(screen, event.tap, now)
    case 'problem':
      return {
        screen: show(screen, { kind: 'problem', since: now, problem: event.problem }, now),
        effects: [{ tone: 'refused' }],
      }
    case 'enrolment': {
      const { step, greeting, leftMs } = event
      const view = { kind: 'enrolment', since: now, step, greeting, until: now + leftMs } as const
      return {
        screen: show(screen, view, now),
        effects: step === 'away' || step === 'sending' ? [{ tone: 'attention' }] : [],
      }
    }
    case 'enrolment-ended': {
      const view = { kind: 'enrolled', since: now, ok: event.ok, code: event.code } as const
      return { screen: show(screen, view, now), effects: [{ tone: event.ok ? 'in' : 'refused' }] }
    }
    case 'answered':
    case 'switched':
    case 'voided':
    case 'chosen':
    case 'told':
    case 'seat':
      return aboutTap(screen, event, now)
  }
}

function only(screen: Screen): Step {
  return { screen, effects: [] }
}

/** A page that reconnects keeps nothing: the process may be another one, the person may have gone. */
function greet(screen: Screen, event: KioskEvent & { t: 'hello' }, now: number): Screen {
  const { ready, readers, link, board, places, sound, wedge } = event
  const rested = screen.view.kind === 'tap' || screen.view.kind === 'reading' ? rest(screen) : screen
  const clock = { at: event.now, mono: now }
  return { ...rested, connected: true, clock, ready, readers, link, board, places, sound, wedge }
}

function show(screen: Screen, view: Screen['view'], now: number): Screen {
  return { ...screen, view, stirredAt: now }
}

/** What was chosen on the first screen belongs to whoever touches now; what was chosen after a tap, to nobody any more. */
function beginPerson(screen: Screen): Screen {
  return screen.view.kind === 'idle' ? screen : rest(screen)
}

/** The next person's card at once replaces whatever was there. */
function kept(before: Screen, tap: KeptTap, now: number): Step {
  const screen = before.view.kind === 'tap' ? rest(before) : before
  const language = screen.languageChosen ? screen.language : (tap.language ?? 'ja')
  const view: TapView = {
    kind: 'tap',
    since: now,
    tap,
    claim: tap.claim,
    switched: false,
    voided: false,
    switchUntil: now + tap.switchMs,
    undoUntil: now + tap.undoMs,
    panel: 'summary',
    question: 'none',
    reduced: false,
  }
  const effects: readonly Effect[] = [{ tone: toneOf(tap.expected) }]
  return { screen: { ...show(screen, view, now), language }, effects }
}

function aboutTap(
  screen: Screen,
  event: Extract<KioskEvent, { t: 'answered' | 'switched' | 'voided' | 'chosen' | 'told' | 'seat' }>,
  now: number,
): Step {
  const { view } = screen
  if (view.kind !== 'tap' || view.tap.id !== event.id || view.reduced) return only(screen)
  switch (event.t) {
    case 'answered':
      return answered(screen, view, event, now)
    case 'switched': {
      const next = {
        ...view,
        claim: event.claim,
        switched: true,
        answer: undefined,
        seat: undefined,
        notice: undefined,
        question: 'none' as const,
      }
      return { screen: show(screen, next, now), effects: [{ tone: event.claim }] }
    }
    case 'voided':
      return {
        screen: show(screen, { ...view, voided: true, notice: undefined }, now),
        effects: [{ tone: 'attention' }],
      }
    case 'chosen': {
      const answer = view.answer === undefined ? undefined : { ...view.answer, assignment: event.assignment }
      return only(show(screen, { ...view, answer, panel: 'summary' }, now))
    }
    case 'told':
      return only(show(screen, { ...view, panel: 'summary', question: 'told' }, now))
    case 'seat':
      return only(seated(screen, view, event.seat, now))
  }
}

/** Nobody is hurried: an offer that changed under her hand can be read as long as a new one. */
function seated(screen: Screen, view: TapView, seat: ShownSeat, now: number): Screen {
  if (view.voided || shownResult(view) === 'out') return screen
  return show(screen, { ...view, seat, notice: undefined }, now)
}

/** The appliance's word. A sound only where it says something else than this kiosk had guessed. */
function answered(screen: Screen, view: TapView, { answer }: KioskEvent & { t: 'answered' }, now: number): Step {
  if (view.voided) return only(screen)
  const asks = answer.question !== undefined && (answer.result === 'in' || answer.result === 'out')
  const question = asks && view.question === 'none' ? 'open' : view.question
  const claim = answer.result === 'in' || answer.result === 'out' ? answer.result : view.claim
  const language = screen.languageChosen ? screen.language : (answer.language ?? screen.language)
  const before = view.switched ? view.claim : (view.answer?.result ?? view.tap.expected)
  const effects: readonly Effect[] = before === answer.result ? [] : [{ tone: toneOf(answer.result) }]
  const next = { ...view, answer, claim, question }
  return { screen: { ...screen, language, view: before === answer.result ? next : { ...next, since: now } }, effects }
}

export function toneOf(result: ShownResult | null): Tone {
  switch (result) {
    case 'in':
    case 'out':
      return result
    case 'revoked_card':
      return 'refused'
    case 'unknown_card':
    case 'ignored':
    case null:
      return 'attention'
  }
}
