import { describe, expect, it } from 'vitest'
import { type CloseFacts, decideClose } from '../../../central-sync/hub/payroll/decide-close.ts'
import {
  behindSentence,
  type CentreOnDuty,
  type DeviceOnDuty,
  findBehind,
} from '../../../central-sync/hub/payroll/find-behind.ts'
import { type BusinessDay, DAY_MS, type Month, startOfBusinessDay } from '../../../central-sync/protocol/time.ts'

const day = (text: string) => text as BusinessDay
const month = (text: string) => text as Month
const OCTOBER_OVER = startOfBusinessDay(day('2026-11-01'))
const behind = [{ site: 's', code: 'ITO', name: '糸魚川', upTo: day('2026-10-29') }]

const facts = (change: Partial<CloseFacts> = {}): CloseFacts => ({
  now: OCTOBER_OVER,
  month: month('2026-10'),
  closed: [],
  open: [],
  behind: [],
  override: undefined,
  ...change,
})
const codeOf = (change: Partial<CloseFacts>) => {
  const decision = decideClose(facts(change))
  return 'refused' in decision ? decision.refused : 'closes'
}

describe('closing a month', () => {
  it('is possible from the roll-over after its last day on', () => {
    expect(codeOf({})).toBe('closes')
    expect(codeOf({ now: OCTOBER_OVER - 1 })).toBe('month_not_over')
  })
  it('happens once', () => expect(codeOf({ closed: [month('2026-10')] })).toBe('month_closed'))
  it('never goes behind a later closed month', () =>
    expect(codeOf({ closed: [month('2026-11')] })).toBe('month_closed'))
  it('asks for the earlier month first', () =>
    expect(codeOf({ open: [month('2026-09'), month('2026-10')] })).toBe('previous_month_open'))
  it('does not mind an earlier month without approved time', () =>
    expect(codeOf({ open: [month('2026-10')] })).toBe('closes'))
  it('names whoever is behind', () => {
    expect(decideClose(facts({ behind }))).toMatchObject({
      refused: 'watermark_behind',
      detail: 'ITO 糸魚川 (2026-10-29)',
      facts: { behind },
    })
  })
  it('can be forced with a reason, which is kept with the names', () => {
    expect(decideClose(facts({ behind, override: '停電のため' }))).toEqual({
      override: { reason: '停電のため', behind: ['ITO 糸魚川 (2026-10-29)'] },
    })
  })
  it('keeps no reason that was not needed', () => expect(decideClose(facts({ override: 'x' }))).toEqual({}))
  it('cannot be forced before the month is over', () => {
    expect(codeOf({ behind, override: 'x', now: OCTOBER_OVER - 1 })).toBe('month_not_over')
  })
})

describe('who is behind', () => {
  const admittedAt = OCTOBER_OVER - 40 * DAY_MS
  const centre = (change: Partial<CentreOnDuty> = {}): CentreOnDuty => ({
    site: 's',
    code: 'ITO',
    name: '糸魚川',
    admittedAt,
    declared: day('2026-10-31'),
    ...change,
  })
  const device = (change: Partial<DeviceOnDuty> = {}): DeviceOnDuty => ({
    device: 'd',
    site: 's',
    label: '受付',
    kind: 'kiosk',
    enrolledAt: admittedAt,
    retiredAt: undefined,
    complete: day('2026-10-31'),
    ...change,
  })
  const find = (centres: CentreOnDuty[], devices: DeviceOnDuty[]) =>
    findBehind(centres, devices, day('2026-10-31')).map(behindSentence)

  it('nobody, when all have declared the last day', () => expect(find([centre()], [device()])).toEqual([]))
  it('nobody, when a device was heard on a later day', () => {
    expect(find([centre({ declared: day('2026-11-03') })], [device({ complete: day('2026-11-02') })])).toEqual([])
  })
  it('a centre that never declared a day', () =>
    expect(find([centre({ declared: undefined })], [device()])).toEqual(['ITO 糸魚川 (–)']))
  it('a centre that stopped before the last day', () => {
    expect(find([centre({ declared: day('2026-10-30') })], [])).toEqual(['ITO 糸魚川 (2026-10-30)'])
  })
  it('a single kiosk that was not heard from', () => {
    expect(find([centre()], [device({ complete: day('2026-10-29') }), device({ device: 'e', label: '奥' })])).toEqual([
      'ITO 受付 (2026-10-29)',
    ])
  })
  it('not a retired kiosk, an import, or one that came after the month', () => {
    const late = [
      device({ complete: undefined, retiredAt: 5 }),
      device({ complete: undefined, kind: 'import' }),
      device({ complete: undefined, enrolledAt: OCTOBER_OVER + 1 }),
    ]
    expect(find([centre()], late)).toEqual([])
  })
  it('not a centre that joined after the month', () => {
    expect(find([centre({ declared: undefined, admittedAt: OCTOBER_OVER })], [])).toEqual([])
  })
  it('in the order of centre codes', () => {
    const two = [
      centre({ declared: undefined }),
      centre({ site: 'n', code: 'AZU', name: '安曇野', declared: undefined }),
    ]
    expect(find(two, [])).toEqual(['AZU 安曇野 (–)', 'ITO 糸魚川 (–)'])
  })
})
