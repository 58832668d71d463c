import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CalendarDay, instantOf, MINUTE_MS } from '../../../../central-sync/protocol/time.ts'
import {
  pickWaiting,
  turnOf,
  type WaitingEntry,
  type WaitingStep,
} from '../../../../central-sync/rules/pick-waiting.ts'

const DAY = '2026-11-20' as CalendarDay
const at = (hour: number, minute = 0) => instantOf(DAY, hour * 60 + minute)
const entry = (waiting: string, seq: number, change: Partial<WaitingEntry> = {}): WaitingEntry => ({
  ...{ waiting, seq, day: DAY, start: 600, end: 720, priority: 0, state: 'waiting' },
  ...change,
})
const pick = (
  entries: readonly WaitingEntry[],
  { now = at(8), offerMin = 30, fits = (_entry: WaitingEntry): boolean => true } = {},
) => pickWaiting(entries, { now, offerMin, fits })
const say = (step: WaitingStep<WaitingEntry> | undefined) => step && `${step.kind} ${step.entry.waiting}`

describe('the waiting list', () => {
  it('serves in the order of coming', () => {
    expect(say(pick([entry('late', 7), entry('early', 3)]))).toBe('offer early')
  })

  it('serves a higher priority first', () => {
    expect(say(pick([entry('early', 3), entry('urgent', 9, { priority: 2 })]))).toBe('offer urgent')
  })

  it('passes over who does not fit, without losing her turn', () => {
    const entries = [entry('large', 1, { end: 780 }), entry('small', 2)]
    expect(say(pick(entries, { fits: ({ end }) => end <= 720 }))).toBe('offer small')
    expect(say(pick(entries))).toBe('offer large')
    expect(pick(entries, { fits: () => false })).toBeUndefined()
  })

  it('holds an offer for its time, but never into the time itself', () => {
    expect(pick([entry('a', 1)])).toMatchObject({ kind: 'offer', expires: at(8, 30) })
    expect(pick([entry('a', 1)], { now: at(9, 50) })).toMatchObject({ kind: 'offer', expires: at(10) })
  })

  it('does not offer to somebody again while she has an offer', () => {
    expect(pick([entry('a', 1, { state: 'offered', expires: at(8, 30) })])).toBeUndefined()
  })

  it('lets an offer expire at its minute, and the place goes to the next', () => {
    const entries = [entry('a', 1, { state: 'offered', expires: at(8, 30) }), entry('b', 2)]
    expect(say(pick(entries, { now: at(8, 30) - 1, fits: () => false }))).toBeUndefined()
    expect(say(pick(entries, { now: at(8, 30), fits: () => false }))).toBe('expire a')
    expect(say(pick(entries.slice(1), { now: at(8, 30) }))).toBe('offer b')
  })

  it('offers nobody a time that has begun', () => {
    expect(say(pick([entry('a', 1)], { now: at(10) - 1 }))).toBe('offer a')
    expect(say(pick([entry('a', 1)], { now: at(10) }))).toBe('pass a')
  })

  it('tells somebody how many come before her at the same time', () => {
    const entries = [
      entry('a', 1),
      entry('b', 2, { start: 720, end: 780 }),
      entry('c', 3),
      entry('d', 4, { priority: 1 }),
    ]
    expect(entries.map((one) => turnOf(one, entries))).toEqual([1, 0, 2, 0])
  })
})

/** A hall of seats that are all alike, and a list: carries out step by step what the rule says. */
interface Hall {
  readonly capacity: number
  readonly held: Map<string, WaitingEntry>
  readonly taken: WaitingEntry[]
  readonly list: Map<string, WaitingEntry>
  readonly outcomes: Map<string, string[]>
}

const busyAt = ({ held, taken }: Hall, minute: number) =>
  [...held.values(), ...taken].filter(({ start, end }) => start <= minute && minute < end).length

function hasRoom(hall: Hall, { start, end }: WaitingEntry): boolean {
  for (let minute = start; minute < end; minute += 15) if (busyAt(hall, minute) >= hall.capacity) return false
  return true
}

function serve(hall: Hall, now: number): void {
  const note = ({ waiting }: WaitingEntry, outcome: string) => {
    hall.outcomes.set(waiting, [...(hall.outcomes.get(waiting) ?? []), outcome])
  }
  for (;;) {
    const entries = [...hall.list.values()]
    const step = pickWaiting(entries, { now, offerMin: 30, fits: (one) => hasRoom(hall, one) })
    if (step === undefined) return
    const { kind, entry: one } = step
    if (kind === 'offer') {
      const better = entries.filter(({ state, priority, seq }) => {
        return state === 'waiting' && (priority > one.priority || (priority === one.priority && seq < one.seq))
      })
      expect(better.filter((other) => hasRoom(hall, other))).toEqual([])
      expect(instantOf(one.day, one.start)).toBeGreaterThan(now)
      hall.list.set(one.waiting, { ...one, state: 'offered', expires: step.expires })
      hall.held.set(one.waiting, one)
    } else {
      expect(kind === 'expire' ? one.state : 'waiting').toBe(one.state)
      hall.list.delete(one.waiting)
      hall.held.delete(one.waiting)
      note(one, kind)
    }
  }
}

describe('a hall over a morning of joining, answering and cancelling', () => {
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('join' as const),
      start: fc.integer({ min: 32, max: 47 }),
      length: fc.integer({ min: 1, max: 8 }),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant('accept' as const), nth: fc.nat({ max: 20 }) }),
    fc.record({ kind: fc.constant('withdraw' as const), nth: fc.nat({ max: 20 }) }),
    fc.record({ kind: fc.constant('cancel' as const), nth: fc.nat({ max: 20 }) }),
    fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
  )

  const morning = fc.array(event, { maxLength: 60, size: 'max' })

  it('is never overfull, loses nobody, serves nobody twice (P13)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), morning, (capacity, events) => {
        const hall: Hall = { capacity, held: new Map(), taken: [], list: new Map(), outcomes: new Map() }
        let now = at(7)
        const joined: string[] = []
        const note = (waiting: string, outcome: string) =>
          hall.outcomes.set(waiting, [...(hall.outcomes.get(waiting) ?? []), outcome])
        for (const [seq, one] of events.entries()) {
          if (one.kind === 'wait') now += one.minutes * MINUTE_MS
          else if (one.kind === 'join') {
            const { start, length, priority } = one
            joined.push(`${seq}`)
            hall.list.set(`${seq}`, entry(`${seq}`, seq, { start: start * 15, end: (start + length) * 15, priority }))
          } else if (one.kind === 'cancel') hall.taken.splice(one.nth % Math.max(1, hall.taken.length), 1)
          else {
            const offered = [...hall.list].filter(([, { state }]) => state === 'offered')
            const [waiting, mine] = offered[one.nth % Math.max(1, offered.length)] ?? []
            if (waiting === undefined || mine === undefined || (mine.expires ?? 0) <= now) continue
            hall.list.delete(waiting)
            hall.held.delete(waiting)
            if (one.kind === 'accept') hall.taken.push(mine)
            note(waiting, one.kind)
          }
          serve(hall, now)
          for (let minute = 480; minute < 840; minute += 15) {
            expect(busyAt(hall, minute)).toBeLessThanOrEqual(capacity)
          }
          for (const waiting of joined) {
            const ended = hall.outcomes.get(waiting)?.length ?? 0
            expect(ended + (hall.list.has(waiting) ? 1 : 0)).toBe(1)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
