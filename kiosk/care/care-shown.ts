/** What the page of a childcare room is shown: call names and times, never a worker id, nothing about health. */
import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { ChildId, PickupId } from '../../central-sync/protocol/identifier.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import type { StaffGoal } from './care-step.ts'

export interface ShownExpected {
  readonly child: ChildId
  readonly callName: string
  /** Wall minutes. */
  readonly start: number
  readonly end: number
  /** The booked start has passed. */
  readonly late: boolean
}

export interface ShownHere {
  readonly child: ChildId
  readonly callName: string
  readonly since: Instant
  /** Booked end, wall minute; undefined without a booking today. */
  readonly until: number | undefined
  /** Minutes after the booked end; 0 in time. */
  readonly overMin: number
}

export interface CareBoard {
  readonly room: string
  /** By booked start. */
  readonly expected: readonly ShownExpected[]
  /** まだいる子: by booked end. */
  readonly here: readonly ShownHere[]
  readonly fetched: number
  /** When the list was true; undefined: none has come yet. */
  readonly listAt: Instant | undefined
  readonly listAgeMs: number
  /** The list is not today's. */
  readonly old: boolean
  /** Children are here and the room closes or has closed. `minutes`: until, or since. */
  readonly alarm: { readonly level: 'soon' | 'closed'; readonly minutes: number; readonly closes: number } | undefined
}

export type ShownMay = 'bring' | 'fetch' | 'fetched' | 'already_in' | 'no_booking' | 'too_early' | 'over' | 'not_mine'

export interface ShownPerson {
  readonly id: PickupId
  readonly name: string
  readonly relation: string
}

export type ShownStep =
  | { readonly step: 'board' }
  | {
      readonly step: 'family'
      readonly greeting: string
      readonly children: readonly {
        readonly child: ChildId
        readonly callName: string
        readonly may: ShownMay
        readonly start: number | undefined
        readonly end: number | undefined
        /** The slip may be shown again. */
        readonly slip: boolean
      }[]
    }
  | { readonly step: 'health'; readonly callName: string; readonly phone: string; readonly feverX10: number }
  | {
      readonly step: 'turned_away'
      readonly callName: string
      readonly why: 'fever' | 'symptom'
      readonly temperatureX10: number
      readonly feverX10: number
    }
  | {
      readonly step: 'slip'
      readonly callName: string
      readonly code: string
      readonly at: Instant
      readonly until: number | undefined
      readonly room: string
      readonly again: boolean
      /** She has another child to bring or to fetch. */
      readonly more: boolean
    }
  | { readonly step: 'prove'; readonly callName: string; readonly wrong: number }
  | { readonly step: 'fetcher'; readonly callName: string; readonly people: readonly ShownPerson[] }
  | {
      readonly step: 'staff'
      readonly callName: string
      readonly goal: StaffGoal
      readonly fetcher: { readonly name: string; readonly relation: string } | undefined
      readonly have: number
      readonly need: number
      readonly online: boolean
      readonly notice: string | undefined
    }
  | {
      readonly step: 'pin'
      readonly callName: string
      readonly staffName: string
      readonly sending: boolean
      readonly notice: string | undefined
    }
  | { readonly step: 'override'; readonly callName: string; readonly notice: string | undefined }
  | { readonly step: 'wait' }
  | {
      readonly step: 'handed'
      readonly callName: string
      readonly at: Instant
      readonly unverified: boolean
      readonly more: boolean
    }
  | { readonly step: 'notice'; readonly code: string }

export interface CareShown {
  readonly board: CareBoard
  readonly step: ShownStep
  /** Grows with every step: what was typed belongs to one step only. */
  readonly turn: number
  /** Of the person who stands there. */
  readonly language: Language | undefined
  /** Ms until the screen clears by itself; undefined on the board. */
  readonly leftMs: number | undefined
}
