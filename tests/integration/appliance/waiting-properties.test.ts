import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WaitingServer } from '../../../appliance/booking/serve-waiting.ts'
import { WaitingDesk } from '../../../appliance/booking/waiting-desk.ts'
import { ChildBook } from '../../../appliance/childcare/child-book.ts'
import {
  type BookingId,
  newIdentifier,
  type ResourceId,
  type WaitingId,
  type WorkerId,
} from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { type CalendarDay, instantOf, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { BookingDesks, clerk } from '../../support/booking-desks.ts'
import { EIGHT, TODAY } from '../../support/booking-fixture.ts'
import { TurnedClock } from '../../support/hub-fixture.ts'

const DAY = TODAY as CalendarDay
const OPEN = { start: 540, end: 1_080 }
const SEATS = 2
const WORKERS = 5

interface Span {
  readonly start: number
  readonly end: number
}
interface Taken extends Span {
  readonly booking: BookingId
  readonly resource: ResourceId
  readonly worker: WorkerId
}
interface Entry extends Span {
  readonly waiting: WaitingId
  readonly worker: WorkerId
  readonly priority: number
  readonly pos: number
  readonly state: string
  readonly booking: BookingId | null
  readonly expires: number | null
}

const meets = (a: Span, b: Span) => a.start < b.end && b.start < a.end

/** Looked through from end to end: is there a seat for this entry among what is taken? */
function fits(entry: Entry, taken: readonly Taken[], seats: readonly ResourceId[]): boolean {
  if (taken.some((one) => one.worker === entry.worker && meets(one, entry))) return false
  return seats.some((seat) => !taken.some((one) => one.resource === seat && meets(one, entry)))
}

/** Priority, then the order of coming. */
const before = (a: Entry, b: Entry) => a.priority > b.priority || (a.priority === b.priority && a.pos < b.pos)

/** What was taken back of an offer waits as before. */
function stateOf({ state, booking }: Entry, taken: readonly Taken[]): string {
  return state === 'offered' && !taken.some((one) => one.booking === booking) ? 'waiting' : state
}

async function open() {
  const clock = new TurnedClock(EIGHT)
  const desks = await BookingDesks.create(clock)
  const rules = { durationMaxMin: 600, horizonDays: 60, noticeMin: 0, upcomingMax: 0, sameDayMax: 0 }
  await desks.seats.setTerms(rules, clerk)
  const { journal, secrets } = desks.centre
  const care = { children: new ChildBook(journal.read, secrets.keys), floor: desks.floor }
  const seats: ResourceId[] = []
  for (let index = 0; index < SEATS; index += 1) seats.push(await desks.resource(`A-${index}`))
  return {
    clock,
    desks,
    seats,
    workers: await desks.workers(WORKERS),
    list: new WaitingDesk({ journal, care }),
    server: new WaitingServer(journal, care),
    taken: () =>
      journal.read.all<Taken>(
        `SELECT booking, resource, worker, start_min AS start, end_min AS "end" FROM booking
          WHERE state IN ('held', 'confirmed', 'in')`,
      ),
    entries: () =>
      journal.read.all<Entry>(
        `SELECT waiting, worker, start_min AS start, end_min AS "end", priority, pos, state, booking, expires_at AS expires
           FROM waiting ORDER BY pos`,
      ),
    count: async (type: string) =>
      (await journal.read.one<{ count: number }>('SELECT count(*) AS count FROM entry WHERE type = ?', [type]))?.count,
  }
}

type House = Awaited<ReturnType<typeof open>>

/** What must hold whenever the list has been served. */
async function audit(house: House, known: ReadonlySet<WaitingId>): Promise<void> {
  const [taken, entries] = [await house.taken(), await house.entries()]
  const now = house.clock.now()
  const beginning = (one: Span) => instantOf(DAY, one.start)
  for (const [index, one] of taken.entries()) {
    const clash = taken.slice(index + 1).find((other) => {
      return (other.resource === one.resource || other.worker === one.worker) && meets(one, other)
    })
    expect(clash, 'two bookings of one seat or one person').toBeUndefined()
  }
  expect(new Set(entries.map(({ waiting }) => waiting)), 'an entry was lost').toEqual(known)
  for (const entry of entries) {
    const hold = taken.find(({ booking }) => booking === entry.booking)
    const state = stateOf(entry, taken)
    if (state === 'waiting') {
      expect(beginning(entry), 'it waits for a time that has begun').toBeGreaterThan(now)
      expect(fits(entry, taken, house.seats), 'somebody waits although there is a seat').toBe(false)
    } else if (state === 'offered') {
      expect(hold, 'an offer holds nothing').toBeDefined()
      expect(entry.expires, 'an offer outlives its answer').toBeGreaterThan(now)
      expect(entry.expires).toBeLessThanOrEqual(beginning(entry))
    } else if (state === 'expired' || state === 'passed') {
      expect(hold, 'what is over still holds a seat').toBeUndefined()
    }
  }
}

/** Of the offers of one round each went to the first in turn who could have had it. */
async function auditTurns(house: House, offeredBefore: ReadonlySet<WaitingId>): Promise<void> {
  const [taken, entries] = [await house.taken(), await house.entries()]
  const fresh = entries.filter(({ waiting, state }) => state === 'offered' && !offeredBefore.has(waiting))
  const rank = new Map(
    (
      await house.desks.centre.journal.read.all<{ booking: BookingId; rank: number }>(
        'SELECT booking, rowid AS rank FROM booking',
      )
    ).map((row) => [row.booking, row.rank]),
  )
  const rankOf = ({ booking }: { booking: BookingId | null }) => rank.get(booking as BookingId) ?? 0
  for (const offer of fresh) {
    const later = new Set(fresh.filter((one) => rankOf(one) >= rankOf(offer)).map(({ booking }) => booking))
    const then = taken.filter(({ booking }) => !later.has(booking))
    const passedOver = entries.find((one) => {
      // Still waiting, or served after her in this round.
      const stoodThere = stateOf(one, taken) === 'waiting' || later.has(one.booking)
      return stoodThere && before(one, offer) && fits(one, then, house.seats)
    })
    expect(passedOver, 'somebody in front was passed over').toBeUndefined()
  }
}

const quarter = fc.integer({ min: 36, max: 60 }).map((count) => count * 15)
const span = fc
  .tuple(quarter, fc.integer({ min: 1, max: 28 }))
  .map(([start, quarters]) => ({ start, end: Math.min(OPEN.end, start + quarters * 15) }))
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('join' as const), worker: fc.nat(WORKERS - 1), span, priority: fc.nat(2) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('book' as const),
      worker: fc.nat(WORKERS - 1),
      seat: fc.nat(SEATS - 1),
      span,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(), yes: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 5, max: 90 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function perform(house: House, known: Set<WaitingId>, one: Step): Promise<void> {
  const { desks, list, workers, seats } = house
  const request = newIdentifier('request')
  switch (one.do) {
    case 'join': {
      const worker = workers[one.worker] as WorkerId
      const joined = await list.join(
        { worker, day: DAY, ...one.span, want: 'seat', priority: one.priority, request },
        clerk,
      )
      if (!isRefusal(joined)) known.add(joined.waiting)
      return
    }
    case 'book': {
      const [worker, resource] = [workers[one.worker] as WorkerId, seats[one.seat] as ResourceId]
      await desks.bookings.make({ worker, resource, day: DAY, ...one.span, source: 'staff', request, by: clerk })
      return
    }
    case 'cancel': {
      const taken = await house.taken()
      const booking = taken[one.which % Math.max(1, taken.length)]?.booking
      if (booking !== undefined) await desks.bookings.cancel(booking, { by: clerk, source: 'staff' })
      return
    }
    case 'answer': {
      const open = (await house.entries()).filter(({ state }) => state === 'offered' || state === 'waiting')
      const waiting = open[one.which % Math.max(1, open.length)]?.waiting
      if (waiting === undefined) return
      const answerer = { by: clerk, only: undefined }
      // Asked twice at once, as from two tabs: one answer.
      await Promise.all([1, 2].map(() => (one.yes ? list.accept(waiting, answerer) : list.withdraw(waiting, answerer))))
      return
    }
    case 'pass':
      house.clock.turn(one.minutes * MINUTE_MS)
  }
}

test('whatever happens, holds and bookings never share a seat, the first in turn is served, and nobody is lost (P13)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 30, size: 'max' }), async (steps) => {
      const house = await open()
      await using _ = house.desks
      const known = new Set<WaitingId>()
      for (const one of steps) {
        await perform(house, known, one)
        const offered = (await house.entries()).filter(({ state }) => state === 'offered').map(({ waiting }) => waiting)
        await house.server.serve()
        await audit(house, known)
        await auditTurns(house, new Set(offered))
      }
      // Closed once each: no entry is served twice.
      const over = (await house.entries()).filter(({ state }) => state !== 'waiting' && state !== 'offered')
      expect(await house.count('waiting.closed')).toBe(over.length)
    }),
    { numRuns: 20 },
  )
}, 240_000)
