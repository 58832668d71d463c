/**
 * Proposes what a tap means, from the best-known state. The proposal is shown, may be switched by the person, and is
 * stored with the tap as its claim: late evidence never turns the meaning of other taps round.
 */
import type { Direction } from '../protocol/event/attendance.ts'
import { businessDayOf, type Instant } from '../protocol/time.ts'
import type { LastClaim } from './day-fold.ts'
import type { AttendancePolicy } from './policy.ts'

/** OUT only after an accepted IN of the same business day that is not older than the longest session; else IN. */
export function proposeDirection(last: LastClaim | undefined, at: Instant, policy: AttendancePolicy): Direction {
  if (last === undefined || last.claim === 'out') return 'in'
  if (at - last.time > policy.sessionMaxMs) return 'in'
  if (policy.rollOver !== 'off' && businessDayOf(at) !== businessDayOf(last.time)) return 'in'
  return 'out'
}
