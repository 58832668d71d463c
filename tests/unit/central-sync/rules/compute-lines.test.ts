import { describe, expect, it } from 'vitest'
import type { PackageId, RateId } from '../../../../central-sync/protocol/identifier.ts'
import { addDays } from '../../../../central-sync/protocol/time.ts'
import { type ApprovedTime, computeLines, type RateVersion } from '../../../../central-sync/rules/compute-lines.ts'
import { at, DAY, ulidOf } from '../../../support/attendance-facts.ts'

const MAPS = 'p_maps' as PackageId

function rate(yen: number, from = DAY, more: Partial<RateVersion> = {}): RateVersion {
  return { rate: `r_${yen}_${from}` as RateId, package: MAPS, milliYenPerHour: yen * 1000, from, ...more }
}

let counter = 0
function worked(seconds: number, more: Partial<ApprovedTime> = {}): ApprovedTime {
  counter += 1
  const startedAt = at('09:00') + counter * 86_400_000
  return {
    id: ulidOf(counter),
    day: DAY,
    startedAt,
    endedAt: startedAt + seconds * 1000,
    seconds,
    package: MAPS,
    place: '塩尻',
    ...more,
  }
}

const figures = (approved: ApprovedTime[], rates: RateVersion[]) =>
  computeLines(approved, rates).lines.map(({ seconds, minutes, yen }) => [seconds, minutes, yen])

describe('statement lines', () => {
  it('round minutes once and yen once, up', () => {
    expect(figures([worked(1200), worked(1200), worked(1200)], [rate(950)])).toEqual([[3600, 60, 950]])
    expect(figures([worked(125 * 60)], [rate(1061)])).toEqual([[7500, 125, 2211]])
    expect(figures([worked(467 * 60)], [rate(1061)])).toEqual([[28020, 467, 8259]])
    expect(figures([worked(1), worked(1)], [rate(950)])).toEqual([[2, 1, 16]])
    expect(figures([worked(61), worked(59)], [rate(950)])).toEqual([[120, 2, 32]])
  })

  it('are one per package, rate version and place', () => {
    const scans = 'p_scans' as PackageId
    const next = addDays(DAY, 1)
    const rates = [rate(950), rate(1000, next), rate(1200, DAY, { rate: 'r_scans' as RateId, package: scans })]
    const approved = [
      worked(3600),
      worked(3600, { place: '糸魚川' }),
      worked(3600, { day: next }),
      worked(3600, { package: scans }),
    ]
    const { lines } = computeLines(approved, rates)
    expect(lines.map(({ package: of, milliYenPerHour, place, yen }) => [of, milliYenPerHour, place, yen])).toEqual([
      ['p_maps', 950_000, '塩尻', 950],
      ['p_maps', 950_000, '糸魚川', 950],
      ['p_maps', 1_000_000, '塩尻', 1000],
      ['p_scans', 1_200_000, '塩尻', 1200],
    ])
  })

  it('take the rate of the business day, and of two versions from one day the later one', () => {
    const twice = [rate(950), rate(980, DAY, { rate: 'r_z' as RateId })]
    expect(computeLines([worked(3600)], twice).lines[0]?.milliYenPerHour).toBe(980_000)
  })

  it('guess no price: time without a rate is handed back', () => {
    const early = worked(3600, { day: addDays(DAY, -1) })
    expect(computeLines([early], [rate(950)])).toEqual({ lines: [], unpriced: [early] })
  })

  it('refuse to pay a second twice', () => {
    const one = worked(3600)
    expect(() => computeLines([one, { ...one, id: ulidOf(999) }], [rate(950)])).toThrow('overlap')
  })
})
