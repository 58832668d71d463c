/** The data of a stored entry, by the definition of its type. */
import type { EventDefinition } from '../../protocol/event/definition.ts'
import type { StoredEntry } from '../port.ts'

/**
 * Looks without checking: own entries were written from typed drafts, and of other servers' entries the journal shows a
 * follower only those whose content fits the schema. A mix-up of types is a programmer error.
 */
export function readEvent<D, P>(definition: EventDefinition<D, P>, entry: StoredEntry): D {
  if (entry.t !== definition.type) throw new Error(`${entry.t} was read as ${definition.type}`)
  return entry.d as D
}

/** Where the entry was first written: a down stream carries extracts of other centres. */
export function writtenAt(entry: StoredEntry): string {
  return entry.o?.site ?? entry.site
}
