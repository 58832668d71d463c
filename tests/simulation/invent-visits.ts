/** One day at the centres: who comes, goes, forgets, taps twice, goes elsewhere. Pure. */
import { type BusinessDay, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../../central-sync/protocol/time.ts'
import type { Chance } from '../support/simulation-chance.ts'
import { at } from './hour-of-day.ts'
import { KIOSKS, type PlannedPerson, type PlannedTouch, type Step } from './plan.ts'

type Touch = PlannedTouch & { readonly at: Instant }

interface Visitor {
  readonly day: BusinessDay
  readonly person: number
  /** Kiosks of her home centre. */
  readonly home: readonly number[]
  readonly chance: Chance
}

export function inventVisits(day: BusinessDay, people: readonly PlannedPerson[], chance: Chance): Step[] {
  const steps: Touch[] = people.flatMap((person, index) => {
    const own = chance.branch(`person ${index}`)
    if (!own.happens(0.75)) return []
    const home = kiosksOf(person.home)
    const shape = shapeOf(own)
    return shape({ day, person: index, home, chance: own })
  })
  const strangers = chance.branch('strangers')
  if (strangers.happens(0.15))
    steps.push(touch(strangers, at(day, 10 + strangers.next() * 6), undefined, [0, 1, 2, 3], 'in'))
  return steps
}

function kiosksOf(centre: number): number[] {
  return KIOSKS.flatMap((of, kiosk) => (of === centre ? [kiosk] : []))
}

type Shape = (visitor: Visitor) => Touch[]

function shapeOf(chance: Chance): Shape {
  const dice = chance.next()
  const table: readonly (readonly [number, Shape])[] = [
    [0.34, plain],
    [0.5, withLunch],
    [0.6, forgetsOut],
    [0.65, forgetsIn],
    [0.75, tapsTwice],
    [0.8, undoes],
    [0.85, fumbles],
    [0.91, elsewhere],
    [0.94, leavesElsewhere],
    [0.95, withoutCard],
    [0.96, twoPlaces],
    [0.98, intoTheNight],
    [1.01, tooLong],
  ]
  return table.find(([below]) => dice < below)?.[1] ?? plain
}

function touch(
  chance: Chance,
  time: Instant,
  person: number | undefined,
  kiosks: readonly number[],
  means: 'in' | 'out',
  more: Partial<PlannedTouch> = {},
): Touch {
  return { at: Math.round(time), do: 'touch', kiosk: chance.pick(kiosks), person, means, dice: chance.next(), ...more }
}

function hours(chance: Chance, low: number, high: number): number {
  return low + chance.next() * (high - low)
}

/** [in, out] at the same centre. */
function pair({ chance, person, home }: Visitor, start: Instant, end: Instant, kiosks = home): Touch[] {
  return [touch(chance, start, person, kiosks, 'in'), touch(chance, end, person, kiosks, 'out')]
}

const plain: Shape = (visitor) => {
  const start = at(visitor.day, hours(visitor.chance, 8.5, 11))
  return pair(visitor, start, start + hours(visitor.chance, 1, 6.5) * HOUR_MS)
}

const withLunch: Shape = (visitor) => {
  const { day, chance } = visitor
  const lunch = at(day, hours(chance, 11.9, 12.4))
  return [
    ...pair(visitor, at(day, hours(chance, 8.5, 10)), lunch),
    ...pair(visitor, lunch + hours(chance, 0.02, 1) * HOUR_MS, at(day, hours(chance, 15, 17.9))),
  ]
}

const forgetsOut: Shape = (visitor) => {
  const [arrived] = plain(visitor)
  return arrived === undefined ? [] : [arrived]
}

const forgetsIn: Shape = (visitor) => plain(visitor).slice(1)

/** Again after seconds or a minute or two: around the two minutes within which a tap is no other tap. */
const tapsTwice: Shape = (visitor) => {
  const { chance, person, home } = visitor
  const [start, end] = plain(visitor)
  if (start === undefined || end === undefined) return []
  const again = chance.pick([4 * SECOND_MS, 45 * SECOND_MS, 119_999, 120_000, 150 * SECOND_MS])
  const kiosks = chance.happens(0.5) ? home : [start.kiosk]
  return [start, touch(chance, start.at + again, person, kiosks, 'in'), end]
}

const undoes: Shape = (visitor) => {
  const [start, end] = plain(visitor)
  if (start === undefined || end === undefined) return []
  const { chance, person, home } = visitor
  const middle = (start.at + end.at) / 2
  const undoAfterMs = chance.pick([5_000, 25_000, 29_000, 40_000])
  return [start, touch(chance, middle, person, home, 'out', { undoAfterMs }), end]
}

const fumbles: Shape = (visitor) => plain(visitor).map((one) => ({ ...one, fumbles: true }))

const elsewhere: Shape = (visitor) => {
  const start = at(visitor.day, hours(visitor.chance, 9, 11))
  return pair(visitor, start, start + hours(visitor.chance, 2, 6) * HOUR_MS, others(visitor))
}

const leavesElsewhere: Shape = (visitor) => {
  const { chance, person } = visitor
  const [start, end] = plain(visitor)
  if (start === undefined || end === undefined) return []
  return [start, touch(chance, end.at, person, others(visitor), 'out')]
}

const withoutCard: Shape = (visitor) => plain(visitor).map((one) => ({ ...one, cardless: true }))

/** Her card is at two centres, sooner or later than anybody can travel. */
const twoPlaces: Shape = (visitor) => {
  const { chance, person } = visitor
  const [start, end] = plain(visitor)
  if (start === undefined || end === undefined) return []
  const kiosks = [chance.pick(others(visitor))]
  const other = start.at + chance.pick([2 * SECOND_MS, 5 * MINUTE_MS, 29 * MINUTE_MS, 45 * MINUTE_MS])
  return [start, touch(chance, other, person, kiosks, 'in'), touch(chance, end.at, person, kiosks, 'out')]
}

/** Over midnight, and sometimes over the roll-over at five. */
const intoTheNight: Shape = (visitor) => {
  const { day, chance } = visitor
  const end = chance.pick([25, 28.5, 28.999, 29, 29.5])
  return pair(visitor, at(day, hours(chance, 19, 22)), at(day, end))
}

/** Around the sixteen hours that a session may have. */
const tooLong: Shape = (visitor) => {
  const start = at(visitor.day, hours(visitor.chance, 5.1, 6))
  return pair(visitor, start, start + visitor.chance.pick([15.9, 16, 16.001, 17]) * HOUR_MS)
}

function others({ home }: Visitor): number[] {
  return KIOSKS.map((_, kiosk) => kiosk).filter((kiosk) => !home.includes(kiosk))
}
