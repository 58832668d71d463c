import { expect, test } from 'vitest'
import { findPlace } from '../../../appliance/sync/find-place.ts'
import type { StreamHead } from '../../../central-sync/journal/streams.ts'

function stream(inc: string, seq: number, prevInc = '', kind: StreamHead['kind'] = 'own'): StreamHead {
  const genesis = { site: 's', inc, publicKey: 'p', prevInc, prevSeq: 0, prevHash: '' }
  return { stream: 1, kind, genesis, seq, hash: Buffer.alloc(32) } as StreamHead
}

const streams = [stream('one', 10), stream('two', 3, 'one'), stream('three', 7, 'two'), stream('down', 9, '', 'down')]

test.each([
  ['in the middle of the newest', 'three', 4, 'three', 4],
  ['at the end of the newest', 'three', 7, 'three', 7],
  ['before the rest of an older one', 'one', 8, 'one', 8],
  ['after the whole of an older one', 'one', 10, 'two', 0],
  ['after more of an older one than is left here', 'one', 15, 'two', 0],
  ['after the whole of the one before the newest', 'two', 3, 'three', 0],
] as const)('goes on %s', (_where, inc, seq, wanted, from) => {
  const place = findPlace(streams, { inc, seq })
  expect([place?.stream.genesis.inc, place?.seq]).toEqual([wanted, from])
})

test('there is no place when the hub has more than was ever ours', () => {
  expect(findPlace(streams, { inc: 'three', seq: 8 })).toBeUndefined()
  expect(findPlace(streams, { inc: 'other', seq: 1 })).toBeUndefined()
  expect(findPlace(streams, { inc: 'down', seq: 1 })).toBeUndefined()
})
