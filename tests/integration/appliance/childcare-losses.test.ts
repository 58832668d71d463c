import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCareTasks } from '../../../appliance/childcare/care-tasks.ts'
import { readShortages } from '../../../appliance/childcare/find-shortages.ts'
import { policyTemplates } from '../../../appliance/childcare/policy-templates.ts'
import type { ClosureId, ResourceId, ShiftId, StayId } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, MINUTE_MS, wallMinuteOf } from '../../../central-sync/protocol/time.ts'
import { CARE_HOURS, CareRooms, type KnownChild } from '../../support/care-rooms.ts'

/*
 * Whatever a centre loses after it has promised places: carers, space, hours, the room, milder rules. Nothing that was
 * promised changes by it, everything that cannot be kept is listed, and every child can go home (P11).
 */

const AREA = { small: 400, usual: 10_000 }

let house: CareRooms
let room: ResourceId

beforeAll(async () => {
  house = await CareRooms.create({ areaDm2: AREA.usual })
  room = house.nurseries[0] as ResourceId
})
afterAll(() => house?.[Symbol.asyncDispose]())

const who = fc.nat(4)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('book' as const), who, start: fc.nat(30), length: fc.nat(12) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('arrive' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fetch' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('absent', 'left', 'remove', 'here'), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('area' as const), small: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rules' as const), strict: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), start: fc.nat(30), length: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lift' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const), open: fc.boolean() }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Duty {
  readonly shift: ShiftId
  readonly qualified: boolean
  end: number
  there: boolean
}

/** What the model knows beside the promises and the stays themselves. */
interface World {
  readonly children: readonly KnownChild[]
  readonly duties: Duty[]
  readonly closures: { id: ClosureId; start: number; end: number }[]
  areaDm2: number
  strict: boolean
  open: boolean
}

const BORN = ['-05-01', '-05-02', '-05-03', '-05-04', '-05-05']

/** Five babies of this fiscal year, four carers of whom two are qualified. */
async function begin(): Promise<World> {
  house.nextDay(480)
  const year = Number(house.today.slice(0, 4)) - (house.today.slice(5) < '05-06' ? 1 : 0)
  const children: KnownChild[] = []
  for (const born of BORN) children.push(await house.child(`${year}${born}`))
  const duties: Duty[] = []
  for (const qualified of [true, true, false, false]) {
    const made = await house.room.shifts.set(
      { room, day: house.today, ...CARE_HOURS, qualified, weeks: 0 },
      house.carer,
    )
    if (isRefusal(made)) throw new Error(made.refused)
    duties.push({ shift: made.shifts[0] as ShiftId, qualified, end: CARE_HOURS.end, there: true })
  }
  return { children, duties, closures: [], areaDm2: AREA.usual, strict: false, open: true }
}

const spanOf = ({ start, length }: { start: number; length: number }) => {
  const from = 480 + start * 20
  return { start: from, end: Math.min(CARE_HOURS.end, from + 20 + length * 20) }
}
const openStay = async (child: string) =>
  (
    await house.read.all<{ stay: StayId }>('SELECT stay FROM care_stay WHERE child = ? AND departed_at IS NULL', [
      child,
    ])
  )[0]?.stay

/** Everything that was promised and everybody who is inside. */
const promises = () =>
  house.read.all<{ state: string; start: number; end: number; child: string }>(
    `SELECT 'stay' AS state, stay AS id, child, arrived_min AS start,
            coalesce(departed_min, (SELECT end_min FROM care_booking b WHERE b.care = s.care)) AS "end" FROM care_stay s
      WHERE day = ?1
     UNION ALL SELECT state, care, child, start_min, end_min FROM care_booking WHERE day = ?1 ORDER BY 1, 2`,
    [house.today],
  )

/** Takes something away, or gives it back. */
async function change(world: World, one: Step): Promise<void> {
  const { shifts } = house.room
  const by = house.carer
  switch (one.do) {
    case 'absent':
    case 'left':
    case 'remove':
    case 'here': {
      const duty = world.duties[one.which]
      if (duty === undefined) return
      if (one.do === 'remove') {
        world.duties.splice(one.which, 1)
        await shifts.remove(duty.shift, by)
        return
      }
      await shifts.attend(duty.shift, one.do, by)
      if (one.do === 'left') duty.end = Math.min(duty.end, wallMinuteOf(house.clock.now()))
      else duty.there = one.do === 'here'
      return
    }
    case 'area':
      world.areaDm2 = one.small ? AREA.small : AREA.usual
      await shifts.setRoom(room, world.areaDm2, by)
      return
    case 'rules': {
      world.strict = one.strict
      const units = { ...policyTemplates.unlicensed.units, a0: one.strict ? 150 : 100 }
      await shifts.setPolicy({ ...policyTemplates.unlicensed, units, from: house.today }, by)
      return
    }
    case 'close': {
      const span = spanOf(one)
      const day = { fromDay: house.today, toDay: house.today }
      const made = await house.seats.close({ target: room, ...day, ...span, reason: 'weather', note: '' }, by)
      if (!isRefusal(made)) world.closures.push({ id: made.closure, ...span })
      return
    }
    case 'lift': {
      const closure = world.closures.pop()
      if (closure !== undefined) await house.seats.lift(closure.id, by)
      return
    }
    case 'open':
      world.open = one.open
      await house.seats.setOpen(room, one.open, by)
  }
}

/** Quarters of an hour in which something is short, and minutes in which a promise meets a closed room. */
async function expected(world: World) {
  const now = wallMinuteOf(house.clock.now())
  const all = await promises()
  const standing = all.filter(({ state }) => ['stay', 'held', 'confirmed', 'in'].includes(state))
  const inside = new Set<string>()
  for (const { child } of world.children) if ((await openStay(child)) !== undefined) inside.add(child)
  const short: number[] = []
  const closed: number[] = []
  for (let minute = now; minute < 1_440; minute += 1) {
    const promised = all.some(
      (one) => one.state !== 'stay' && one.state !== 'done' && one.start <= minute && minute < one.end,
    )
    const shut = !world.open || world.closures.some((one) => one.start <= minute && minute < one.end)
    if (promised && shut) closed.push(minute)
  }
  for (let from = now - (now % 15); from < 1_440; from += 15) {
    const here = standing.filter((one) => one.start < from + 15 && from < one.end).map(({ child }) => child)
    const heads = new Set(from <= now ? [...here, ...inside] : here).size
    const duties = world.duties.filter(({ there, end }) => there && CARE_HOURS.start <= from && from + 15 <= end)
    const qualified = duties.filter((duty) => duty.qualified).length
    const enough = duties.length >= Math.max(2, Math.ceil(heads / (world.strict ? 2 : 3)))
    const fine = enough && qualified > 0 && qualified * 3 >= duties.length && heads * 165 <= world.areaDm2
    if (heads > 0 && !fine) short.push(from)
  }
  return { short, closed }
}

const CLOSED = new Set(['resource_closed', 'closed_then', 'outside_hours'])

async function listed() {
  const [from, to] = [house.today, addDays(house.today, 1)]
  const found = await readShortages(house.read, { from, to, now: house.clock.now() })
  const minutes = (wanted: boolean, step: number) =>
    found
      .filter(({ code, room: where }) => CLOSED.has(code) === wanted && where === room)
      .flatMap(({ start, end }) => Array.from({ length: (end - start) / step }, (_, n) => start + n * step))
  return { short: minutes(false, 15), closed: minutes(true, 1) }
}

async function act(world: World, one: Step): Promise<void> {
  if (one.do === 'pass') house.clock.turn(one.minutes * MINUTE_MS)
  else if (one.do === 'book' || one.do === 'arrive' || one.do === 'fetch') {
    const { child, mother } = world.children[one.who] as KnownChild
    if (one.do === 'book') await house.book(child, room, spanOf(one).start, spanOf(one).end)
    else if (one.do === 'arrive') await house.arrive(child, room, Math.min(1_200, wallMinuteOf(house.clock.now()) + 90))
    else {
      const stay = await openStay(child)
      if (stay !== undefined) expect(await house.handOver(stay, mother), 'a child cannot go home').toBeUndefined()
    }
  } else {
    const before = await promises()
    await change(world, one)
    expect(await promises(), 'a promise was dropped').toEqual(before)
  }
}

test('losing carers, space, hours, the room or milder rules drops nobody: it is listed, and everybody can go home (P11)', async () => {
  let [short, closed] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24, size: 'max' }), async (steps) => {
      const world = await begin()
      for (const one of steps) {
        await act(world, one)
        const wanted = await expected(world)
        expect(await listed()).toEqual(wanted)
        const tasks = await findCareTasks(house.read, house.clock.now())
        const called = wanted.short.length + wanted.closed.length > 0
        expect(tasks.some(({ kind }) => kind === 'care_short')).toBe(called)
        short += wanted.short.length
        closed += wanted.closed.length
      }
      for (const { child, mother } of world.children) {
        const stay = await openStay(child)
        if (stay !== undefined) expect(await house.handOver(stay, mother), 'a child cannot go home').toBeUndefined()
      }
      await change(world, { do: 'open', open: true })
      await change(world, { do: 'rules', strict: false })
      await change(world, { do: 'area', small: false })
    }),
    { numRuns: 20 },
  )
  expect(Math.min(short, closed)).toBeGreaterThan(0)
})
