/** What check-in needs of the link to the appliance. The link implements it; check-in works without one. */
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { StaffProof } from '../../central-sync/protocol/wire/care.ts'

export type PinAnswer =
  | { readonly ok: true; readonly worker: WorkerId; readonly callName: string | undefined }
  | { readonly ok: false; readonly code: string }

/** What the appliance said to a staff card and PIN. */
export interface StaffAnswer {
  readonly ok: boolean
  readonly pass: string | undefined
  readonly code: string | undefined
}

export interface Channel {
  /** The appliance is connected and has proved who it is. */
  readonly online: boolean
  /** Something was appended: send it. */
  nudge(): void
  /** Asks whether code and PIN fit. Undefined when no answer came in time. */
  askPin(code: string, pin: string): Promise<PinAnswer | undefined>
  /** Asks whether a staff card and PIN fit. Undefined when no answer came in time. */
  askStaff(proof: StaffProof): Promise<StaffAnswer | undefined>
  /** The outcome of an enrolment that staff began. False when the appliance is out of reach. */
  sendEnrolled(enrolled: { token: string; digests: readonly CardDigest[]; tail: string }): boolean
  sendEnrolFailed(token: string, code: string): boolean
}
