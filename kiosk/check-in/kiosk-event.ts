/** What the kiosk process tells its page. Plain data; the page's reducer turns it into a screen. */
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { AssignmentId, EventId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../central-sync/protocol/time.ts'
import type { ReaderHealth } from '../../central-sync/protocol/wire/device.ts'
import type { PlacesNow } from '../../central-sync/protocol/wire/seat.ts'
import type { CareShown } from '../care/care-shown.ts'
import type { EnrolmentStep } from './card-enrolment.ts'

export type ShownResult = 'in' | 'out' | 'ignored' | 'unknown_card' | 'revoked_card'

/** A tap that is on the disk. `expected` is this kiosk's guess; null when it cannot guess yet. */
export interface KeptTap {
  readonly id: EventId
  readonly time: Instant
  readonly claim: Direction
  readonly expected: ShownResult | null
  /** After an ignored tap: the direction that stays. */
  readonly standing?: Direction | undefined
  readonly callName?: string | undefined
  readonly code?: string | undefined
  readonly language?: Language | undefined
  readonly identified: 'card' | 'pin' | 'unverified'
  /** False: the appliance was out of reach at the touch. */
  readonly online: boolean
  /** Taps kept here and not yet acknowledged, this one included. */
  readonly waiting: number
  /** What is left of the two windows, ms. */
  readonly switchMs: number
  readonly undoMs: number
}

export interface ShownWeek {
  readonly days: readonly { readonly day: BusinessDay; readonly seconds: number }[]
  readonly seconds: number
  readonly pending: number
}

/** The appliance's words on one tap, without anything the page does not show. */
export interface ShownAnswer {
  readonly result: ShownResult
  readonly time: Instant
  readonly code?: string | undefined
  readonly callName?: string | undefined
  readonly language?: Language | undefined
  readonly standing?: Direction | undefined
  readonly week?: ShownWeek | undefined
  readonly assignments?: readonly { readonly assignment: AssignmentId; readonly title: string }[] | undefined
  readonly assignment?: AssignmentId | undefined
  readonly question?:
    | { readonly day: BusinessDay; readonly start: Instant; readonly place: string; readonly suggestion?: Instant }
    | undefined
}

/**
 * The seat of somebody who came in. `booked`: hers. `offered`: free, one press takes it. `asked`: she pressed, the
 * appliance has not said yet. `none`: what she pressed is gone and there is no other.
 */
export interface ShownSeat {
  readonly state: 'booked' | 'offered' | 'asked' | 'none'
  readonly resource?: ResourceId | undefined
  readonly name?: string | undefined
  readonly from?: Instant | undefined
  readonly until?: Instant | undefined
  /** Refusal code of the seat she pressed before. */
  readonly refused?: string | undefined
}

export type ShownPlaces = PlacesNow

/** `not_kept` = the disk refused: nothing was recorded. */
export type Problem = 'read_failed' | 'two_cards' | 'not_kept'

export interface ShownBoard {
  readonly present: number
  readonly centreName: string
}

/** `code` = why the appliance refuses this kiosk, when it does. */
export interface ShownLink {
  readonly online: boolean
  readonly waiting: number
  readonly code?: string | undefined
}

export interface SoundSettings {
  /** 0 … 1. */
  readonly volume: number
  /** Light only. */
  readonly quiet: boolean
}

export type KioskEvent =
  /** Sent first on every connection of the page. */
  | {
      readonly t: 'hello'
      readonly now: Instant
      readonly ready: boolean
      readonly readers: readonly ReaderHealth[]
      readonly link: ShownLink
      readonly board?: ShownBoard | undefined
      readonly places?: ShownPlaces | undefined
      readonly sound: SoundSettings
      /** The page itself is a reader: it catches the keys of a keyboard reader. */
      readonly wedge: boolean
      /** Present at a childcare room. */
      readonly care?: CareShown | undefined
    }
  | { readonly t: 'clock'; readonly now: Instant }
  | { readonly t: 'reading' }
  | { readonly t: 'kept'; readonly tap: KeptTap }
  | { readonly t: 'answered'; readonly id: EventId; readonly answer: ShownAnswer }
  | { readonly t: 'switched'; readonly id: EventId; readonly claim: Direction }
  | { readonly t: 'voided'; readonly id: EventId }
  | { readonly t: 'chosen'; readonly id: EventId; readonly assignment: AssignmentId }
  | { readonly t: 'told'; readonly id: EventId }
  | { readonly t: 'seat'; readonly id: EventId; readonly seat: ShownSeat }
  | { readonly t: 'problem'; readonly problem: Problem }
  | { readonly t: 'enrolment'; readonly step: EnrolmentStep; readonly greeting: string; readonly leftMs: number }
  | { readonly t: 'enrolment-ended'; readonly ok: boolean; readonly code?: string | undefined }
  | { readonly t: 'readers'; readonly readers: readonly ReaderHealth[] }
  | { readonly t: 'link'; readonly link: ShownLink }
  | { readonly t: 'board'; readonly board: ShownBoard }
  | { readonly t: 'places'; readonly places: ShownPlaces }
  | { readonly t: 'sound'; readonly sound: SoundSettings }
  /** Of a childcare room; undefined: this kiosk stands at an entrance. */
  | { readonly t: 'care'; readonly care: CareShown | undefined }
