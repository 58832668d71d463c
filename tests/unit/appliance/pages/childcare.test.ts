import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  comparePolicies,
  gapsOf,
  type PolicyRules,
  policyLines,
} from '../../../../appliance/pages/childcare/describe-policy.ts'
import { drawDay, rowsOfDay, type SlotFacts } from '../../../../appliance/pages/childcare/draw-day.ts'
import { careForms, readDecimal, readTemperatureX10 } from '../../../../appliance/pages/childcare/read-care-forms.ts'
import { phoneLink } from '../../../../appliance/pages/childcare/room-steps.ts'
import { stateWords } from '../../../../appliance/pages/childcare/view-care.ts'
import { writeAge } from '../../../../appliance/pages/childcare/write-minute.ts'
import { addDays, type CalendarDay } from '../../../../central-sync/protocol/time.ts'

const day = (text: string) => text as CalendarDay
const NONE = { a0: 0, a12: 0, a3: 0, a4: 0 }

function slot(start: number, of: Partial<SlotFacts> = {}): SlotFacts {
  const quiet = { children: NONE, total: 0, needStaff: 0, staff: 2, qualified: 1, placesLeft: { ...NONE, a0: 3 } }
  return { start, end: start + 15, ...quiet, level: 'ok', code: null, ...of }
}

const someSlot = fc.record({
  a0: fc.nat(5),
  a12: fc.nat(9),
  a3: fc.nat(12),
  a4: fc.nat(12),
  staff: fc.nat(6),
  needStaff: fc.nat(8),
})
const someDay = fc.array(someSlot, { maxLength: 60 }).map((slots) =>
  slots.map(({ a0, a12, a3, a4, ...carers }, index) => {
    const children = { a0, a12, a3, a4 }
    return slot(480 + index * 15, { children, total: a0 + a12 + a3 + a4, ...carers })
  }),
)

describe('a day in quarters of an hour', () => {
  it('says equal quarters in one row, and every quarter in exactly one', () => {
    fc.assert(
      fc.property(someDay, (slots) => {
        const rows = rowsOfDay(slots)
        const told = rows.flatMap((row) =>
          Array.from({ length: (row.end - row.start) / 15 }, (_, n) => [row.start + n * 15, row.total, row.staff]),
        )
        expect(told).toEqual(slots.map(({ start, total, staff }) => [start, total, staff]))
      }),
    )
  })

  it('does not join what a gap parts', () => {
    expect(rowsOfDay([slot(540), slot(555), slot(600)]).map(({ from, to }) => `${from}–${to}`)).toEqual([
      '9:00–9:30',
      '10:00–10:15',
    ])
  })

  it('stays inside its frame, and draws as many carers lacking as the table says', () => {
    fc.assert(
      fc.property(someDay, (slots) => {
        const { rects, width, height } = drawDay(slots)
        for (const { x, y, width: w, height: h } of rects) {
          expect(x >= 0 && y >= 0 && x + w <= width + 1 && y + h <= height + 1).toBe(true)
        }
        const lacking = slots.filter(({ needStaff, staff }) => needStaff > staff).length
        expect(rects.filter(({ kind }) => kind === 'lacking')).toHaveLength(lacking)
      }),
    )
  })

  it('says in words what a colour says', () => {
    const few = { lacking: 0, full: false }
    expect(stateWords('red', 'staff_minimum', { lacking: 2, full: true }).ja).toBe('保育者が 2人 たりません')
    expect(stateWords('red', 'area_exceeded', few).en).toContain('room')
    expect(stateWords('amber', 'ratio_exceeded', few).ja).toBe('あと1人でいっぱいです')
    expect(stateWords('amber', 'ratio_exceeded', { lacking: 0, full: true }).ja).toBe('これ以上あずかれません')
  })
})

describe('dated rules', () => {
  const rules: PolicyRules = {
    units: { a0: 100, a12: 50, a3: 20, a4: 12 },
    minStaff: 2,
    qualifiedNum: 1,
    qualifiedDen: 3,
    areaPerChildDm2: 165,
    ageBasis: 'fiscal',
    rounding: 'ceil_sum',
    feverX10: 375,
    smallMode: false,
  }

  it('are said as people say them', () => {
    const lines = policyLines(rules).map(({ text }) => text.ja)
    expect(lines.slice(0, 7)).toEqual([
      '3人に1人',
      '6人に1人',
      '15人に1人',
      '25人に1人',
      '2人',
      '3人に1人から',
      '1.65㎡',
    ])
  })

  it('are compared line by line', () => {
    const changed = comparePolicies(rules, { ...rules, units: { ...rules.units, a3: 15 }, feverX10: 380 })
    expect(changed.filter((line) => line.changed).map(({ text }) => text.ja)).toEqual(['20人に1人', '38.0℃'])
  })

  it('leave no day unseen on which there are none', () => {
    const today = day('2026-11-20')
    expect(gapsOf([{ from: day('2026-04-01'), to: null }], today)).toEqual([])
    const two = [
      { from: day('2026-04-01'), to: day('2027-03-31') },
      { from: day('2027-04-05'), to: day('2027-12-31') },
    ]
    expect(gapsOf(two, today)).toEqual([
      { from: '2027-04-01', to: '2027-04-04' },
      { from: '2028-01-01', to: undefined },
    ])
  })

  it('agree with a walk over every day', () => {
    const today = day('2026-11-20')
    const some = fc.array(fc.record({ from: fc.nat(60), length: fc.option(fc.nat(30)) }), { maxLength: 5 })
    fc.assert(
      fc.property(some, (spans) => {
        const policies = spans.map(({ from, length }) => ({
          from: addDays(today, from - 20),
          to: length === null ? null : addDays(today, from - 20 + length),
        }))
        const gaps = gapsOf(policies, today)
        for (let n = 0; n < 120; n += 1) {
          const one = addDays(today, n)
          const bare = !policies.some(({ from, to }) => from <= one && (to === null || one <= to))
          const told = gaps.some(({ from, to }) => from <= one && (to === undefined || one <= to))
          expect(told).toBe(bare)
        }
      }),
    )
  })
})

describe('what people type', () => {
  it.each([
    ['36.5', 365],
    ['３６．５', 365],
    ['36,5', 365],
    ['37', 370],
    ['365', 365],
    ['36.55', undefined],
    ['-36', undefined],
    ['あつい', undefined],
  ])('%s is a temperature of %s tenths', (text, value) => expect(readTemperatureX10(text)).toBe(value))

  it('is an area in hundredths', () => {
    expect(readDecimal('54.5', 100)).toBe(5_450)
    expect(readDecimal('1.655', 100)).toBeUndefined()
  })

  it('keeps what cannot be read, so that the field can say so', () => {
    const fields = new Map([['temperatureX10', ['熱い']]])
    expect(careForms['care.arrive']?.(fields)).toMatchObject({ temperatureX10: '熱い' })
  })

  it('makes one shift of several ticked days, and a standing permission of no day', () => {
    const days = new Map([['days[]', ['2026-11-25', '2026-11-23']]])
    expect(careForms['shifts.set']?.(days)).toEqual({ day: '2026-11-23', alsoOn: ['2026-11-25'] })
    const standing = new Map([
      ['scope', ['standing']],
      ['day', ['2026-11-25']],
    ])
    expect(careForms['pickups.grant']?.(standing)).toEqual({ scope: 'standing' })
  })

  it('is a number to call only when there are digits in it', () => {
    expect(phoneLink('０９０-1234-5678（母）')).toBe('tel:09012345678')
    expect(phoneLink('javascript:alert(1)')).toBe('tel:1')
    expect(phoneLink('なし')).toBe('')
  })
})

describe('an age', () => {
  it.each([
    ['2026-11-19', '0か月'],
    ['2026-02-20', '9か月'],
    ['2026-02-21', '8か月'],
    ['2024-11-20', '2歳'],
    ['2023-05-31', '3歳5か月'],
    ['2027-01-01', ''],
  ])('born %s is %s', (born, age) => expect(writeAge(born, day('2026-11-20')).ja).toBe(age))
})
