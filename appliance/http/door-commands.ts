/** Handlers for claiming, signing in and out, secrets and staff accounts. */
import type { StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Actor, Command } from '../../central-sync/web/port.ts'
import type { CentreDesk } from '../staff/centre-desk.ts'
import type { SignInDesk } from '../staff/sign-in-desk.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import type { WorkerDesk } from '../worker/worker-desk.ts'
import { bindCommand } from './shape.ts'
import * as door from './shape-door.ts'

export interface DoorDesks {
  readonly centre: CentreDesk
  readonly signIn: SignInDesk
  readonly staff: StaffDesk
  readonly workers: WorkerDesk
}

export function doorCommands({ centre, signIn, staff, workers }: DoorDesks): readonly Command[] {
  return [
    bindCommand(door.centreClaim, async (input, { session, remote }) => {
      const claimed = await centre.claim(input, remote)
      if (!isRefusal(claimed)) await session.begin({ kind: 'staff', staff: claimed.staff })
      return claimed
    }),
    bindCommand(door.centreRename, async ({ code, name }, { actor }) =>
      done(await centre.rename(code, name, staffOf(actor).staff)),
    ),
    bindCommand(door.signInStaff, async ({ login, password }, { session, remote }) => {
      const signed = await signIn.staff(login, password, remote)
      if (isRefusal(signed)) return signed
      await session.begin({ kind: 'staff', staff: signed.member.staff })
      return { staff: signed.member.staff, roles: [...signed.member.roles], passwordChangeRequired: signed.mustChange }
    }),
    bindCommand(door.signInWorker, async ({ code, pin }, { session, remote }) => {
      const signed = await signIn.worker(code, pin, remote)
      if (isRefusal(signed)) return signed
      await session.begin({ kind: 'worker', worker: signed.worker })
      return { worker: signed.worker, pinChangeRequired: signed.mustChange }
    }),
    bindCommand(door.signOut, async (_input, { session }) => {
      await session.end()
      return {}
    }),
    bindCommand(door.passwordChange, async ({ current, next }, { actor, remote }) => {
      const { staff: id } = staffOf(actor)
      const wait = await signIn.slowDown(`staff ${id}`, remote)
      return done(wait ?? (await staff.changePassword(id, current, next)))
    }),
    bindCommand(door.pinChange, async ({ current, next }, { actor, remote }) => {
      const worker = workerOf(actor)
      const wait = await signIn.slowDown(`worker ${worker}`, remote)
      return done(wait ?? (await workers.changePin(worker, current, next)))
    }),
    bindCommand(door.pinReset, async ({ worker }, { actor }) =>
      staffOf(actor).worker === worker ? refuse('deciding_about_oneself') : workers.resetPin(worker),
    ),
    bindCommand(door.staffAdd, async (input, { actor }) => staff.add(input, staffOf(actor).staff)),
    bindCommand(door.staffChange, async ({ staff: id, roles, active }, { actor }) =>
      done(await staff.change(id, roles, active, staffOf(actor).staff)),
    ),
    bindCommand(door.staffResetPassword, async ({ staff: id }, { actor }) =>
      id === staffOf(actor).staff ? refuse('deciding_about_oneself') : staff.resetPassword(id),
    ),
  ] as readonly Command[]
}

/** The floor has checked access; an actor of another kind here is our own mistake. */
export function staffOf(actor: Actor): { staff: StaffId; worker: WorkerId | undefined } {
  if (actor.kind !== 'staff') throw new Error('this command is for staff only')
  return { staff: actor.staff, worker: actor.worker }
}

export function workerOf(actor: Actor): WorkerId {
  if (actor.kind !== 'worker') throw new Error('this command is for workers only')
  return actor.worker
}

export function done(refused: Refusal | undefined): Refusal | Record<string, never> {
  return refused ?? {}
}
