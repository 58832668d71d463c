/** Golden bytes of the types that bookings got after the first file was closed; this one never changes either. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeEntry, type Entry, encodeEntry } from '../../../central-sync/protocol/entry.ts'
import { waitsSet } from '../../../central-sync/protocol/event/booking.ts'
import { catalogue } from '../../../central-sync/protocol/event/catalogue.ts'
import { careMoved } from '../../../central-sync/protocol/event/childcare.ts'
import { eventId } from '../../../central-sync/protocol/identifier.ts'

const lines = readFileSync(new URL('../../fixtures/journal/booking-second-v1.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')

const id = (letter: string, number: number) => `${letter}_${String(number).padStart(20, '0')}`
const base = { v: 1, at: 1_795_130_000_000, by: id('f', 5) }

const entries: readonly Entry[] = [
  {
    ...{ s: 1, id: eventId.parse('01KAFXD0000000000000000051'), t: careMoved.type, ...base, sub: id('i', 4) },
    d: { care: id('b', 8), room: id('e', 2), day: '2026-11-27', start: 600, end: 720, band: 'a12', units: 100 },
  },
  {
    ...{ s: 2, id: eventId.parse('01KAFXD0000000000000000052'), t: waitsSet.type, ...base },
    d: { offerMin: 60, careGraceMin: 30 },
  },
]

describe('a place that moves and the waits of a centre', () => {
  test('are written to these lines and read back from them', () => {
    expect(entries.map((entry) => encodeEntry(entry).toString('utf8'))).toEqual(lines)
    expect(lines.map((line) => decodeEntry(Buffer.from(line)))).toEqual(entries)
  })

  test('say what their types ask for', () => {
    for (const { t, v, d } of entries) {
      expect(catalogue.get(t)?.version).toBe(v)
      expect(catalogue.get(t)?.data.parse(d)).toEqual(d)
    }
  })
})
