import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codesInUse } from '../../../appliance/childcare/stays.ts'
import { newIdentifier, type ResourceId, type StayId } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { instantOf, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { CareRooms, type KnownChild, ToldKiosk } from '../../support/care-rooms.ts'

const AREA_DM2 = 900

let house: CareRooms
let room: ResourceId

beforeAll(async () => {
  house = await CareRooms.create({ areaDm2: AREA_DM2 })
  room = house.nurseries[0] as ResourceId
})
afterAll(() => house?.[Symbol.asyncDispose]())

/** Heads of a carer at each age, and a birth date of it in the fiscal years 2026 to 2028. */
const AGES = [
  { heads: 3, born: (year: number) => `${year}-05-01` },
  { heads: 6, born: (year: number) => `${year - 2}-10-01` },
  { heads: 15, born: (year: number) => `${year - 4}-10-01` },
  { heads: 25, born: (year: number) => `${year - 6}-10-01` },
] as const

/** Enough carers by exact thirds, sixths, fifteenths and twenty-fifths; two at least, a third qualified, 1.65 m² each. */
function isAsItMustBe(ages: readonly number[], carers: { staff: number; qualified: number }): boolean {
  if (ages.length === 0) return true
  const parts = ages.reduce((sum, age) => sum + 150 / (AGES[age]?.heads ?? 1), 0)
  const needed = Math.max(2, Math.ceil(parts / 150))
  const qualified = carers.qualified > 0 && carers.qualified * 3 >= carers.staff
  return carers.staff >= needed && qualified && ages.length * 165 <= AREA_DM2
}

test('in whatever order children come and go, the door lets in as many as the carers suffice for, and not one more (P9)', async () => {
  const ages = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { minLength: 3, maxLength: 7, size: 'max' })
  const duty = fc.record({ qualified: fc.integer({ min: 0, max: 2 }), others: fc.integer({ min: 0, max: 4 }) })
  const plan = ages.chain((all) => {
    const order = fc.shuffledSubarray([...all.keys()], { minLength: all.length })
    return fc.tuple(fc.constant(all), duty, fc.array(order, { minLength: 2, maxLength: 3, size: 'max' }), fc.nat(9))
  })
  let [full, asked] = [0, 0]
  await fc.assert(
    fc.asyncProperty(plan, async ([all, { qualified, others }, orders, leaves]) => {
      const children: KnownChild[] = []
      const year = Number(house.today.slice(0, 4)) - (house.today.slice(5, 7) < '05' ? 1 : 0)
      for (const age of all) children.push(await house.child(AGES[age]?.born(year)))
      const carers = { staff: qualified + others, qualified }
      for (const [turn, order] of orders.entries()) {
        house.nextDay(600)
        await house.carers(room, qualified)
        await house.carers(room, others, false)
        const here = new Map<number, StayId>()
        const agesHere = (...more: number[]) => [...here.keys(), ...more].map((index) => all[index] ?? 0)
        for (const [n, index] of order.entries()) {
          const answer = await house.arrive((children[index] as KnownChild).child, room)
          expect(typeof answer !== 'string', String(answer)).toBe(isAsItMustBe(agesHere(index), carers))
          if (typeof answer === 'string') full += 1
          else here.set(index, answer.stay)
          asked += 1
          expect(isAsItMustBe(agesHere(), carers)).toBe(true)
          const [first] = here
          if (first === undefined || (n + turn) % 4 !== leaves % 4) continue
          await leave(children, here, first[0])
        }
        for (const index of [...here.keys()]) await leave(children, here, index)
      }
    }),
    { numRuns: 20 },
  )
  // Both answers were given.
  expect(Math.min(full, asked - full)).toBeGreaterThan(0)
})

/** Who has left counts to the end of the quarter. */
async function leave(children: readonly KnownChild[], here: Map<number, StayId>, index: number): Promise<void> {
  const { mother } = children[index] as KnownChild
  expect(await house.handOver(here.get(index) as StayId, mother)).toBeUndefined()
  here.delete(index)
  house.clock.turn(15 * MINUTE_MS)
}

test('a code is one child’s while it is here, the same on every slip, and opens nothing once it has left (P18)', async () => {
  const step = fc.record({
    do: fc.constantFrom('arrive', 'arrive', 'told', 'reprint', 'leave', 'leave with code', 'again'),
    who: fc.nat(4),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), async (steps) => {
      house.nextDay(600)
      await house.carers(room, 4)
      const kiosk = new ToldKiosk(house, room)
      const children: KnownChild[] = []
      for (let n = 0; n < 5; n += 1) children.push(await house.child())
      const here = new Map<number, { stay: StayId; code: string }>()
      const gone: { stay: StayId; code: string; who: number }[] = []
      const fetch = (stay: StayId, code: string, who: number) =>
        house.room.door.handOver(
          { stay, to: (children[who] as KnownChild).mother, secondFactor: 'code', code },
          { staff: house.carer, worker: undefined },
        )
      for (const [index, { do: what, who }] of steps.entries()) {
        const { child, mother } = children[who] as KnownChild
        const present = here.get(who)
        if (what === 'arrive' && present === undefined) {
          const taken = await house.arrive(child, room)
          if (typeof taken === 'string') throw new Error(taken)
          expect([...here.values()].map(({ code }) => code)).not.toContain(taken.code)
          here.set(who, taken)
        } else if (what === 'told' && present === undefined) {
          const told = { stay: newIdentifier('stay'), code: `A${'CDFHJKMNPRTVWX'[index % 14]}${'CDFHJ'[who]}X` }
          await house.tell(kiosk.arrived(child, told.stay, house.clock.now(), told.code))
          here.set(who, told)
        } else if (what === 'reprint' && present !== undefined) {
          expect(await house.room.door.codeOf(present.stay)).toEqual({ stay: present.stay, code: present.code })
        } else if (what.startsWith('leave') && present !== undefined) {
          const others = [...here.values()].map(({ code }) => code).filter((code) => code !== present.code)
          for (const code of [...others, '', ...gone.map((one) => one.code)])
            if (code !== present.code)
              expect(await fetch(present.stay, code, who)).toMatchObject({ refused: 'code_wrong' })
          const withCode = what === 'leave with code'
          expect(
            withCode
              ? await fetch(present.stay, present.code.toLowerCase(), who)
              : await house.handOver(present.stay, mother),
          ).toBeUndefined()
          here.delete(who)
          gone.push({ ...present, who })
        } else if (what === 'again') {
          for (const { stay, code, who: whose } of gone) {
            expect(isRefusal(await house.room.door.codeOf(stay))).toBe(true)
            expect(await fetch(stay, code, whose)).toMatchObject({ refused: 'not_in' })
          }
        }
        house.clock.turn(MINUTE_MS)
        // What a new code is kept apart from is exactly what is in the hands of parents.
        expect([...(await codesInUse(house.read, house.room.parts.children))].sort()).toEqual(
          [...here.values()].map(({ code }) => code).sort(),
        )
      }
      house.clock.set(instantOf(house.today, 1_190))
      for (const [who, { stay }] of here) await house.handOver(stay, (children[who] as KnownChild).mother)
    }),
    { numRuns: 15 },
  )
})
