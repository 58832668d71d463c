/** A registration that ends: what was promised beyond it stays, is shown to staff, and nothing new is promised. */
import { expect, test } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import {
  arrive,
  board,
  book,
  careHouse,
  FRIDAY,
  newChild,
  newParent,
  ok,
  shift,
} from '../../support/childcare-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const MONDAY = '2026-11-23'

const kinds = (tasks: { kind: string }[]) => tasks.map(({ kind }) => kind)

async function monday() {
  const house = await careHouse(NINE)
  for (let n = 0; n < 2; n += 1) await shift(house, MONDAY, '7:00', '20:00')
  const parent = await newParent(house)
  const child = await newChild(house, parent)
  const decide = (state: string, until = '') => house.carer.send('/children/decide', { child, state, until })
  const lapsed = async () => (await ok(house.carer.ask('/childcare/lapsed'))).places
  return { house, parent, child, decide, lapsed }
}

test('no place is promised after the last day of a registration, by staff, on the phone or on the waiting list', async () => {
  const { house, parent, child, decide } = await monday()
  await using _ = house
  await ok(decide('approved', FRIDAY))
  expect((await book(house, child, '10:00', '12:00', MONDAY)).body).toMatchObject({ code: 'registration_ends' })
  const wish = { child, room: house.room, day: MONDAY, start: '10:00', end: '11:00' }
  expect((await parent.visitor.send('/my/care', wish)).body.code).toBe('registration_ends')
  const places = await ok(parent.visitor.ask(`/my/care/places?child=${child}&day=${MONDAY}`))
  expect(places).toMatchObject({ code: 'registration_ends', rooms: [] })
  const waiting = { worker: parent.worker, child, day: MONDAY, start: '10:00', end: '11:00' }
  expect((await house.administrator.send('/waiting', waiting)).body.code).toBe('registration_ends')
  await ok(book(house, child, '10:00', '12:00'))
  expect((await decide('approved', '2026-11-19')).body.code).toBe('day_past')
})

test('a place beyond the registration stays, is a task and marked wherever it is shown, and is gone from the list when it is prolonged', async () => {
  const { house, parent, child, decide, lapsed } = await monday()
  await using _ = house
  await ok(book(house, child, '10:00', '12:00'))
  await ok(book(house, child, '10:00', '12:00', MONDAY))
  expect(await lapsed()).toEqual([])
  await ok(decide('approved', FRIDAY))
  expect(await lapsed()).toMatchObject([{ child, day: MONDAY, state: 'confirmed', lapsed: true }])
  expect(await board(house)).toMatchObject({ lapsed: 1, expected: [{ day: FRIDAY, lapsed: false }] })
  expect(kinds((await ok(house.administrator.ask('/today'))).tasks)).toContain('care_lapsed')
  const mine = (await ok(parent.visitor.ask('/my/children'))).bookings
  expect(mine.map(({ day, lapsed: mark }: { day: string; lapsed: boolean }) => [day, mark])).toEqual([
    [FRIDAY, false],
    [MONDAY, true],
  ])
  await ok(decide('approved', '2027-03-31'))
  expect(await lapsed()).toEqual([])
  expect(kinds((await ok(house.administrator.ask('/today'))).tasks)).not.toContain('care_lapsed')
})

test('of a registration that was withdrawn every place is listed; the child is not taken in, and goes when it is inside', async () => {
  const { house, child, decide, lapsed } = await monday()
  await using _ = house
  await ok(book(house, child, '9:00', '12:00'))
  await ok(book(house, child, '10:00', '12:00', MONDAY))
  await ok(decide('expired'))
  expect(await lapsed()).toMatchObject([{ day: FRIDAY }, { day: MONDAY }])
  expect((await arrive(house, child)).body.code).toBe('child_not_approved')
  await ok(decide('approved'))
  await ok(arrive(house, child))
  await ok(decide('expired'))
  expect(await lapsed()).toMatchObject([{ day: MONDAY }])
  expect((await board(house)).inside).toHaveLength(1)
})

test('the last day counts to its end, the day after the child is no longer registered without anybody doing anything', async () => {
  const { house, child, decide, lapsed } = await monday()
  await using _ = house
  await ok(book(house, child, '10:00', '12:00', MONDAY))
  await ok(decide('approved', FRIDAY))
  const state = async () => (await ok(house.carer.ask(`/child?child=${child}`))).child
  expect(await state()).toMatchObject({ state: 'approved', until: FRIDAY })
  house.centre.clock.turn(3 * 24 * 60 * 60_000)
  await ok(house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' }))
  expect(await state()).toMatchObject({ state: 'expired', until: FRIDAY })
  expect((await arrive(house, child)).body.code).toBe('child_not_approved')
  expect(await lapsed()).toMatchObject([{ day: MONDAY }])
})
