import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEventId, type WorkerId } from '../../../../central-sync/protocol/identifier.ts'
import { businessDayOf, toJstIso } from '../../../../central-sync/protocol/time.ts'
import type { FoldTap } from '../../../../central-sync/rules/fold-day.ts'
import { defaultPolicy } from '../../../../central-sync/rules/policy.ts'
import { type ImportFacts, type PunchRow, resolveImport } from '../../../../central-sync/rules/resolve-import.ts'
import { at, DAY, deviceId, fold, SITE, say, tap, WORKER } from '../../../support/attendance-facts.ts'

const facts: ImportFacts = {
  site: SITE,
  now: at('29:00'),
  place: '塩尻',
  workerOf: (code) =>
    code === 'W001' || code === 'SHI-W001' ? WORKER : code === 'W002' ? ('w_2' as WorkerId) : undefined,
  deviceOf: (label) => deviceId(label.length),
  known: () => [],
  has: () => false,
  policy: defaultPolicy,
}

function row(time: string, direction: string, more: Partial<PunchRow> = {}): PunchRow {
  return { line: 2, workerCode: 'W001', at: toJstIso(at(time)), direction, place: '', device: 'gate', ...more }
}

/** The day that comes of importing the rows, beside the taps known before. */
function dayOf(rows: readonly PunchRow[], known: readonly FoldTap[] = []) {
  const { taps } = resolveImport(rows, { ...facts, known: () => known })
  return fold([...known, ...taps.map(asFoldTap)])
}

function asFoldTap(one: ReturnType<typeof resolveImport>['taps'][number]): FoldTap {
  return { ...one, seq: 0, attributed: false, late: false }
}

describe('rows of a punch list', () => {
  it('become taps in order of time, with ids of their own', () => {
    const { taps } = resolveImport([row('17:00', 'out'), row('09:00', 'in')], facts)
    expect(taps.map(({ claim, time }) => [claim, time])).toEqual([
      ['in', at('09:00')],
      ['out', at('17:00')],
    ])
    expect(taps.every(({ id }) => isEventId(id))).toBe(true)
    expect(taps[0]).toMatchObject({ clock: 'imported', place: '塩尻', worker: WORKER, chosen: true })
  })

  it('keep their id: importing again adds nothing, whatever way the code is written', () => {
    const first = resolveImport([row('09:00', 'in')], facts)
    const ids = new Set<string>(first.taps.map(({ id }) => id))
    const again = resolveImport([row('09:00', 'IN', { workerCode: ' SHI-W001 ' })], {
      ...facts,
      has: (id) => ids.has(id),
    })
    expect(again).toEqual({ taps: [], repeated: 1, bad: [] })
    expect(resolveImport([row('09:00', 'in'), row('09:00', 'in')], facts)).toMatchObject({ repeated: 1 })
  })

  it('that cannot be read are listed by line and stop nothing else', () => {
    const { taps, bad } = resolveImport(
      [
        row('09:00', 'in', { line: 6, place: 'と'.repeat(61) }),
        row('09:00', 'in', { line: 2, workerCode: 'W999' }),
        row('09:00', 'in', { line: 3, at: '2026-10-01 09:00' }),
        row('09:00', 'sideways', { line: 4 }),
        row('29:06', 'in', { line: 5 }),
        row('29:05', 'in', { line: 7 }),
      ],
      facts,
    )
    expect(bad).toEqual([
      { line: 2, reason: 'worker_unknown' },
      { line: 3, reason: 'at_invalid' },
      { line: 4, reason: 'direction_invalid' },
      { line: 5, reason: 'at_in_future' },
      { line: 6, reason: 'place_too_long' },
    ])
    expect(taps).toHaveLength(1)
  })

  it('take the other direction at once and the same one for a bounce', () => {
    expect(say(dayOf([row('09:00', 'in'), row('09:00:30', 'out')]))).toEqual(['09:00–09:00:30 payable'])
    expect(say(dayOf([row('09:00', 'in'), row('09:00:30', 'in')]))).toEqual(['09:00– pending'])
    expect(say(dayOf([row('09:00', 'in'), row('09:30', 'in')]))).toEqual([
      '09:00– pending missing_out',
      '09:30– pending',
    ])
  })

  it('leave before they come back at the same instant', () => {
    const rows = [row('09:00', 'in'), row('13:00', 'in'), row('13:00', 'out'), row('17:00', 'out')]
    expect(say(dayOf(rows))).toEqual(['09:00–13:00 payable', '13:00–17:00 payable'])
  })

  it('resolve auto from what is known before them, and bounce near a tap', () => {
    const auto = ['09:00', '09:01', '12:00', '13:00', '17:00'].map((time) => row(time, 'auto'))
    expect(say(dayOf(auto))).toEqual(['09:00–12:00 payable', '13:00–17:00 payable'])
    expect(say(dayOf([row('12:00', 'auto')], [tap('in', at('09:00'))]))).toEqual(['09:00–12:00 payable'])
    expect(say(dayOf([row('12:00', 'auto')], [tap('in', at('13:00'))]))[0]).toBe('12:00– pending missing_out')
  })

  it('resolve auto to IN on each new business day', () => {
    const { taps } = resolveImport([row('20:00', 'auto'), row('29:00', 'auto')], facts)
    expect(taps.map(({ claim, time }) => [claim, businessDayOf(time)])).toEqual([
      ['in', DAY],
      ['in', '2026-10-02'],
    ])
  })

  it('name their place, compared in its normal form', () => {
    const rows = [row('09:00', 'in', { place: ' ｼｵｼﾞﾘ' }), row('12:00', 'out', { place: 'シオジリ ' })]
    expect(say(dayOf(rows))).toEqual(['09:00–12:00 payable'])
    expect(say(dayOf([row('09:00', 'in'), row('12:00', 'out', { place: '糸魚川' })]))[0]).toContain('place_mismatch')
    expect(say(dayOf([row('09:00', 'in'), row('09:20', 'in', { place: '糸魚川' })]))[0]).toContain('two_places')
  })

  it('with explicit directions give the same days however they are cut into files and in whatever order', () => {
    const rows = fc.array(
      fc
        .record({
          minute: fc.integer({ min: 0, max: 60 }),
          direction: fc.constantFrom('in', 'out'),
          place: fc.constantFrom('', '糸魚川'),
        })
        .map(({ minute, direction, place }) =>
          row(`${9 + Math.floor(minute / 6)}:0${minute % 6}`, direction, { place }),
        ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(rows, fc.nat(12), (all, cut) => {
        const whole = dayOf(all)
        const known: FoldTap[] = []
        const ids = new Set<string>()
        for (const file of [all.slice(cut), all.slice(0, cut)]) {
          const { taps } = resolveImport(file, { ...facts, known: () => known, has: (id) => ids.has(id) })
          for (const one of taps) {
            ids.add(one.id)
            known.push(asFoldTap(one))
          }
        }
        expect(fold(known).sessions).toEqual(whole.sessions)
      }),
      { numRuns: 500 },
    )
  })
})
