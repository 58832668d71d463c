/** Doors for machines: enrolment of centres, and sync. */
import type { SecretStore } from '../../journal/secret-store.ts'
import type { Clock } from '../../protocol/time.ts'
import { enrolmentDoor } from '../../web/enrolment-door.ts'
import type { MachineDoor } from '../../web/port.ts'
import type { Admission } from '../site/admission.ts'
import { type SyncDoorParts, syncDoors } from './sync-doors.ts'

export interface MachineDoorParts extends SyncDoorParts {
  readonly admission: Admission
  readonly secrets: Pick<SecretStore, 'identity'>
  readonly clock: Clock
}

export function machineDoors(parts: MachineDoorParts): MachineDoor[] {
  const { admission, secrets, clock } = parts
  const enrolment = enrolmentDoor({
    clock,
    identity: secrets.identity,
    codes: admission.codes,
    admit: (hello, proof, grant) => admission.admit(hello, proof, grant),
  })
  return [{ path: '/enrol/v1', router: enrolment }, syncDoors(parts)]
}
