/**
 * Lives the weeks before today in all towns, hour by hour on the clock of the demo: bookings in the morning, children
 * brought and fetched, taps in the evening, and what the rules make of it all.
 */
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type CalendarDay,
  calendarDayOf,
  type Instant,
  instantOf,
  MINUTE_MS,
  weekdayOf,
} from '../../central-sync/protocol/time.ts'
import type { DemoClock } from './demo-clock.ts'
import type { FurnishedRooms, RoomChild } from './furnish-rooms.ts'
import { bookFloor } from './invented-bookings.ts'
import type { InventedPunch } from './invented-days.ts'
import { arrive, type ChildInside, handOver } from './live-care.ts'
import type { Chance } from './seeded-random.ts'

export interface LivingTown {
  readonly rooms: FurnishedRooms
  readonly chance: Chance
  /** Taps of a day without those of the parents, who come when their children do. */
  punchesOf(day: CalendarDay): InventedPunch[]
  importPunches(punches: readonly InventedPunch[]): Promise<void>
}

const HALVES = {
  morning: { start: 9 * 60, end: 12 * 60 + 30 },
  afternoon: { start: 13 * 60, end: 16 * 60 + 30 },
} as const
type Half = keyof typeof HALVES
/** Wall minute by which even the longest day is over. */
const LAST_OUT = 23 * 60 + 40
/** Days ahead that people have booked already. */
const AHEAD = 10

/** From the morning of `from` up to `until`. */
export async function liveThrough(
  towns: readonly LivingTown[],
  clock: DemoClock,
  from: CalendarDay,
  until: Instant,
): Promise<void> {
  for (let day = from; instantOf(day, 0) < until; day = addDays(day, 1)) {
    if (day === calendarDayOf(until)) for (const { rooms } of towns) await greetCarers(rooms, day)
    await liveDay(towns, clock, day, until)
  }
  clock.jumpTo(until)
  await Promise.all(towns.map((town) => bookAhead(town, clock)))
}

/** Who came today is noted, so that the board counts carers who are here. */
async function greetCarers({ centre, shifts, carer }: FurnishedRooms, day: CalendarDay): Promise<void> {
  for (const shift of shifts.get(day) ?? []) await centre.doors.childcare.shifts.attend(shift, 'here', carer)
}

async function liveDay(
  towns: readonly LivingTown[],
  clock: DemoClock,
  day: CalendarDay,
  until: Instant,
): Promise<void> {
  const reaches = (minute: number) => instantOf(day, minute) < until
  // Nobody comes on a Saturday or Sunday of these weeks.
  if (!reaches(7 * 60 + 40) || [0, 6].includes(weekdayOf(day))) return
  clock.jumpTo(instantOf(day, 7 * 60 + 40))
  const days = await Promise.all(towns.map((town) => bookDay(town, day)))
  for (const half of ['morning', 'afternoon'] as const) {
    const { start, end } = HALVES[half]
    if (reaches(start + 3)) {
      clock.jumpTo(instantOf(day, start + 2))
      for (const one of days) await bringAll(one, half, clock)
    }
    if (reaches(end)) {
      clock.jumpTo(instantOf(day, end - 8))
      for (const one of days) await fetchAll(one, clock)
    }
  }
  if (reaches(LAST_OUT)) clock.jumpTo(instantOf(day, LAST_OUT))
  await Promise.all(days.map((one) => endDay(one, Math.min(until, clock.now()))))
}

interface LivingDay {
  readonly town: LivingTown
  readonly day: CalendarDay
  readonly punches: readonly InventedPunch[]
  readonly booked: readonly { readonly child: RoomChild; readonly half: Half }[]
  readonly inside: ChildInside[]
}

async function bookDay(town: LivingTown, day: CalendarDay): Promise<LivingDay> {
  const { rooms, chance } = town
  const punches = town.punchesOf(day)
  const coming = rooms.children.filter(({ weekdays }) => weekdays.includes(weekdayOf(day)) && chance.happens(0.9))
  const booked = await bookPairs(town, coming, day)
  await askLate(town, day)
  await bookFloor(town, day, punches)
  return {
    town,
    day,
    punches: [...punches, ...booked.flatMap((one) => parentPunches(one, day, chance))],
    booked,
    inside: [],
  }
}

/** Seat and childcare place in one wish, all at once; who gets neither waits now and then. */
async function bookPairs({ rooms, chance }: LivingTown, coming: readonly RoomChild[], day: CalendarDay) {
  const { requests, waiting } = rooms.centre.doors
  const patient = coming.map(() => chance.happens(0.6))
  const booked = await Promise.all(
    coming.map(async (child, index) => {
      const { worker, half } = child
      const wish = { worker, child: child.child, day, ...HALVES[half], want: 'seat' as const }
      const answer = await requests.bookPair({ ...wish, source: 'web', request: newIdentifier('request') }, worker)
      if (!isRefusal(answer)) return [{ child, half }]
      if (patient[index]) await waiting.join({ ...wish, priority: 0, request: newIdentifier('request') }, worker)
      return []
    }),
  )
  return booked.flat()
}

/** A parent who would need the room for longer than its carers stay: what the town has to know. */
async function askLate({ rooms, chance }: LivingTown, day: CalendarDay): Promise<void> {
  if (!chance.happens(0.25) || rooms.children.length === 0) return
  const { child, worker } = chance.pick(rooms.children)
  const place = { child, worker, room: rooms.nursery, day, start: 16 * 60 + 30, end: 18 * 60 }
  await rooms.centre.doors.childcare.places.book({
    ...place,
    source: 'web',
    request: newIdentifier('request'),
    by: worker,
  })
}

function parentPunches(
  { child, half }: LivingDay['booked'][number],
  day: CalendarDay,
  chance: Chance,
): InventedPunch[] {
  const { start, end } = HALVES[half]
  const code = child.parent
  return [
    { code, at: instantOf(day, start) + chance.between(-4 * 60, 9 * 60) * 1_000, direction: 'in' },
    { code, at: instantOf(day, end) + chance.between(-6 * 60, 8 * 60) * 1_000, direction: 'out' },
  ]
}

async function bringAll({ town, booked, inside }: LivingDay, half: Half, clock: DemoClock): Promise<void> {
  for (const one of booked.filter((each) => each.half === half)) {
    if (town.chance.happens(0.05)) continue
    clock.jumpTo(clock.now() + town.chance.between(10, 50) * 1_000)
    const brought = await arrive(town.rooms, one.child, town.chance)
    if (brought !== undefined) inside.push(brought)
  }
}

async function fetchAll({ town, inside }: LivingDay, clock: DemoClock): Promise<void> {
  for (const one of inside.splice(0)) {
    clock.jumpTo(clock.now() + town.chance.between(5, 30) * 1_000)
    await handOver(town.rooms, one)
  }
}

async function endDay({ town, punches }: LivingDay, now: Instant): Promise<void> {
  await town.importPunches(punches.filter(({ at }) => at < now - MINUTE_MS))
  await town.rooms.centre.keepBookings()
}

/** What is booked already for the days to come. */
async function bookAhead(town: LivingTown, clock: DemoClock): Promise<void> {
  const { rooms, chance } = town
  const today = calendarDayOf(clock.now())
  for (let ahead = 1; ahead <= AHEAD; ahead += 1) {
    const day = addDays(today, ahead)
    const coming = rooms.children.filter(({ weekdays }) => weekdays.includes(weekdayOf(day)) && chance.happens(0.8))
    await bookPairs(town, coming, day)
    await bookFloor(
      town,
      day,
      town.punchesOf(day).filter(() => chance.happens(0.6)),
    )
  }
}
