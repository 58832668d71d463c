/** Lines: written once, read back as they were, and refused when they are anything else. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeEntry,
  type Entry,
  encodeEntry,
  entrySchema,
  LINE_BYTES_MAX,
} from '../../../../central-sync/protocol/entry.ts'
import { deviceEventId, newEventId, newIdentifier } from '../../../../central-sync/protocol/identifier.ts'

const device = newIdentifier('device')
const json = fc.jsonValue({ depthSize: 'small' })
const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const entries: fc.Arbitrary<Entry> = fc.record(
  {
    s: positive,
    id: fc.oneof(
      fc.constant(newEventId(1_763_600_000_000)),
      fc.nat({ max: 999 }).map((n) => deviceEventId(device, 1, n + 1)),
    ),
    t: fc.constantFrom('tap.recorded', 'card.digest-added', 'moon.landed'),
    v: fc.integer({ min: 1, max: 99 }),
    at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
    by: fc.string({ maxLength: 64 }),
    sub: fc.string({ maxLength: 64 }),
    d: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      json,
      { maxKeys: 5, noNullPrototype: true },
    ),
    o: fc.constant({ site: 's', inc: 'i', s: 4, h: 'abcd' }),
  },
  { requiredKeys: ['s', 'id', 't', 'v', 'at', 'by', 'd'] },
)

test('what was written is read back, and writing it again gives the same bytes', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const line = encodeEntry(entry)
      const read = decodeEntry(line)
      expect(read).toEqual(JSON.parse(JSON.stringify(entry)))
      if (read !== undefined) expect(encodeEntry(read)).toEqual(line)
    }),
  )
})

test('the quick way of reading says yes only where the schema does', () => {
  const field = fc.constantFrom('s', 'id', 't', 'v', 'at', 'by', 'sub', 'd', 'x', 'o', 'z')
  const odd = fc.oneof(json, fc.constantFrom(0, -1, 1.5, 2 ** 53, 'a'.repeat(65), null, [], {}, 'UP.case', 8.64e15 + 2))
  fc.assert(
    fc.property(entries, field, odd, (entry, name, value) => {
      const text = JSON.stringify({ ...entry, [name]: value })
      const bySchema = entrySchema.safeParse(JSON.parse(text))
      expect(decodeEntry(Buffer.from(text)) !== undefined).toBe(bySchema.success)
    }),
    { numRuns: 2_000 },
  )
})

test('a line that is too long, no JSON or no object is no entry', () => {
  expect(decodeEntry(Buffer.alloc(LINE_BYTES_MAX + 1, 'x'))).toBeUndefined()
  for (const text of ['', '[]', 'null', '"x"', '{"s":1}', '{"s":1'])
    expect(decodeEntry(Buffer.from(text))).toBeUndefined()
})
