/** Who may pass. Pure: roles and activity were read fresh for this request. */
import type { StaffRole } from '../protocol/event/place.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { Access, Actor } from './port.ts'

/**
 * Undefined when `actor` may. `sign_in_required` for somebody who is not signed in as the needed kind of person,
 * `not_allowed` for a staff member without the role, `pin_change_required` for a worker who still has the printed PIN.
 */
export function decideAccess(access: Access, actor: Actor, beforePinChange = false): Refusal | undefined {
  if (access === 'anyone') return undefined
  if (access === 'worker') return decideWorker(actor, beforePinChange)
  if (actor.kind !== 'staff') return refuse('sign_in_required')
  return access === 'staff' || holdsOneOf(access, actor.roles) ? undefined : refuse('not_allowed')
}

function decideWorker(actor: Actor, beforePinChange: boolean): Refusal | undefined {
  if (actor.kind !== 'worker') return refuse('sign_in_required')
  return actor.pinChangeRequired && !beforePinChange ? refuse('pin_change_required') : undefined
}

function holdsOneOf(access: readonly StaffRole[], roles: readonly StaffRole[]): boolean {
  return access.some((role) => roles.includes(role))
}
