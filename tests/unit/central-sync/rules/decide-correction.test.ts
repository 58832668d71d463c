import { describe, expect, it } from 'vitest'
import type { WorkerId } from '../../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../../central-sync/protocol/refusal.ts'
import {
  approveCorrection,
  type CorrectionFacts,
  confirmSession,
  type PendingCorrection,
  rejectCorrection,
  requestCorrection,
  revertCorrection,
  withdrawCorrection,
} from '../../../../central-sync/rules/decide-correction.ts'
import { defaultPolicy } from '../../../../central-sync/rules/policy.ts'
import { at, DAY, fold, tap, tapId, ulidOf, WORKER } from '../../../support/attendance-facts.ts'

const forgotten = tap('in', at('09:00'))
const taps = [forgotten, tap('in', at('13:00')), tap('out', at('17:00'))]
const day = fold(taps)
const facts: CorrectionFacts = { fold: day, now: at('30:00'), monthClosed: false, policy: defaultPolicy }
const morning = { start: at('09:00'), end: at('12:00'), place: '塩尻' }
const request: PendingCorrection = {
  day: DAY,
  base: day.version,
  taps: [forgotten.id],
  wanted: [morning],
  worker: WORKER,
  state: 'requested',
}
const director = { worker: undefined }

const code = (value: unknown) => (isRefusal(value) ? value.refused : value)
const ask = (more: Partial<PendingCorrection>, about: Partial<CorrectionFacts> = {}) =>
  code(requestCorrection({ ...request, ...more }, { ...facts, ...about }))

describe('a request', () => {
  it('is taken when the day is as the person saw it', () => {
    expect(ask({})).toEqual({ adjusts: false })
  })

  it('for a closed month is taken and will show as an adjustment', () => {
    expect(ask({}, { monthClosed: true })).toEqual({ adjusts: true })
  })

  it('about nothing, or about a tap of another day, is refused', () => {
    expect(ask({ taps: [], wanted: [] })).toBe('interval_invalid')
    expect(ask({ taps: [tapId(3, 77)] })).toBe('tap_unknown')
  })

  it('from a day that has changed is stale', () => {
    expect(ask({}, { fold: fold([...taps, tap('out', at('12:00'))]) })).toBe('correction_stale')
  })

  it('may take a session away', () => {
    expect(ask({ wanted: [] })).toEqual({ adjusts: false })
  })

  it.each([
    ['IN after OUT', { start: at('15:30'), end: at('15:00') }, 'interval_invalid'],
    ['no length', { start: at('09:00'), end: at('09:00') }, 'interval_invalid'],
    ['more than 16 hours', { start: at('05:00'), end: at('21:00') + 1 }, 'interval_too_long'],
    ['over roll-over', { start: at('28:00'), end: at('29:00') + 1 }, 'interval_too_long'],
    ['before the day', { start: at('04:59'), end: at('06:00') }, 'interval_too_long'],
    ['over a session that stays', { start: at('12:00'), end: at('13:00') + 1 }, 'interval_overlaps'],
  ])('with %s is refused', (_, interval, refusal) => {
    expect(ask({ wanted: [{ ...interval, place: '塩尻' }] })).toBe(refusal)
  })

  it('in the future is refused', () => {
    expect(ask({}, { now: at('11:59') })).toBe('day_in_future')
  })

  it('may touch a session that stays, and end at roll-over itself', () => {
    expect(ask({ wanted: [{ start: at('09:00'), end: at('13:00'), place: '塩尻' }] })).toEqual({ adjusts: false })
    expect(ask({ wanted: [{ start: at('20:00'), end: at('29:00'), place: '塩尻' }] })).toEqual({ adjusts: false })
  })

  it('with two intervals that overlap each other is refused', () => {
    expect(ask({ wanted: [morning, { ...morning, start: at('11:00') }] })).toBe('interval_overlaps')
  })

  it('that moves an edge behind the other leaves the total as it was', () => {
    const work = fold([tap('in', at('08:00')), tap('out', at('15:00'))])
    const edges = work.sessions.flatMap(({ cites }) => cites)
    for (const [start, end] of [
      ['15:30', '15:00'],
      ['20:00', '15:00'],
      ['08:00', '07:30'],
    ] as const) {
      const wanted = [{ start: at(start), end: at(end), place: '塩尻' }]
      expect(ask({ base: work.version, taps: edges, wanted }, { fold: work })).toBe('interval_invalid')
    }
    expect(work.payableSeconds).toBe(7 * 3600)
  })
})

describe('a decision', () => {
  const approve = (more: Partial<PendingCorrection> = {}, decider: { worker: WorkerId | undefined } = director) =>
    code(approveCorrection({ ...request, ...more }, request.wanted, decider, facts))

  it('is taken by somebody else, and never by the person it is about', () => {
    expect(approve()).toEqual({ adjusts: false })
    expect(approve({}, { worker: WORKER })).toBe('deciding_about_oneself')
    expect(code(rejectCorrection(request, { worker: WORKER }))).toBe('deciding_about_oneself')
    expect(rejectCorrection(request, director)).toBeUndefined()
  })

  it('is taken once', () => {
    for (const state of ['approved', 'rejected', 'withdrawn', 'stale', 'reverted'] as const) {
      expect(approve({ state })).toBe('correction_closed')
      expect(code(rejectCorrection({ ...request, state }, director))).toBe('correction_closed')
      expect(code(withdrawCorrection({ ...request, state }, WORKER))).toBe('correction_closed')
    }
  })

  it('looks at what is granted again', () => {
    const granted = [{ start: at('09:00'), end: at('14:00'), place: '塩尻' }]
    expect(code(approveCorrection(request, granted, director, facts))).toBe('interval_overlaps')
    expect(approve({ base: 'another day' })).toBe('correction_stale')
  })

  it('can be reverted once it was approved', () => {
    expect(code(revertCorrection({ ...request, state: 'approved' }, director, facts))).toEqual({ adjusts: false })
    expect(code(revertCorrection(request, director, facts))).toBe('correction_closed')
  })

  it('can be withdrawn by the person who asked', () => {
    expect(withdrawCorrection(request, WORKER)).toBeUndefined()
    expect(code(withdrawCorrection(request, 'w_other' as WorkerId))).toBe('not_allowed')
  })

  it('vouches for a flagged session as it stands, and for no other', () => {
    const flagged = fold([tap('in', at('09:00'), { clock: 'unsynced' }), tap('out', at('12:00'))]).sessions[0]
    const seen = { startedAt: at('09:00'), endedAt: at('12:00') }
    expect(confirmSession(flagged, seen, WORKER, director)).toBeUndefined()
    expect(code(confirmSession(flagged, seen, WORKER, { worker: WORKER }))).toBe('deciding_about_oneself')
    expect(code(confirmSession(flagged, { ...seen, endedAt: at('11:00') }, WORKER, director))).toBe('correction_stale')
    expect(code(confirmSession(day.sessions[0], seen, WORKER, director))).toBe('interval_invalid')
    expect(code(confirmSession(day.sessions[1], seen, WORKER, director))).toBe('correction_closed')
    expect(code(confirmSession(undefined, seen, WORKER, director))).toBe('correction_closed')
  })

  it('that is granted gives a day without overlap whose base is stale for the next request', () => {
    const decided = fold(taps, {
      decisions: [
        {
          kind: 'correction',
          id: ulidOf(1),
          correction: 'q_1' as never,
          outcome: 'approved',
          taps: request.taps,
          granted: request.wanted,
        },
      ],
    })
    expect(decided.payableSeconds).toBe(7 * 3600)
    expect(ask({}, { fold: decided })).toBe('correction_stale')
  })
})
