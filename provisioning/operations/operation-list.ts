/** Every operation by name. */
import { Refused, refuse } from '../../central-sync/protocol/refusal.ts'
import { centreOperations } from './centre-operations.ts'
import { hubOperations } from './hub-operations.ts'
import { journalOperations } from './journal-operations.ts'
import type { Operation } from './operation.ts'

export type { OperationHome } from './operation.ts'

const operations: ReadonlyMap<string, Operation> = new Map(
  [...centreOperations, ...hubOperations, ...journalOperations].map((operation) => [operation.name, operation]),
)

/** Throws `Refused('malformed')`: a command line of another version asked. */
export function operationNamed(name: string): Operation {
  const found = operations.get(name)
  if (found === undefined) throw new Refused(refuse('malformed', name))
  return found
}
