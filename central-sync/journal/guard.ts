/**
 * Admission guards: triggers on a room's tables that say `RAISE(ABORT, 'GUARD <refusal code>')` while `guard_switch` is
 * armed. They are the last word about what may be admitted (no double booking, no ratio broken), whatever a desk has
 * looked up before. What was admitted once is a fact: a rebuild repeats it with the guards disarmed.
 */
import { type RefusalCode, Refused, refusals, refuse } from '../protocol/refusal.ts'
import { SqlError } from './dialect/port.ts'
import type { ProjectionTx } from './port.ts'

const GUARD = /\bGUARD ([a-z_]+)/

/** The refusal of a guard, when this error is one. */
export function guardRefusal(error: unknown): Refused | undefined {
  if (!(error instanceof SqlError)) return undefined
  const code = GUARD.exec(error.message)?.[1]
  if (code === undefined) return undefined
  if (!refusals.has(code as RefusalCode)) throw new Error(`a guard names ${code}, which is no refusal`)
  return new Refused(refuse(code as RefusalCode))
}

/** Runs `work` with the guards disarmed; they are armed again in the same transaction. */
export async function withoutGuards(tx: ProjectionTx, work: () => Promise<void>): Promise<void> {
  await tx.run('UPDATE guard_switch SET armed = 0')
  await work()
  await tx.run('UPDATE guard_switch SET armed = 1')
}
