import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Visitor } from '../../support/appliance-fixture.ts'
import { BookingFixture, TODAY } from '../../support/booking-fixture.ts'

let house: BookingFixture
let workers: readonly string[]
let viewers: readonly Visitor[]

/** Ten in the morning of a Friday on which it is open from nine to six. */
const TEN = Date.parse('2026-11-20T01:00:00Z')

beforeAll(async () => {
  house = await BookingFixture.create(TEN)
  workers = [(await house.worker()).worker, (await house.worker()).worker]
  const roles = ['front_desk', 'director', 'childcare', 'it'] as const
  viewers = [house.desk]
  for (const role of roles) viewers = [...viewers, await house.centre.staff(house.desk, `hito-${role}`, [role])]
})
afterAll(() => house?.[Symbol.asyncDispose]())

const seat = fc.record({
  kind: fc.constantFrom('seat', 'seat', 'booth', 'room'),
  floor: fc.constantFrom('1階', '1階', '2階', 'はなれ'),
  open: fc.boolean(),
  monitor: fc.boolean(),
  x: fc.integer({ min: 0, max: 90 }),
  inside: fc.boolean(),
  booked: fc.option(fc.record({ worker: fc.nat(1), start: fc.integer({ min: 9, max: 16 }) })),
})

/** What stood there before stays. */
async function furnish(seats: readonly (typeof seat extends fc.Arbitrary<infer T> ? T : never)[], turn: number) {
  const ids: string[] = []
  let room: string | undefined
  for (const [index, one] of seats.entries()) {
    const isPlace = one.kind === 'seat' || one.kind === 'booth'
    const parent = isPlace && one.inside ? room : undefined
    const shape = { kind: one.kind, floor: one.floor, monitor: one.monitor, x: one.x * 10, closed: !one.open }
    const resource = await house.resource(`${turn}-${index}`, { ...shape, ...(parent === undefined ? {} : { parent }) })
    ids.push(resource)
    if (one.kind === 'room') room = resource
    if (one.booked === null) continue
    const time = { start: `${one.booked.start}:00`, end: `${one.booked.start + 2}:00` }
    await house.desk.send('/bookings', { worker: workers[one.booked.worker], resource, day: TODAY, ...time })
  }
  return ids
}

async function page(viewer: Visitor, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${house.centre.url}${path}`, { headers: { cookie: viewer.cookie }, redirect: 'manual' })
  return { status: answer.status, text: await answer.text() }
}

/** Every seat that can be reached by a link, floor by floor. */
async function reached(viewer: Visitor, view: 'map' | 'list') {
  const found: string[] = []
  for (const floor of ['1階', '2階', 'はなれ']) {
    const query = new URLSearchParams({ view, floor })
    const { text } = await page(viewer, `/seats/map?${query}`)
    for (const [all, id] of text.matchAll(/<a\b[^>]*data-choose="([^"]+)"[^>]*>/g)) {
      // The link leads where it says.
      expect(all).toContain(`seat&#x3D;${id}#chosen`)
      found.push(id as string)
    }
  }
  return [...new Set(found)].sort()
}

/** The panel of the chosen one: texts, links, forms with their fields. Only keys of one press and the way back differ. */
async function panel(viewer: Visitor, view: 'map' | 'list', resource: string): Promise<string> {
  const { text } = await page(viewer, `/seats/map?view=${view}&seat=${resource}`)
  const start = text.indexOf('<section class="card chosen-panel"')
  const end = text.indexOf('</section>', start)
  expect([start < 0, end < 0], view).toEqual([false, false])
  return text.slice(start, end).replace(/name="_(?:key|back)" value="[^"]*"/g, '')
}

const actionsIn = (text: string) => [...text.matchAll(/data-action="([a-z-]+)"/g)].map(([, action]) => action)

test('the plan and the list lead to the same seats and offer the same with each, whoever looks and whatever stands there (P21)', async () => {
  let turn = 0
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(seat, { minLength: 1, maxLength: 5 }), fc.nat(4), async (seats, who) => {
      turn += 1
      const viewer = viewers[who] as Visitor
      const ids = await furnish(seats, turn)
      const onMap = await reached(viewer, 'map')
      expect(await reached(viewer, 'list')).toEqual(onMap)
      for (const resource of ids) {
        expect(onMap).toContain(resource)
        const shown = await panel(viewer, 'map', resource)
        expect(await panel(viewer, 'list', resource)).toBe(shown)
        for (const action of actionsIn(shown)) seen.add(action ?? '')
      }
    }),
    { numRuns: 15 },
  )
  // There was everything to do.
  expect([...seen].sort()).toEqual(['book', 'close', 'edit', 'move', 'place', 'set-open'])
})

test('whoever may not act is offered nothing in either (P21)', async () => {
  const [resource = ''] = await furnish(
    [{ kind: 'seat', floor: '1階', open: true, monitor: false, x: 1, inside: false, booked: null }],
    1_000,
  )
  for (const [index, viewer] of viewers.entries()) {
    const [map, list] = [
      actionsIn(await panel(viewer, 'map', resource)),
      actionsIn(await panel(viewer, 'list', resource)),
    ]
    expect(list).toEqual(map)
    expect(map.length > 0).toBe(index <= 2)
  }
})
