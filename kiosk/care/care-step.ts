/**
 * What the screen of a childcare room is about, step by step, and what can happen to it. Held by the kiosk process: the
 * page shows it and sends presses, each of which is judged here again.
 */

import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { ChildId, PickupId, StaffId, StayId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import type {
  CareChild,
  CareRecord,
  CareRecordOf,
  CareRoom,
  CareSecret,
  CareStaff,
  StaffProof,
} from '../../central-sync/protocol/wire/care.ts'
import type { CareAct } from './care-act.ts'

/** A worker who said who she is. `unverified`: by her code only, while the appliance was out of reach. */
export interface Parent {
  readonly worker: WorkerId
  readonly identified: 'card' | 'pin' | 'unverified'
  readonly greeting: string
  readonly language: Language
}

/** A member of staff who stood there. `pass`: the appliance checked card and PIN. */
export interface Confirmed {
  readonly staff: StaffId
  readonly carer: boolean
  readonly pass: string | undefined
}

/** Who gets the child, and what proves it beside the face. */
export interface Fetch {
  readonly to: CareRecordOf<'care-handed-over'>['to']
  readonly name: string
  readonly relation: string
  readonly secondFactor: CareRecordOf<'care-handed-over'>['secondFactor']
}

/** `face`: no card and no slip, staff know the person; `override`: on no list of today. */
export type StaffGoal = 'hand_over' | 'face' | 'override'

interface AboutChild {
  readonly child: ChildId
  readonly parent: Parent | undefined
}

/** Staff are asked for their cards. */
export interface StaffAsked extends AboutChild {
  readonly goal: StaffGoal
  readonly fetch: Fetch | undefined
  readonly confirmed: readonly Confirmed[]
}

export type CareStep =
  | { readonly step: 'board' }
  | { readonly step: 'family'; readonly parent: Parent }
  | { readonly step: 'health'; readonly child: ChildId; readonly parent: Parent }
  | {
      readonly step: 'turned_away'
      readonly child: ChildId
      readonly parent: Parent
      readonly why: 'fever' | 'symptom'
      readonly temperatureX10: number
    }
  | {
      readonly step: 'slip'
      readonly child: ChildId
      readonly parent: Parent
      /** Shown again, not a new arrival. */
      readonly again: boolean
    }
  | ({ readonly step: 'prove'; readonly wrong: number } & AboutChild)
  | ({
      readonly step: 'fetcher'
      readonly secondFactor: 'code' | 'face'
      readonly confirmed: readonly Confirmed[]
    } & AboutChild)
  | ({ readonly step: 'staff'; readonly notice?: string | undefined } & StaffAsked)
  | ({
      readonly step: 'pin'
      readonly card: CareStaff
      readonly digests: StaffProof['digests']
      readonly sending: boolean
      readonly notice?: string | undefined
    } & StaffAsked)
  | ({
      readonly step: 'override'
      readonly confirmed: readonly Confirmed[]
      readonly notice?: string | undefined
    } & AboutChild)
  | ({ readonly step: 'wait' } & AboutChild)
  | ({ readonly step: 'handed'; readonly at: Instant; readonly unverified: boolean } & AboutChild)
  | { readonly step: 'notice'; readonly code: string }

export type CareInput =
  | {
      readonly t: 'card'
      readonly digests: StaffProof['digests']
      readonly parent: Parent | undefined
      readonly staff: CareStaff | undefined
    }
  /** Code and PIN, or the code alone while the appliance is out of reach. */
  | { readonly t: 'parent'; readonly parent: Parent }
  | { readonly t: 'press'; readonly act: CareAct }
  /** What the appliance said to a staff card and PIN; `undefined`: nothing in time. */
  | {
      readonly t: 'checked'
      readonly answer:
        | { readonly ok: boolean; readonly pass: string | undefined; readonly code: string | undefined }
        | undefined
    }
  | { readonly t: 'expired' }

/** What is known while a step is judged. */
export interface CareFacts {
  readonly now: Instant
  readonly online: boolean
  readonly children: readonly CareChild[]
  readonly room: CareRoom | undefined
  /** The list says who is booked today. */
  readonly reaches: boolean
  newStay(): StayId
  newCode(): string
}

type Own<T extends CareRecord['t']> = Omit<CareRecordOf<T>, 'id' | 'at' | 'clock' | 'online' | 'listAge' | 'x'> & {
  readonly secret: CareSecret<T>
}

/** A record before it has its id and its time. */
export type CareDraft = { readonly [T in CareRecord['t']]: Own<T> }[CareRecord['t']]

export type Outcome =
  | { readonly kind: 'go'; readonly to: CareStep }
  /** On the disk first; then the step. */
  | { readonly kind: 'keep'; readonly draft: CareDraft; readonly to: CareStep }
  | { readonly kind: 'check'; readonly proof: StaffProof; readonly to: CareStep }
  | { readonly kind: 'refused'; readonly code: string }

export type { PickupId }
