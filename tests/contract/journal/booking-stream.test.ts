/**
 * Golden bytes of what seats, rooms and the childcare room write, version 1. Journals live for decades: a change that turns
 * one of these bytes, or makes one of these lines unreadable, needs a new version of that type. The file never changes;
 * new types get lines in a new file.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeEntry, encodeEntry } from '../../../central-sync/protocol/entry.ts'
import * as booking from '../../../central-sync/protocol/event/booking.ts'
import * as carer from '../../../central-sync/protocol/event/carer.ts'
import { catalogue } from '../../../central-sync/protocol/event/catalogue.ts'
import * as care from '../../../central-sync/protocol/event/childcare.ts'
import { open } from '../../../central-sync/protocol/sealed.ts'
import { makeBookingEntries, samples } from './booking-entries.ts'
import { dataKey } from './golden-entries.ts'

const linesOf = (file: string) =>
  readFileSync(new URL(`../../fixtures/journal/${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
const [lines, second] = [linesOf('booking-v1.ndjson'), linesOf('booking-second-v1.ndjson')]

describe('entries of seats, rooms and the childcare room', () => {
  test('are written to these lines and read back from them', () => {
    expect(makeBookingEntries().map((entry) => encodeEntry(entry).toString('utf8'))).toEqual(lines)
    expect(lines.map((line) => decodeEntry(Buffer.from(line)))).toEqual(makeBookingEntries())
  })

  test.each(samples.map(({ event }, index) => [event.type, index] as const))(
    '%s says what its type asks for',
    (type, index) => {
      const entry = decodeEntry(Buffer.from(lines[index] ?? ''))
      const definition = catalogue.get(type)
      if (entry === undefined || definition === undefined) throw new Error(type)
      expect(definition.version).toBe(1)
      expect(definition.data.parse(entry.d)).toEqual(entry.d)
      expect(entry.x === undefined).toBe(definition.personal === undefined)
      if (entry.x === undefined) return
      const context = { id: entry.id, type, version: 1, subject: entry.sub ?? '' }
      const personal = open(entry.x, dataKey.key, context)
      expect(definition.personal?.parse(personal)).toEqual(personal)
      // Nothing that is sealed stands in clear beside it.
      for (const value of Object.values(personal as object)) {
        if (typeof value === 'string' && value.length > 3) expect(JSON.stringify(entry.d)).not.toContain(value)
      }
    },
  )

  test('are all here, one of each type, in this file or in the second one', () => {
    const types = [booking, care, carer].flatMap((file) =>
      Object.values(file).flatMap((value) => (isDefinition(value) ? [value.type] : [])),
    )
    const written = [...lines, ...second].map((line) => decodeEntry(Buffer.from(line))?.t)
    expect(written.sort()).toEqual(types.sort())
  })
})

function isDefinition(value: unknown): value is { type: string } {
  return typeof value === 'object' && value !== null && 'author' in value && 'type' in value
}
