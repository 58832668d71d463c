import { describe, expect, test } from 'vitest'
import { type BusinessDay, parseIsoInstant } from '../../../../central-sync/protocol/time.ts'
import { suggestEnd } from '../../../../central-sync/rules/suggest-end.ts'

const DAY = '2026-11-18' as BusinessDay
const at = (text: string) => parseIsoInstant(`2026-11-${text}:00+09:00`)
const open = (start: string, bound: string) => ({ startedAt: at(start), endedAt: undefined, bound: at(bound) })
const hours = (end: number) => ({ start: 9 * 60, end })

describe('the end that is suggested for a forgotten OUT', () => {
  test.each([
    ['is when the centre closed that day', open('18T09:02', '19T01:02'), hours(20 * 60), '18T20:00'],
    ['is never past what is possible', open('18T09:02', '18T13:00'), hours(18 * 60), '18T13:00'],
    ['is six o’clock where the centre was closed that day', open('18T09:02', '19T01:02'), null, '18T18:00'],
    ['is midnight where it closes at midnight', open('18T20:00', '19T05:00'), hours(1_440), '19T00:00'],
  ] as const)('%s', (_what, session, span, expected) => {
    expect(suggestEnd(session, DAY, span)).toBe(at(expected))
  })

  test('is nothing for who came after closing time, who has left, and who may still be inside', () => {
    expect(suggestEnd(open('18T18:30', '19T05:00'), DAY, hours(18 * 60))).toBeUndefined()
    expect(
      suggestEnd({ ...open('18T09:00', '18T12:00'), endedAt: at('18T12:00') }, DAY, hours(18 * 60)),
    ).toBeUndefined()
    expect(suggestEnd({ startedAt: at('18T09:00'), endedAt: undefined, bound: undefined }, DAY, null)).toBeUndefined()
  })
})
