import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import {
  arrive,
  board,
  book,
  careHouse,
  guardianOf,
  handOver,
  newChild,
  newParent,
  OTHER_PIN,
  ok,
  STAFF_PIN,
} from '../../support/childcare-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0

test('a child is booked, comes, is seen on the board, and goes home with its mother', async () => {
  await using house = await careHouse(NINE)
  const parent = await newParent(house)
  const child = await newChild(house, parent)
  await ok(book(house, child, '9:00', '12:00'))
  expect((await board(house)).expected).toMatchObject([{ child, state: 'confirmed' }])
  const { stay, code } = await ok(arrive(house, child))
  expect(code).toMatch(/^[2-9CDFHJKMNPRTVWX]{4}$/)
  expect(await board(house)).toMatchObject({
    inside: [{ stay, child, until: 720, overMinutes: 0, contactPhone: '090-0000-0009' }],
    expected: [],
    rooms: [{ present: 1, expected: 0 }],
  })
  const to = await guardianOf(house, child)
  await ok(handOver(house, stay, to, { secondFactor: 'code', code }))
  expect(await board(house)).toMatchObject({ inside: [], gone: [{ stay, override: false }] })
})
