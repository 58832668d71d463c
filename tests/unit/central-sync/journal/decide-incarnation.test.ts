/** When a journal may go on under its incarnation and when it may not. */
import { expect, test } from 'vitest'
import { decideIncarnation, type OpeningFacts } from '../../../../central-sync/journal/incarnation.ts'
import { newStream } from '../../../../central-sync/journal/streams.ts'

const genesis = { site: 's', inc: 'one', publicKey: 'key', prevInc: '', prevSeq: 0, prevHash: '' }
const current = { ...newStream(1, 'own', genesis), seq: 10 }
const mark = { inc: 'one', seqHigh: 8, hash: 'h8', boot: 'b' }
const facts: OpeningFacts = { current, mark, hashAtMark: 'h8', publicKey: 'key' }

test.each<[string, Partial<OpeningFacts>, ReturnType<typeof decideIncarnation>]>([
  ['the database is at or beyond its marker', {}, undefined],
  ['nothing was ever here', { current: undefined, mark: undefined }, 'first'],
  ['the very first start was cut off', { current: undefined, mark: { ...mark, seqHigh: 0 } }, 'first'],
  ['the database is gone, its marker is not', { current: undefined }, 'rewound'],
  ['the marker is gone', { mark: undefined }, 'restored'],
  ['the marker is of another incarnation', { mark: { ...mark, inc: 'two' } }, 'restored'],
  ['the identity is another one', { publicKey: 'other' }, 'restored'],
  ['the database is behind its marker', { mark: { ...mark, seqHigh: 11 }, hashAtMark: undefined }, 'rewound'],
  ['the database has another entry at the marker', { hashAtMark: 'other' }, 'rewound'],
])('%s', (_title, change, expected) => {
  expect(decideIncarnation({ ...facts, ...change })).toBe(expected)
})
