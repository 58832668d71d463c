import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventId } from '../../../../central-sync/protocol/identifier.ts'
import { businessDayOf, rollOverAfter } from '../../../../central-sync/protocol/time.ts'
import { BLOCKING_FLAGS, type DayFold, type FoldSession, NOTES } from '../../../../central-sync/rules/fold-day.ts'
import { defaultPolicy, uncertaintyOf } from '../../../../central-sync/rules/policy.ts'
import { secondsBetween, unionSeconds } from '../../../../central-sync/rules/union-seconds.ts'
import {
  arbitraryHistory,
  arbitraryTaps,
  correctionId,
  DAY,
  fold,
  type History,
  tap,
  ulidOf,
} from '../../../support/attendance-facts.ts'

const RUNS = { numRuns: 2_000 }

function foldHistory(history: History): DayFold {
  return fold(history.taps, history)
}

function spanOf({ startedAt, endedAt }: FoldSession) {
  return startedAt === undefined || endedAt === undefined ? undefined : { start: startedAt, end: endedAt }
}

describe('the fold of any day', () => {
  it('changes nothing when any part of the evidence is replayed (I1)', () => {
    fc.assert(
      fc.property(arbitraryHistory, fc.integer({ min: 0, max: 100 }), (history, cut) => {
        const again = <T>(all: readonly T[]) => [...all, ...all.slice(cut % (all.length + 1))]
        const replayed = {
          taps: again(history.taps),
          redirects: again(history.redirects),
          voids: again(history.voids),
          decisions: again(history.decisions),
        }
        expect(foldHistory(replayed)).toEqual(foldHistory(history))
      }),
      RUNS,
    )
  })

  it('depends on the set of facts and not on the order in which they arrived (I2)', () => {
    const shuffled = arbitraryHistory.chain((history) =>
      fc.record({
        history: fc.constant(history),
        other: fc.record({
          taps: permutation(history.taps),
          redirects: permutation(history.redirects),
          voids: permutation(history.voids),
          decisions: permutation(history.decisions),
        }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ history, other }) => {
        expect(foldHistory(other)).toEqual(foldHistory(history))
      }),
      RUNS,
    )
  })

  it('lets no two closed sessions of the evidence overlap, and no two payable ones ever (I3)', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const evidence = fold(history.taps, { redirects: history.redirects, voids: history.voids })
        expectDisjoint(evidence.sessions)
        expectDisjoint(foldHistory(history).sessions.filter(({ status }) => status === 'payable'))
      }),
      RUNS,
    )
  })

  it('has at most one open session (I4)', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        expect(foldHistory(history).sessions.filter(({ open }) => open).length).toBeLessThanOrEqual(1)
      }),
      RUNS,
    )
  })

  it('makes every tap exactly one of session edge or ignored with a reason (I5)', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const { outcomes, sessions } = foldHistory(history)
        expect(outcomes.map(({ tap: id }) => id).sort()).toEqual(history.taps.map(({ id }) => id).sort())
        for (const { tap: id, outcome, reason, session } of outcomes) {
          const edges = sessions.filter(({ startId, endId }) => startId === id || endId === id)
          expect(edges.map(({ key }) => key)).toEqual(session === undefined ? [] : [session])
          expect(outcome === 'ignored').toBe(reason !== undefined)
          expect(outcome === 'ignored').toBe(session === undefined)
        }
      }),
      RUNS,
    )
  })

  it('pays every second once, and only seconds of closed intervals that nothing speaks against or a person decided (I6, I16)', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const day = foldHistory(history)
        const payable = day.sessions.filter(({ status }) => status === 'payable')
        const decided = new Set(history.decisions.map(({ id }) => id as string))
        for (const session of payable) {
          expect(spanOf(session)).toBeDefined()
          expect(session.open).toBe(false)
          const byPerson = session.cites.some((id) => decided.has(id))
          expect(session.flags.length === 0 || byPerson).toBe(true)
        }
        const spans = payable.map(spanOf).filter((span) => span !== undefined)
        expect(day.payableSeconds).toBe(unionSeconds(spans))
        expect(day.payableSeconds).toBe(payable.reduce((sum, { seconds }) => sum + seconds, 0))
      }),
      RUNS,
    )
  })

  it('keeps a closed session longer than nothing, at most 16 hours, and inside one business day (I7)', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        for (const session of foldHistory(history).sessions) {
          const span = spanOf(session)
          if (span === undefined) continue
          expect(span.end - span.start).toBeGreaterThan(0)
          expect(span.end - span.start).toBeLessThanOrEqual(defaultPolicy.sessionMaxMs)
          expect(span.end).toBeLessThanOrEqual(rollOverAfter(span.start))
          expect(session.seconds).toBe(secondsBetween(span.start, span.end))
        }
      }),
      RUNS,
    )
  })

  it('changes no session when a bounce is added (I8)', () => {
    fc.assert(
      fc.property(arbitraryTaps, fc.nat(), fc.integer({ min: 0, max: 119_999 }), (taps, which, delay) => {
        const before = fold(taps)
        const edges = before.outcomes.filter(({ outcome }) => outcome !== 'ignored').map(({ tap: id }) => id)
        const accepted = taps.find(({ id }) => id === edges[which % Math.max(1, edges.length)])
        if (accepted === undefined) return
        // Behind the accepted tap in the order of the fold, also at the same instant.
        const bounce = tap('in', accepted.time + delay, {
          device: accepted.device,
          seq: 9_999,
          id: `${accepted.device}.1.9999` as EventId,
        })
        if (
          businessDayOf(bounce.time) !== DAY ||
          (delay === 0 && accepted.claim === 'in' && hasEqualInstant(taps, accepted.id))
        )
          return
        const after = fold([...taps, bounce])
        if (after.outcomes.find(({ tap: id }) => id === bounce.id)?.reason !== 'bounce') throw new Error('not a bounce')
        expect(after.sessions).toEqual(before.sessions)
        expect(after.version).toBe(before.version)
      }),
      RUNS,
    )
  })

  it('is the day before again after an approval and its revert (I13)', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const others = history.decisions.filter(({ kind }) => kind === 'confirmation')
        const approved = {
          kind: 'correction' as const,
          id: ulidOf(500),
          correction: correctionId(500),
          outcome: 'approved' as const,
          taps: history.taps.slice(0, 2).map(({ id }) => id),
          granted: [],
        }
        const reverted = { ...approved, id: ulidOf(501), outcome: 'reverted' as const }
        const before = foldHistory({ ...history, decisions: others })
        expect(foldHistory({ ...history, decisions: [reverted, ...others, approved] })).toEqual(before)
      }),
      RUNS,
    )
  })

  it('flags accepted taps of two devices that are nearer than their clocks can tell (I17)', () => {
    fc.assert(
      fc.property(arbitraryTaps, (taps) => {
        const { outcomes, sessions } = fold(taps)
        const accepted = outcomes
          .filter(({ outcome }) => outcome !== 'ignored')
          .map(({ tap: id }) => taps.find((one) => one.id === id))
          .filter((one) => one !== undefined)
        for (const a of accepted) {
          for (const b of accepted) {
            if (a.device === b.device) continue
            const sum = uncertaintyOf(a, defaultPolicy) + uncertaintyOf(b, defaultPolicy)
            if (Math.abs(a.time - b.time) >= sum) continue
            for (const session of sessions.filter(({ cites }) => cites.includes(a.id) || cites.includes(b.id))) {
              expect(session.flags).toContain('order_uncertain')
              expect(session.status).not.toBe('payable')
            }
          }
        }
      }),
      RUNS,
    )
  })

  it('writes only flags and notes of the closed lists, each once and in their order', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        for (const { flags, notes } of foldHistory(history).sessions) {
          expect(flags).toEqual(BLOCKING_FLAGS.filter((flag) => flags.includes(flag)))
          expect(notes).toEqual(NOTES.filter((note) => notes.includes(note)))
        }
      }),
      RUNS,
    )
  })

  it('says pending of every session that is not payable and not replaced, and counts them', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        const day = foldHistory(history)
        const waiting = day.sessions.filter(({ status, open }) => status === 'pending' && !open)
        expect(day.pending).toBe(waiting.length)
        expect(day.pendingSeconds).toBe(waiting.reduce((sum, { seconds }) => sum + seconds, 0))
        expect(new Set(day.sessions.map(({ key }) => key)).size).toBe(day.sessions.length)
      }),
      RUNS,
    )
  })
})

function hasEqualInstant(taps: History['taps'], id: EventId): boolean {
  const one = taps.find((candidate) => candidate.id === id)
  return taps.some((other) => other.id !== id && other.time === one?.time)
}

function permutation<T>(all: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length })
}

function expectDisjoint(sessions: readonly FoldSession[]): void {
  const spans = sessions
    .map(spanOf)
    .filter((span) => span !== undefined)
    .sort((a, b) => a.start - b.start)
  for (const [index, span] of spans.entries()) {
    const next = spans[index + 1]
    if (next !== undefined) expect(span.end).toBeLessThanOrEqual(next.start)
  }
}
