/** Opens the data of a stored entry with the schema of its type. */
import type { EventDefinition } from '../../protocol/event/definition.ts'
import type { StoredEntry } from '../port.ts'

/**
 * Throws for data that does not fit and for a version from the future: the journal then puts the entry aside by itself
 * and goes on. Entries of other servers were checked for their chain only, so this is where their content is.
 */
export function readEvent<D>(
  definition: EventDefinition<D, never> | EventDefinition<D, unknown>,
  entry: StoredEntry,
): D {
  if (entry.v > definition.version) throw new Error(`${entry.t} version ${entry.v} is newer than this program`)
  const parsed = definition.data.safeParse(entry.d)
  if (parsed.success) return parsed.data as D
  const [issue] = parsed.error.issues
  throw new Error(`${entry.t} at ${entry.pos} does not fit: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}

/** Where the entry was first written: a down stream carries extracts of other centres. */
export function writtenAt(entry: StoredEntry): string {
  return entry.o?.site ?? entry.site
}
