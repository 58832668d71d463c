/** What somebody is typing on the page of a childcare room. It belongs to one step and is gone with it. */
import type { CareAct } from '../care/care-act.ts'
import type { CareShown } from '../care/care-shown.ts'

export interface CareForm {
  readonly turn: number
  /** Code, PIN or name. */
  readonly typed: string
  /** °C × 10; undefined until somebody set it: a number that stands there already would be sent unread. */
  readonly temperatureX10: number | undefined
  /** Undefined until answered; empty = nothing to mind. */
  readonly symptoms: readonly string[] | undefined
  readonly phone: string
  /** The keys write the phone number. */
  readonly phoning: boolean
  readonly reason: (CareAct & { act: 'override' })['reason'] | undefined
  readonly sending: boolean
  /** Why a press was refused. */
  readonly notice: string | undefined
  /** Monotonic ms at which the process clears the screen, unless somebody stirs. */
  readonly until: number | undefined
}

export function newForm({ turn, step, leftMs }: CareShown, now: number): CareForm {
  return {
    turn,
    typed: '',
    temperatureX10: undefined,
    symptoms: undefined,
    phone: step.step === 'health' ? step.phone : '',
    phoning: false,
    reason: undefined,
    sending: false,
    notice: undefined,
    until: leftMs === undefined ? undefined : now + leftMs,
  }
}

/** Which keys the step reads, if any. */
export function keysOf(
  care: CareShown | undefined,
  form: CareForm | undefined,
): 'code' | 'pin' | 'phone' | 'name' | undefined {
  if (care === undefined) return undefined
  const { step } = care
  switch (step.step) {
    case 'prove':
      return 'code'
    case 'pin':
      return step.sending ? undefined : 'pin'
    case 'override':
      return 'name'
    case 'health':
      return form?.phoning === true ? 'phone' : undefined
    default:
      return undefined
  }
}
