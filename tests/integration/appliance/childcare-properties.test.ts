import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDoubts } from '../../../appliance/childcare/doubts.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type ResourceId,
  type StayId,
} from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { instantOf, MINUTE_MS, SECOND_MS } from '../../../central-sync/protocol/time.ts'
import { CARE_HOURS, CareRooms, type KnownChild, ToldKiosk } from '../../support/care-rooms.ts'

/*
 * One centre with two rooms; each story has a day, carers and children of its own. The models know nothing of tables:
 * they are lists of what was done, looked through from end to end.
 */

let house: CareRooms

beforeAll(async () => {
  house = await CareRooms.create({ rooms: 2 })
})
afterAll(() => house?.[Symbol.asyncDispose]())

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('an empty list')
  return found
}

interface Fact {
  readonly kind: 'in' | 'out'
  readonly who: number
  readonly stay: StayId
  readonly at: number
}

const who = fc.nat(2)
const room = fc.nat(1)
/** How many minutes ago a kiosk that was cut off saw it. */
const ago = fc.integer({ min: 0, max: 90 })
const quarter = fc.integer({ min: 0, max: 11 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('book' as const), who, room, start: quarter, length: quarter }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive' as const), who, room }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('told in' as const), who, room, ago }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('told out' as const), which: fc.nat(), ago }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 60 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Story {
  readonly children: readonly KnownChild[]
  readonly kiosks: readonly ToldKiosk[]
  readonly facts: Fact[]
  readonly cares: BookingId[]
}

async function begin(): Promise<Story> {
  house.nextDay(600)
  const [first, second] = house.nurseries as [ResourceId, ResourceId]
  for (const one of [first, second]) await house.carers(one, 3)
  const children = [await house.child(), await house.child('2024-10-01'), await house.child('2026-05-01')]
  return { children, kiosks: [new ToldKiosk(house, first), new ToldKiosk(house, second)], facts: [], cares: [] }
}

/** No two facts at one instant. */
const instantOfFact = ({ facts }: Story, minutes: number) =>
  house.clock.now() - minutes * MINUTE_MS - (facts.length + 1) * SECOND_MS

/** Here: came after whoever left last, and nobody has said that this coming ended. The first word about an end counts. */
function isHere({ facts }: Story, child: number): boolean {
  const own = facts.filter((fact) => fact.who === child)
  const [last] = own.filter(({ kind }) => kind === 'in').sort((a, b) => b.at - a.at)
  if (last === undefined) return false
  const came = new Set(own.flatMap(({ kind, stay }) => (kind === 'in' ? [stay] : [])))
  const ended = new Map<StayId, number>()
  for (const { kind, stay, at: when } of own)
    if (kind === 'out' && came.has(stay)) ended.set(stay, Math.min(when, ended.get(stay) ?? when))
  return !ended.has(last.stay) && [...ended.values()].every((when) => when < last.at)
}

async function perform(story: Story, one: Step): Promise<void> {
  const { children, facts, cares } = story
  switch (one.do) {
    case 'book': {
      const [start, end] = [600 + one.start * 30, 630 + (one.start + one.length) * 30]
      const span = { start, end: Math.min(end, CARE_HOURS.end) }
      const made = await house.book(at(children, one.who).child, at(house.nurseries, one.room), span.start, span.end)
      if (typeof made !== 'string') cares.push(made.care)
      return
    }
    case 'cancel': {
      const [care] = cares.splice(one.which % Math.max(1, cares.length), 1)
      if (care !== undefined && isRefusal(await house.room.places.cancel(care, 'staff', house.carer))) cares.push(care)
      return
    }
    case 'arrive': {
      const taken = await house.arrive(at(children, one.who).child, at(house.nurseries, one.room))
      if (isHere(story, one.who)) expect(taken).toBe('already_in')
      if (typeof taken === 'string') return
      facts.push({ kind: 'in', who: one.who, stay: taken.stay, at: house.clock.now() })
      house.clock.turn(SECOND_MS)
      return
    }
    case 'leave': {
      const [row] = await openRows(at(children, one.who).child)
      expect(row !== undefined).toBe(isHere(story, one.who))
      if (row === undefined) return
      expect(await house.handOver(row.stay, at(children, one.who).mother)).toBeUndefined()
      facts.push({ kind: 'out', who: one.who, stay: row.stay, at: house.clock.now() })
      house.clock.turn(SECOND_MS)
      return
    }
    case 'told in': {
      const fact: Fact = {
        ...{ kind: 'in', who: one.who, stay: newIdentifier('stay') },
        at: instantOfFact(story, one.ago),
      }
      await house.tell(at(story.kiosks, one.room).arrived(at(children, one.who).child, fact.stay, fact.at))
      facts.push(fact)
      return
    }
    case 'told out': {
      if (facts.length === 0) return
      const { who: child, stay } = at(facts, one.which)
      const fact: Fact = { kind: 'out', who: child, stay, at: instantOfFact(story, one.ago) }
      const { child: id, mother } = at(children, child)
      await house.tell(at(story.kiosks, one.which).handedOver(id, stay, fact.at, mother))
      facts.push(fact)
      return
    }
    case 'pass':
      house.clock.turn(one.minutes * MINUTE_MS)
  }
}

const openRows = (child: ChildId) =>
  house.read.all<{ stay: StayId; room: ResourceId }>(
    'SELECT stay, room FROM care_stay WHERE child = ? AND departed_at IS NULL AND twin = 0',
    [child],
  )

/** What must hold of one child after everything that was said. */
async function audit(story: Story, index: number): Promise<void> {
  const { child } = at(story.children, index)
  const open = await openRows(child)
  expect(open.length, 'arrivals without their hand-overs').toBe(isHere(story, index) ? 1 : 0)
  const booked = await house.read.all<{ start: number; end: number }>(
    `SELECT start_min AS start, end_min AS "end" FROM care_booking
      WHERE child = ? AND state IN ('held', 'confirmed', 'in') ORDER BY start_min`,
    [child],
  )
  for (const [n, one] of booked.slice(1).entries())
    expect(booked[n]?.end, 'promised twice at one time').toBeLessThanOrEqual(one.start)
  const stays = await house.read.all<{ start: number; end: number | null }>(
    'SELECT arrived_at AS start, departed_at AS "end" FROM care_stay WHERE child = ? AND twin = 0 ORDER BY arrived_at',
    [child],
  )
  for (const [n, one] of stays.slice(1).entries())
    expect(stays[n]?.end ?? Number.POSITIVE_INFINITY, 'in two rooms at one time').toBeLessThanOrEqual(one.start)
  // Every arrival that was told stands somewhere, and what contradicts itself waits for a person.
  const told = new Set(story.facts.flatMap((fact) => (fact.kind === 'in' && fact.who === index ? [fact.stay] : [])))
  const kept = await house.read.all<{ stay: StayId; twin: number }>(
    'SELECT stay, twin FROM care_stay WHERE child = ?',
    [child],
  )
  expect(new Set(kept.map(({ stay }) => stay))).toEqual(told)
  const doubts = (await readDoubts(house.read, house.clock.now())).filter((doubt) => doubt.child === child)
  if (kept.some(({ twin }) => twin === 1)) expect(doubts.map(({ kind }) => kind)).toContain('double_arrival')
}

test('a child is promised to, and is in, one room at a time, whatever two rooms and their kiosks say late (P3 P17 P19)', async () => {
  let [twins, booked] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24, size: 'max' }), async (steps) => {
      const story = await begin()
      for (const one of steps) {
        await perform(story, one)
        for (const index of story.children.keys()) await audit(story, index)
      }
      booked += story.cares.length
      const rows = await house.read.all('SELECT 1 FROM care_stay WHERE twin = 1 AND day = ?', [house.today])
      twins += rows.length
      for (const { child, mother } of story.children)
        for (const { stay } of await openRows(child)) await house.handOver(stay, mother)
    }),
    { numRuns: 20 },
  )
  // Rooms did contradict each other, and places were had.
  expect(Math.min(twins, booked)).toBeGreaterThan(0)
  expect(await house.centre.journal.rebuild()).toMatchObject({ equal: true, quarantined: 0 })
})

test('after closing nobody is there, or an alarm of that room stands until the last one is fetched (P17)', async () => {
  const visit = fc.record({ room, came: fc.integer({ min: 600, max: 1_150 }), left: fc.option(fc.nat(200)) })
  const looks = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { maxLength: 3 }), looks, async (visits, waits) => {
      const { children, kiosks } = await begin()
      const { today } = house
      const here = new Map<number, StayId>()
      for (const [index, { room: where, came, left }] of visits.entries()) {
        const [known, stay] = [at(children, index), newIdentifier('stay')]
        house.clock.set(Math.max(house.clock.now(), instantOf(today, came)))
        await house.tell(at(kiosks, where).arrived(known.child, stay, instantOf(today, came)))
        const gone = instantOf(today, came + (left ?? 0))
        if (left === null || came + left >= CARE_HOURS.end) here.set(index, stay)
        else await house.tell(at(kiosks, where).handedOver(known.child, stay, gone, known.mother))
      }
      house.clock.set(instantOf(today, CARE_HOURS.end) - 1)
      await house.room.keeper.look()
      const alarmed = async () => {
        const rows = await house.read.all<{ room: ResourceId }>(
          "SELECT room FROM care_alarm WHERE kind = 'closing' AND day = ?",
          [today],
        )
        return rows.map((row) => house.nurseries.indexOf(row.room)).sort()
      }
      const inside = () => [...new Set([...here.keys()].map((index) => (visits[index]?.room ?? 0) % 2))].sort()
      expect(await alarmed()).toEqual([])
      house.clock.turn(1)
      await house.room.keeper.look()
      expect(await alarmed()).toEqual(inside())
      for (const minutes of waits) {
        house.clock.turn(minutes * MINUTE_MS)
        const [index] = here.keys()
        if (index !== undefined && minutes % 2 === 0) {
          const known = at(children, index)
          expect(await house.handOver(here.get(index) as StayId, known.mother)).toBeUndefined()
          here.delete(index)
        }
        await house.room.keeper.look()
        expect(await alarmed()).toEqual(inside())
      }
      for (const [index, stay] of here) await house.handOver(stay, at(children, index).mother)
    }),
    { numRuns: 25 },
  )
})
