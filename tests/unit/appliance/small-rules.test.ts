import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weekOf } from '../../../appliance/attendance/answer.ts'
import { instantOfWallTime } from '../../../appliance/attendance/correction-desk.ts'
import { shrinkGap } from '../../../appliance/attendance/device-cursors.ts'
import { readRecords } from '../../../appliance/attendance/device-record.ts'
import { OwnClock } from '../../../appliance/attendance/own-clock.ts'
import { type DeviceDuty, watermarkOf } from '../../../appliance/attendance/watermark.ts'
import { FrameBudget } from '../../../appliance/channels/frame-budget.ts'
import { searchKey } from '../../../appliance/http/people-queries.ts'
import { isWeakPassword } from '../../../appliance/staff/staff-desk.ts'
import { adviceFor } from '../../../appliance/sync/sync-advice.ts'
import { decodeText, readCsv } from '../../../appliance/worker/read-csv.ts'
import { isWeakPin } from '../../../appliance/worker/worker-desk.ts'
import { deviceEventId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import {
  type BusinessDay,
  businessDayOf,
  DAY_MS,
  startOfBusinessDay,
  toJstIso,
} from '../../../central-sync/protocol/time.ts'

const DAY = '2026-11-20' as BusinessDay

describe('watermarks', () => {
  const end = startOfBusinessDay(DAY) + DAY_MS
  const duty = (change: Partial<DeviceDuty>): DeviceDuty => ({
    device: newIdentifier('device'),
    enrolledAt: end - DAY_MS,
    retiredAt: undefined,
    completeSeq: 7,
    completeAt: end,
    ...change,
  })

  test('a device that declared itself complete after the day names its number', () => {
    const one = duty({})
    expect(watermarkOf(DAY, [one], end)).toEqual({ [one.device]: 7 })
  })

  test('one that spoke last during the day, or never, is null', () => {
    const [early, silent] = [duty({ completeAt: end - 1 }), duty({ completeSeq: undefined, completeAt: undefined })]
    expect(watermarkOf(DAY, [early, silent], end)).toEqual({ [early.device]: null, [silent.device]: null })
  })

  test('what was declared later than now was declared under a wrong clock', () => {
    const one = duty({ completeAt: end + 1 })
    expect(watermarkOf(DAY, [one], end)).toEqual({ [one.device]: null })
  })

  test('nothing is owed before enrolment and after retirement', () => {
    expect(watermarkOf(DAY, [duty({ enrolledAt: end }), duty({ retiredAt: end + DAY_MS })], end)).toEqual({})
  })
})

test('a gap shrinks to exactly the numbers that did not arrive', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }), numbers, (first, length, arrived) => {
      const last = first + length
      const left = shrinkGap({ first, last }, new Set(arrived))
      const missing = left.flatMap((part) =>
        Array.from({ length: part.last - part.first + 1 }, (_, i) => part.first + i),
      )
      const expected = Array.from({ length: length + 1 }, (_, i) => first + i).filter((seq) => !arrived.includes(seq))
      expect(missing).toEqual(expected)
    }),
  )
})

describe('records of a frame', () => {
  const device = newIdentifier('device')
  const record = { t: 'void', id: deviceEventId(device, 1, 2), target: deviceEventId(device, 1, 1), afterMs: 5 }

  test('one that cannot be read is poison, the others stay', () => {
    const odd = { ...record, id: deviceEventId(device, 1, 3), afterMs: 'soon' }
    expect(readRecords(device, { t: 'records', records: [record, odd] })).toMatchObject({
      records: [{ seq: 2 }],
      poison: [{ seq: 3, code: 'malformed' }],
    })
  })

  test('a record of a future kind is kept aside too', () => {
    const future = { t: 'hologram', id: deviceEventId(device, 1, 4) }
    expect(readRecords(device, { t: 'records', records: [future] })?.poison).toHaveLength(1)
  })

  test('nothing is taken from a frame that speaks for another device, has no ids or is too long', () => {
    const other = { ...record, id: deviceEventId(newIdentifier('device'), 1, 2) }
    expect(readRecords(device, { t: 'records', records: [record, other] })).toBeUndefined()
    expect(readRecords(device, { t: 'records', records: [{ t: 'void' }] })).toBeUndefined()
    expect(readRecords(device, { t: 'records', records: Array(101).fill(record) })).toBeUndefined()
    expect(readRecords(device, { t: 'records', records: [] })).toBeUndefined()
  })

  test('no JSON value makes it throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void readRecords(device, { records: [value] })))
  })
})

describe('CSV', () => {
  const names = ['a', 'b']

  test('a broken quote spoils its own line only', () => {
    const table = readCsv(Buffer.from('a,b\n1,2\n"3,4\n5,6\n'), names)
    if (isRefusal(table)) throw new Error(table.refused)
    expect(table.rows.map(({ line }) => line)).toEqual([2, 4])
    expect(table.bad.map(({ line }) => line)).toEqual([3])
  })

  test('two stray quotes do not swallow the lines between them', () => {
    const table = readCsv(Buffer.from('a,b\n"1,2\n3,4\n5",6\n"7,8",9\n'), names)
    if (isRefusal(table)) throw new Error(table.refused)
    expect(table.rows.map(({ line, fields }) => [line, fields.a])).toEqual([
      [3, '3'],
      [5, '7,8'],
    ])
    expect(table.bad.map(({ line }) => line)).toEqual([2, 4])
  })

  test('lines are counted as a person counts them, empty ones included', () => {
    const table = readCsv(Buffer.from('a,b\r\n\r\n5,6,7\r\n8,9\r\n'), names)
    if (isRefusal(table)) throw new Error(table.refused)
    expect(table.rows.map(({ line }) => line)).toEqual([4])
    expect(table.bad).toEqual([{ line: 3, why: '3 fields instead of 2' }])
  })

  test('columns come in any order, further ones are ignored, a missing one refuses the file', () => {
    const table = readCsv(Buffer.from('\uFEFFb,c,Ａ\n1,2,3\n'), names)
    expect(table).toMatchObject({ rows: [{ fields: { a: '3', b: '1' } }] })
    expect(readCsv(Buffer.from('a\n1\n'), names)).toMatchObject({ refused: 'malformed', detail: 'missing columns: b' })
    expect(isRefusal(readCsv(Buffer.from(''), names))).toBe(true)
  })

  test('text of either encoding reads the same', () => {
    expect(decodeText(Buffer.from([0x90, 0xc2, 0x96, 0xd8]))).toBe('青木')
    expect(decodeText(Buffer.from('青木'))).toBe('青木')
  })

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readCsv(bytes, names)))
  })
})

describe('secrets', () => {
  test.each(['0000', '1234', '9876', '12', 'abcd', '１１１１'])('%s is a weak PIN', (pin) => {
    expect(isWeakPin(pin)).toBe(true)
  })
  test('a mixed PIN is not', () => {
    expect(isWeakPin('270841')).toBe(false)
  })
  test('a password is long, varied and not the sign-in name', () => {
    expect(isWeakPassword('short', '')).toBe(true)
    expect(isWeakPassword('aaaaaaaaaaaa', '')).toBe(true)
    expect(isWeakPassword('kanri-no-himitsu', 'kanri')).toBe(true)
    expect(isWeakPassword('たんぽぽのわたげがとぶ', 'kanri')).toBe(false)
  })
})

test('a wall time lies on its business day, before five o’clock on the morning after', () => {
  expect(toJstIso(instantOfWallTime(DAY, '9:02'))).toBe('2026-11-20T09:02:00+09:00')
  expect(toJstIso(instantOfWallTime(DAY, '05:00'))).toBe('2026-11-20T05:00:00+09:00')
  expect(toJstIso(instantOfWallTime(DAY, '4:59'))).toBe('2026-11-21T04:59:00+09:00')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), (hour, minute) => {
      expect(businessDayOf(instantOfWallTime(DAY, `${hour}:${minute}`))).toBe(DAY)
    }),
  )
})

test('the week counts from Monday and knows who was forgotten', () => {
  const fold = (day: string, seconds: number, open = 0) => ({
    day: day as BusinessDay,
    payable_seconds: seconds,
    pending: 0,
    open,
  })
  const week = weekOf([fold('2026-11-16', 60), fold('2026-11-18', 30, 1), fold('2026-11-20', 5, 1)], DAY)
  expect(week.days.map(({ seconds }) => seconds)).toEqual([60, 0, 30, 0, 5])
  expect(week).toMatchObject({ seconds: 95, pending: 1 })
})

test('a frame budget allows its burst, then its rate', () => {
  const budget = new FrameBudget({ perSecond: 10, burst: 3, now: 0 })
  expect([0, 0, 0, 0].map((now) => budget.take(now))).toEqual([true, true, true, false])
  expect(budget.take(50)).toBe(false)
  expect(budget.take(200)).toBe(true)
})

test('the appliance trusts its clock while the hub agrees within five minutes', () => {
  const clock = new OwnClock(1_000)
  expect(clock.quality(999)).toBe('absurd')
  expect(clock.quality(5_000)).toBe('synced')
  clock.noteHubTime(5_000 + 300_001, 5_000)
  expect(clock.quality(5_000)).toBe('unsynced')
  clock.noteHubTime(5_000 + 300_000, 5_000)
  expect(clock.quality(5_000)).toBe('synced')
})

test('people are found whatever the width, case and kana', () => {
  expect(searchKey('シオジリ Ｗ００１')).toBe(searchKey('しおじり w001'))
  expect(searchKey('SHI-W002')).toBe('shiw002')
})

test('every stop has words to act on', () => {
  for (const code of ['FORK', 'CLONE', 'SIG', 'INC', 'PROTO', 'RESTART', 'UNKNOWN_DEVICE', 'malformed']) {
    expect(adviceFor(code).ja).toMatch(/。$/)
  }
})
