import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceEventId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { HOUR_MS, type Instant, MINUTE_MS, parseIsoInstant, SECOND_MS } from '../../../central-sync/protocol/time.ts'
import {
  judgeTogether,
  type OwnTap,
  proposeTap,
  REDIRECT_MS,
  standingOf,
  switchTap,
  UNDO_MS,
  undoTap,
} from '../../../kiosk/check-in/tap-gate.ts'

const device = newIdentifier('device')
const nine = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const place = '塩尻'

function tapAt(time: Instant, claim: 'in' | 'out', change: Partial<OwnTap> = {}): OwnTap {
  const id = deviceEventId(device, 1, Math.max(1, Math.round((time - nine) / SECOND_MS) + 100_000))
  return { id, time, place, keptAt: 0, claim, state: 'standing', before: undefined, latest: id, ...change }
}

describe('the proposed direction', () => {
  const table: readonly (readonly [string, Parameters<typeof proposeTap>, string, string])[] = [
    ['a first touch is IN', [undefined, [], nine, undefined], 'in', 'in'],
    [
      'after the roster’s IN it is OUT',
      [{ claim: 'in', time: nine, place }, [], nine + HOUR_MS, undefined],
      'out',
      'out',
    ],
    [
      'after the roster’s OUT it is IN',
      [{ claim: 'out', time: nine, place }, [], nine + HOUR_MS, undefined],
      'in',
      'in',
    ],
    [
      'after an own IN nobody acknowledged it is OUT',
      [undefined, [tapAt(nine, 'in')], nine + HOUR_MS, undefined],
      'out',
      'out',
    ],
    [
      'an own OUT newer than the roster’s IN wins',
      [{ claim: 'in', time: nine, place }, [tapAt(nine + HOUR_MS, 'out')], nine + 2 * HOUR_MS, undefined],
      'in',
      'in',
    ],
    [
      'a roster’s OUT newer than an own IN wins',
      [{ claim: 'out', time: nine + HOUR_MS, place }, [tapAt(nine, 'in')], nine + 2 * HOUR_MS, undefined],
      'in',
      'in',
    ],
    [
      'a touch within 120 s is expected to be ignored',
      [{ claim: 'in', time: nine, place }, [], nine + 119_999, undefined],
      'out',
      'ignored',
    ],
    [
      'a touch after exactly 120 s counts',
      [{ claim: 'in', time: nine, place }, [], nine + 120_000, undefined],
      'out',
      'out',
    ],
    [
      'an undone IN leaves what was before it',
      [undefined, [tapAt(nine, 'in', { state: 'voided' })], nine + HOUR_MS, undefined],
      'in',
      'in',
    ],
    [
      'an undone IN the roster still names is not believed',
      [{ claim: 'in', time: nine, place }, [tapAt(nine, 'in', { state: 'voided' })], nine + HOUR_MS, undefined],
      'in',
      'in',
    ],
    [
      'an ignored tap changes nothing',
      [
        { claim: 'in', time: nine, place },
        [tapAt(nine + MINUTE_MS, 'out', { state: 'ignored' })],
        nine + HOUR_MS,
        undefined,
      ],
      'out',
      'out',
    ],
    [
      'everyone is OUT at roll-over',
      [{ claim: 'in', time: nine, place }, [], nine + 24 * HOUR_MS, undefined],
      'in',
      'in',
    ],
    ['an exit reader always proposes OUT', [undefined, [], nine, 'out'], 'out', 'out'],
  ]
  it.each(table)('%s', (_title, [roster, own, time, facing], claim, expected) => {
    expect(proposeTap(roster, own, time, facing)).toMatchObject({ claim, expected })
  })

  it('never depends on the order in which own taps are listed when their times differ', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 36_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(times, fc.infiniteStream(fc.constantFrom('in' as const, 'out' as const)), (seconds, claims) => {
        const own = seconds.map((second) => tapAt(nine + second * SECOND_MS, claims.next().value ?? 'in'))
        expect(standingOf(undefined, [...own].reverse())).toEqual(standingOf(undefined, own))
      }),
    )
  })
})

describe('the windows after a tap', () => {
  const kept = tapAt(nine, 'in', { keptAt: 1_000 })
  const by = deviceEventId(device, 1, 9)
  it('may be switched up to ten seconds, by the monotonic clock', () => {
    expect(switchTap(kept, 'out', 1_000 + REDIRECT_MS, by)).toMatchObject({
      afterMs: REDIRECT_MS,
      tap: { claim: 'out', latest: by },
    })
    expect(switchTap(kept, 'out', 1_001 + REDIRECT_MS, by)).toMatchObject({ refused: 'too_late' })
  })
  it('may be undone up to thirty seconds', () => {
    expect(undoTap(kept, 1_000 + UNDO_MS, by)).toMatchObject({ afterMs: UNDO_MS, tap: { state: 'voided' } })
    expect(undoTap(kept, 1_001 + UNDO_MS, by)).toMatchObject({ refused: 'too_late' })
  })
  it('are closed for a tap of an earlier process and for one that was undone', () => {
    expect(switchTap({ ...kept, keptAt: undefined }, 'out', 2_000, by)).toMatchObject({ refused: 'too_late' })
    expect(undoTap({ ...kept, state: 'voided' }, 2_000, by)).toMatchObject({ refused: 'tap_unknown' })
  })
  it('a switched tap counts although it came within 120 s', () => {
    const ignored = tapAt(nine + MINUTE_MS, 'out', { state: 'ignored', keptAt: 0 })
    const switched = switchTap(ignored, 'out', 5_000, by)
    if (isRefusal(switched)) throw new Error(switched.refused)
    expect(standingOf({ claim: 'in', time: nine, place }, [switched.tap])?.claim).toBe('out')
  })
})

describe('two cards on the reader at once', () => {
  it.each([
    [
      'a known card beside an unknown one counts',
      { who: 'card', known: false },
      { who: 'w', known: true },
      'take-second',
    ],
    [
      'an unknown card beside a known one is nothing',
      { who: 'w', known: true },
      { who: 'card', known: false },
      'keep-first',
    ],
    ['two cards of one person are one touch', { who: 'w', known: true }, { who: 'w', known: true }, 'keep-first'],
    ['two unknown cards are one unknown touch', { who: 'a', known: false }, { who: 'b', known: false }, 'keep-first'],
    ['two known people cannot stand there at once', { who: 'w', known: true }, { who: 'v', known: true }, 'neither'],
  ] as const)('%s', (_title, first, second, verdict) => {
    expect(judgeTogether(first, second)).toBe(verdict)
  })
})
