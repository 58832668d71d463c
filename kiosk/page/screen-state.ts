/** What the kiosk's screen consists of, and what can happen to it. The steps are in `screen.ts`. */
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import type { ReaderHealth } from '../../central-sync/protocol/wire/device.ts'
import type { CareAct } from '../care/care-act.ts'
import type { CareShown } from '../care/care-shown.ts'
import type { EnrolmentStep } from '../check-in/card-enrolment.ts'
import type {
  KeptTap,
  KioskEvent,
  Problem,
  ShownAnswer,
  ShownBoard,
  ShownLink,
  ShownPlaces,
  ShownResult,
  ShownSeat,
  SoundSettings,
} from '../check-in/kiosk-event.ts'
import type { CareForm } from './care-form.ts'
import type { PageAction } from './page-action.ts'

export interface TapView {
  readonly kind: 'tap'
  readonly since: number
  readonly tap: KeptTap
  /** The claim as it stands now: the tap's, or the one it was switched to. */
  readonly claim: Direction
  readonly switched: boolean
  readonly answer?: ShownAnswer | undefined
  readonly seat?: ShownSeat | undefined
  readonly voided: boolean
  readonly switchUntil: number
  readonly undoUntil: number
  readonly panel: 'summary' | 'work' | 'question'
  readonly question: 'none' | 'open' | 'told' | 'skipped'
  /** The time on the steppers of the question. */
  readonly end?: Instant | undefined
  /** Why a press was refused. */
  readonly notice?: string | undefined
  /** Name, hours and work are gone; direction and undo remain. */
  readonly reduced: boolean
}

export interface KeypadView {
  readonly kind: 'keypad'
  readonly since: number
  readonly step: 'code' | 'pin' | 'sending'
  readonly code: string
  readonly pin: string
  readonly notice?: string | undefined
}

export type View =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly since: number }
  | TapView
  | { readonly kind: 'problem'; readonly since: number; readonly problem: Problem }
  | KeypadView
  | {
      readonly kind: 'enrolment'
      readonly since: number
      readonly step: EnrolmentStep
      readonly greeting: string
      readonly until: number
    }
  | { readonly kind: 'enrolled'; readonly since: number; readonly ok: boolean; readonly code?: string | undefined }
  | { readonly kind: 'sound'; readonly since: number }

export interface Screen {
  readonly view: View
  readonly language: Language
  /** Somebody pressed a language: it outranks the language of her sheet. */
  readonly languageChosen: boolean
  /** The user interface stands low on the screen. */
  readonly low: boolean
  /** Last press, key or touch of the screen. */
  readonly stirredAt: number
  /** The kiosk process is connected to this page, and enrolled. */
  readonly connected: boolean
  readonly ready: boolean
  readonly clock: { readonly at: Instant; readonly mono: number }
  readonly readers: readonly ReaderHealth[]
  readonly link: ShownLink
  readonly board?: ShownBoard | undefined
  readonly places?: ShownPlaces | undefined
  readonly sound: SoundSettings
  /** This page is a reader itself: it must have focus, and no IME. */
  readonly wedge: boolean
  readonly page: { readonly focused: boolean; readonly visible: boolean; readonly ime: boolean }
  readonly soundBlocked: boolean
  /** Present at a childcare room: then the first screen is its board. */
  readonly care?: CareShown | undefined
  readonly form?: CareForm | undefined
  /** Paper of the slip. */
  readonly paper: Paper
}

export type Paper = '58' | '80' | 'A4'

export type Press =
  | { readonly press: 'language'; readonly language: Language }
  | { readonly press: 'low' }
  | { readonly press: 'sound' }
  | { readonly press: 'volume'; readonly volume: number; readonly quiet: boolean }
  | { readonly press: 'cardless' }
  | { readonly press: 'key'; readonly key: string }
  | { readonly press: 'erase' }
  | { readonly press: 'next' }
  | { readonly press: 'stop' }
  | { readonly press: 'stay' }
  | { readonly press: 'switch' }
  | { readonly press: 'undo' }
  | { readonly press: 'work' }
  | { readonly press: 'choose'; readonly assignment: string }
  | { readonly press: 'take-seat'; readonly resource: string }
  | { readonly press: 'question' }
  | { readonly press: 'step'; readonly minutes: number }
  | { readonly press: 'tell'; readonly end: Instant }
  | { readonly press: 'skip' }
  | { readonly press: 'care'; readonly act: CareAct }
  | { readonly press: 'temperature'; readonly by: number }
  | { readonly press: 'symptom'; readonly symptom: string }
  | { readonly press: 'phone' }
  | { readonly press: 'reason'; readonly reason: CareForm['reason'] }
  | { readonly press: 'health' }
  | { readonly press: 'print' }
  | { readonly press: 'paper'; readonly paper: Paper }

export type Input =
  | { readonly t: 'event'; readonly event: KioskEvent }
  | { readonly t: 'press'; readonly press: Press }
  /** A press was refused by the kiosk process; `about` names the press. */
  | { readonly t: 'refused'; readonly about: PageAction['do']; readonly code: string }
  | { readonly t: 'stirred' }
  | { readonly t: 'tick' }
  | { readonly t: 'disconnected' }
  | { readonly t: 'page'; readonly focused: boolean; readonly visible: boolean; readonly ime: boolean }
  | { readonly t: 'sound-blocked'; readonly blocked: boolean }

export type Tone = 'in' | 'out' | 'attention' | 'refused'

export type Effect =
  | { readonly act: PageAction }
  | { readonly tone: Tone }
  | { readonly print: Paper }
  /** To be remembered by this browser. */
  | { readonly paper: Paper }

export interface Step {
  readonly screen: Screen
  readonly effects: readonly Effect[]
}

/** The screen before the kiosk process has said anything. */
export function firstScreen(at: Instant, now: number): Screen {
  return {
    view: { kind: 'idle' },
    language: 'ja',
    languageChosen: false,
    low: false,
    stirredAt: now,
    connected: false,
    ready: false,
    clock: { at, mono: now },
    readers: [],
    link: { online: false, waiting: 0 },
    sound: { volume: 0.7, quiet: false },
    wedge: false,
    page: { focused: true, visible: true, ime: false },
    soundBlocked: false,
    paper: '80',
  }
}

/** Back to the first screen: nothing of the person remains, not even her language. */
export function rest(screen: Screen): Screen {
  return { ...screen, view: { kind: 'idle' }, language: 'ja', languageChosen: false, low: false }
}

/** What the screen says of a tap now; `waiting` while nothing can be said. */
export function shownResult({ tap, answer, claim, switched }: TapView): ShownResult | 'waiting' {
  if (switched && answer === undefined) return claim
  return answer?.result ?? tap.expected ?? 'waiting'
}
