/** Where a centre goes on when the hub says how far it has come. Pure. */
import type { StreamHead } from '../../central-sync/journal/streams.ts'
import type { Position } from '../../central-sync/protocol/wire/sync.ts'

/** After entry `seq` of an own stream. */
export interface Place {
  readonly stream: StreamHead
  readonly seq: number
}

/**
 * After what the hub has, or, when that incarnation is whole, at the beginning of the one that continued it. Undefined
 * when the hub has what is not ours.
 */
export function findPlace(streams: readonly StreamHead[], have: Pick<Position, 'inc' | 'seq'>): Place | undefined {
  const own = streams.filter(({ kind }) => kind === 'own')
  const stream = own.find(({ genesis }) => genesis.inc === have.inc)
  if (stream === undefined) return undefined
  // Of an incarnation that was put back the hub may well have more than is left here: the next one says where it goes on.
  const next = own.find(({ genesis }) => genesis.prevInc === have.inc)
  if (have.seq >= stream.seq && next !== undefined) return { stream: next, seq: 0 }
  return have.seq > stream.seq ? undefined : { stream, seq: have.seq }
}
