import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { Json } from '../../support/appliance-fixture.ts'
import { type CareHouse, careHouse, FRIDAY, ok } from '../../support/childcare-fixture.ts'
import { readIndependently } from '../../support/independent-reader.ts'

const EIGHT = parseIsoInstant('2026-11-20T08:00:00+09:00') ?? 0

async function withCarer() {
  const house = await careHouse(EIGHT, { carers: 0 })
  const { carers } = await ok(house.carer.ask(`/childcare/shifts?from=${FRIDAY}&to=${FRIDAY}`))
  const { staff } = carers.find((one: Json) => one.name === '職員 hoiku')
  const wish = { room: house.room, day: FRIDAY, start: '9:00', end: '12:00', staff, qualified: true }
  return { house, staff: staff as string, wish, set: (more: object = {}) => set(house, { ...wish, ...more }) }
}

async function set({ carer }: CareHouse, wish: object): Promise<{ code?: string; detail?: string; shifts?: string[] }> {
  return (await carer.send('/childcare/shifts', wish)).body
}

async function standing({ centre }: CareHouse): Promise<string[]> {
  const rows = await readIndependently<{ shift: string }>(
    join(centre.folder, 'journal.db'),
    "SELECT day || ' ' || start_min || '-' || end_min AS shift FROM shift WHERE removed = 0 ORDER BY 1",
  )
  return rows.map(({ shift }) => shift)
}

test('a shift that is sent twice is made once, with one key or with two', async () => {
  const { house, wish, set: again } = await withCarer()
  await using _ = house
  const key = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
  const answers = await Promise.all([1, 2].map(() => house.carer.send('/childcare/shifts', wish, key)))
  expect(answers[0]?.body).toEqual(answers[1]?.body)
  expect(await again()).toMatchObject({ code: 'shift_overlap' })
  const many = await Promise.all(Array.from({ length: 5 }, () => again({ start: '13:00', end: '15:00' })))
  expect(many.filter(({ shifts }) => shifts !== undefined)).toHaveLength(1)
  expect(await standing(house)).toEqual([`${FRIDAY} 540-720`, `${FRIDAY} 780-900`])
})

test('a carer is in one room at a time; weeks in which she is taken on one day are not half made', async () => {
  const { house, set: again } = await withCarer()
  await using _ = house
  const { resource } = await ok(house.administrator.send('/resources', { kind: 'nursery', name: 'もう一つの部屋' }))
  await again({ day: '2026-12-04' })
  expect(await again({ room: resource, day: '2026-12-04', start: '11:00', end: '13:00' })).toMatchObject({
    code: 'shift_overlap',
  })
  const weeks = await again({ weeks: 3 })
  expect(weeks.code).toBe('shift_overlap')
  expect(weeks.detail).toContain('2026-12-04')
  expect(await standing(house)).toEqual(['2026-12-04 540-720'])
  await again({ day: '2026-12-04', start: '12:00', end: '14:00' })
  expect(await standing(house)).toEqual(['2026-12-04 540-720', '2026-12-04 720-840'])
})

test('her own shift can be set anew, be ended, missed and replaced; carers without a name are as many as are entered', async () => {
  const { house, set: again } = await withCarer()
  await using _ = house
  const [shift] = (await again()).shifts ?? []
  expect((await again({ shift, start: '8:00', end: '13:00' })).shifts).toEqual([shift])
  await ok(house.carer.send('/childcare/shifts/attend', { shift, state: 'absent' }))
  const [second] = (await again({ start: '10:00', end: '12:00' })).shifts ?? []
  // She came after all: that is always recorded.
  await ok(house.carer.send('/childcare/shifts/attend', { shift, state: 'here' }))
  await ok(house.carer.send('/childcare/shifts/remove', { shift: second }))
  expect(await again({ start: '12:30', end: '14:00' })).toMatchObject({ code: 'shift_overlap' })
  for (let n = 0; n < 2; n += 1) expect((await again({ staff: '' })).code).toBeUndefined()
  expect(await standing(house)).toEqual([`${FRIDAY} 480-780`, `${FRIDAY} 540-720`, `${FRIDAY} 540-720`])
})

test('a shift that stands in another’s way can still be shortened and described anew, not made longer', async () => {
  const { house, set: again } = await withCarer()
  await using _ = house
  const [shift] = (await again()).shifts ?? []
  await ok(house.carer.send('/childcare/shifts/attend', { shift, state: 'absent' }))
  await again({ start: '10:00', end: '12:00' })
  await ok(house.carer.send('/childcare/shifts/attend', { shift, state: 'here' }))
  expect((await again({ shift, qualified: false })).shifts).toEqual([shift])
  expect((await again({ shift, end: '11:00' })).shifts).toEqual([shift])
  const taken = { code: 'shift_overlap' }
  expect(await again({ shift, end: '11:30' })).toMatchObject(taken)
  expect(await again({ shift, start: '8:30', end: '11:00' })).toMatchObject(taken)
  // The weeks after it are decided as ever, and nothing of a wish that is refused is kept.
  await again({ day: '2026-11-27', start: '9:30', end: '10:30' })
  expect(await again({ shift, end: '10:30', weeks: 1 })).toMatchObject({
    ...taken,
    detail: expect.stringContaining('11-27'),
  })
  expect(await standing(house)).toEqual([`${FRIDAY} 540-660`, `${FRIDAY} 600-720`, '2026-11-27 570-630'])
  expect((await again({ shift, end: '10:00' })).shifts).toEqual([shift])
  expect(await again({ shift, day: '2026-11-27', end: '10:00' })).toMatchObject(taken)
})

test('a day that is named twice, by itself and as a week later, has one shift', async () => {
  const { house, set: again } = await withCarer()
  await using _ = house
  const made = await again({ day: '2026-12-01', alsoOn: '2026-12-08', weeks: 1 })
  expect(made.shifts).toHaveLength(3)
  const days = ['2026-12-01', '2026-12-08', '2026-12-15']
  expect(await standing(house)).toEqual(days.map((day) => `${day} 540-720`))
})
