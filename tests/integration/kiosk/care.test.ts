import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { CareAct } from '../../../kiosk/care/care-act.ts'
import {
  CARER_CARD,
  type CareKiosk,
  careKiosk,
  family,
  OTHER_PARENT_CARD,
  PARENT_CARD,
  SECOND_CARD,
  staffCards,
} from '../../support/care-kiosk.ts'
import {
  board,
  type CareHouse,
  careHouse,
  newParent,
  OTHER_PIN,
  ok,
  STAFF_PIN,
} from '../../support/childcare-fixture.ts'
import { until } from '../../support/until.ts'

const NINE = parseIsoInstant('2026-11-20T09:05:00+09:00') ?? 0
const well: CareAct & { act: 'health' } = {
  act: 'health',
  temperatureX10: 366,
  symptoms: [],
  phone: '090-1234-5678',
}

async function inside(house: CareHouse): Promise<number> {
  return (await board(house)).inside.length
}

/** Brings the child of the family; resolves to the code on the slip. */
async function bring({ page, touch }: CareKiosk, child: string): Promise<string> {
  await touch(PARENT_CARD)
  await page.step('family')
  expect(await page.press({ act: 'bring', child: child as never })).toBeUndefined()
  await page.step('health')
  expect(await page.press(well)).toBeUndefined()
  const slip = await page.step('slip')
  await page.press({ act: 'leave' })
  await page.step('board')
  return slip.code
}

test('two children called the same stand on the board with their whole names, and only they', async () => {
  await using house = await careHouse(NINE)
  await family(house, { name: '試験野 はる' })
  await family(house, { card: OTHER_PARENT_CARD, name: '架空野 はる' })
  await using door = await careKiosk(house)
  const names = () => door.page.care.board.expected.map(({ callName }) => callName).sort()
  expect(names()).toEqual(['架空野 はる', '試験野 はる'])
  await family(house, { card: '00112233445566AB', callName: 'そうた' })
  await until('the third is on the list', () => names().length === 3)
  expect(names()).toContain('そうた')
})

test('a parent brings her child with her card, the slip shows a code, and the centre knows it', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await using door = await careKiosk(house)
  expect(door.page.care.board).toMatchObject({
    room: 'つくしの部屋',
    expected: [{ callName: 'はる', start: 540 }],
    here: [],
  })
  const code = await bring(door, child)
  expect(code).toMatch(/^[2-9CDFHJKMNPRTVWX]{4}$/)
  await until('the centre has it', async () => (await inside(house)) === 1)
  const [stay] = (await board(house)).inside
  expect(stay).toMatchObject({ child, contactPhone: '090-1234-5678', until: 720 })
  expect((await ok(house.carer.send('/childcare/reprint', { stay: stay.stay }))).code).toBe(code)
  await until('the list has it too', () => door.page.care.board.here.length === 1 && door.kiosk.waiting === 0)
})

test('a fever is told kindly, recorded, and takes no place', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await using door = await careKiosk(house)
  await door.touch(PARENT_CARD)
  await door.page.step('family')
  await door.page.press({ act: 'bring', child: child as never })
  await door.page.press({ ...well, temperatureX10: 375 })
  expect(await door.page.step('turned_away')).toMatchObject({ why: 'fever', temperatureX10: 375, feverX10: 375 })
  await until('delivered', () => door.kiosk.waiting === 0)
  expect(await inside(house)).toBe(0)
  await door.page.press({ act: 'back' })
  await door.page.press({ act: 'bring', child: child as never })
  await door.page.press({ ...well, symptoms: ['vomiting'] })
  expect(await door.page.step('turned_away')).toMatchObject({ why: 'symptom' })
})

test('she fetches her child with her card and the card and PIN of a carer', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await staffCards(house)
  await using door = await careKiosk(house)
  await bring(door, child)
  house.centre.clock.turn(10 * MINUTE_MS)
  const { page, touch } = door
  await touch(PARENT_CARD)
  await page.step('family')
  await page.press({ act: 'fetch', child: child as never })
  expect(await page.step('staff')).toMatchObject({ need: 1, fetcher: { relation: '母' } })
  await touch(OTHER_PARENT_CARD)
  await until('no staff card', () => page.care.step.step === 'staff' && page.care.step.notice === 'staff_card_needed')
  await touch(CARER_CARD)
  await page.step('pin')
  await page.press({ act: 'pin', pin: '000000' })
  await until('a wrong PIN', () => page.care.step.step === 'pin' && page.care.step.notice === 'sign_in_failed')
  await page.press({ act: 'pin', pin: STAFF_PIN })
  expect(await page.step('handed')).toMatchObject({ callName: 'はる', unverified: false })
  await until('the centre knows', async () => (await inside(house)) === 0)
  expect((await board(house)).gone).toMatchObject([{ override: false }])
  expect((await board(house)).doubts).toEqual([])
})

test('a grandmother fetches with the code of the slip, on the day she was announced', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await staffCards(house)
  await ok(
    house.carer.send('/children/pickups', {
      child,
      name: '架空野 うめ',
      kana: 'かくうの うめ',
      relation: '祖母',
      scope: 'one_day',
      day: '2026-11-20',
    }),
  )
  await using door = await careKiosk(house)
  const code = await bring(door, child)
  const { page, touch } = door
  await page.press({ act: 'fetch', child: child as never })
  await page.step('prove')
  await page.press({ act: 'code', code: code === '2222' ? '3333' : '2222' })
  await until('wrong once', () => page.care.step.step === 'prove' && page.care.step.wrong === 1)
  await page.press({ act: 'code', code: ` ${code.toLowerCase()} ` })
  const { people } = await page.step('fetcher')
  expect(people.map(({ name, relation }) => `${name} ${relation}`)).toContain('架空野 うめ 祖母')
  await page.press({ act: 'person', id: people.find(({ relation }) => relation === '祖母')?.id as never })
  await page.step('staff')
  await touch(CARER_CARD)
  await page.step('pin')
  await page.press({ act: 'pin', pin: STAFF_PIN })
  await page.step('handed')
  await until('the centre knows', async () => (await inside(house)) === 0)
  expect((await board(house)).doubts).toEqual([])
})

test('whoever may not have the child meets the same calm sentence, and staff are told which it was', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  const stranger = await newParent(house)
  await ok(house.administrator.send('/cards/enrol-number', { worker: stranger.worker, card: OTHER_PARENT_CARD }))
  await using door = await careKiosk(house)
  await bring(door, child)
  const { page, touch } = door
  await page.press({ act: 'fetch', child: child as never })
  await page.step('prove')
  await touch(OTHER_PARENT_CARD)
  const calm = await page.step('wait')
  await page.press({ act: 'leave' })
  await ok(
    house.carer.send('/children/blocks', { child, worker: stranger.worker, name: '架空野 次郎', reason: '裁判所' }),
  )
  await until('the ban has arrived', () => door.page.heard.filter(({ t }) => t === 'care').length > 0)
  await new Promise((resolve) => setTimeout(resolve, 600))
  await touch(OTHER_PARENT_CARD)
  expect(await page.step('wait')).toEqual(calm)
  expect(JSON.stringify(page.heard)).not.toContain('裁判所')
  await until('delivered', () => door.kiosk.waiting === 0)
  const { refusals } = await board(house)
  const told = refusals.filter(({ kind }: { kind: string }) => kind === 'pickup')
  expect(told.map(({ why }: { why: string }) => why).sort()).toEqual(['blocked', 'unknown'])
})

test('somebody on no list gets the child from two members of staff with a reason, and never against a ban', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await staffCards(house)
  await ok(
    house.carer.send('/children/blocks', { child, name: '架空野 次郎', kana: 'かくうの じろう', reason: '裁判所' }),
  )
  await using door = await careKiosk(house)
  const code = await bring(door, child)
  const { page, touch } = door
  const asked = async () => {
    await page.press({ act: 'fetch', child: child as never })
    await page.press({ act: 'code', code })
    await page.step('fetcher')
    await page.press({ act: 'not-listed' })
    await page.step('wait')
    await page.press({ act: 'staff' })
    expect(await page.step('staff')).toMatchObject({ goal: 'override', need: 2, have: 0 })
    for (const [card, pin] of [
      [CARER_CARD, STAFF_PIN],
      [SECOND_CARD, OTHER_PIN],
    ] as const) {
      await touch(card)
      await page.step('pin')
      await page.press({ act: 'pin', pin })
      await until('checked', () => page.care.step.step !== 'pin')
    }
    await page.step('override')
  }
  house.centre.clock.turn(10 * MINUTE_MS)
  await until('connected after the clock was turned', () => door.kiosk.online)
  await asked()
  await page.press({ act: 'override', name: 'カクウノ ジロウ', reason: 'phoned_parent' })
  await page.step('wait')
  expect(await inside(house)).toBe(1)
  await asked()
  await page.press({ act: 'override', name: 'タナカ ハナ', reason: 'phoned_parent' })
  await page.step('handed')
  await until('the centre knows', async () => (await inside(house)) === 0)
  expect((await board(house)).gone).toMatchObject([{ override: true }])
  expect((await board(house)).doubts).toEqual([])
})

test('one card twice is not two members of staff', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await staffCards(house)
  await using door = await careKiosk(house)
  await bring(door, child)
  const { page, touch } = door
  await page.press({ act: 'fetch', child: child as never })
  for (const code of ['2222', '3333', '4444']) await page.press({ act: 'code', code })
  await page.step('wait')
  await page.press({ act: 'staff' })
  await touch(CARER_CARD)
  await page.step('pin')
  await page.press({ act: 'pin', pin: STAFF_PIN })
  await until('one of two', () => page.care.step.step === 'staff' && page.care.step.have === 1)
  await touch(CARER_CARD)
  await until('not again', () => page.care.step.step === 'staff' && page.care.step.notice === 'two_staff_needed')
})

test('a kiosk at the entrance gets no list of children, and takes taps', async () => {
  await using house = await careHouse(NINE)
  await family(house)
  await using door = await careKiosk(house, { stationed: false })
  await until('online', () => door.kiosk.online)
  await door.touch(PARENT_CARD)
  await until('a tap', () => door.page.heard.some(({ t }) => t === 'kept'))
  expect(door.page.isCare).toBe(false)
  expect(JSON.stringify(door.page.heard)).not.toContain('はる')
})

test('the list leaves the kiosk when staff put it back to the entrance', async () => {
  await using house = await careHouse(NINE)
  await family(house)
  await using door = await careKiosk(house)
  await until('the list is kept', async () => (await readdir(door.dir)).includes('care.sealed'))
  await ok(house.administrator.send('/devices/station', { device: door.device, room: '' }))
  await until('an entrance again', () => !door.page.isCare)
  await until('nothing is left', async () => !(await readdir(door.dir)).includes('care.sealed'))
})

test('the list leaves a kiosk that was taken out of service', async () => {
  await using house = await careHouse(NINE)
  await family(house)
  await using door = await careKiosk(house)
  await until('the list is kept', async () => (await readdir(door.dir)).includes('care.sealed'))
  await ok(house.administrator.send('/devices/retire', { device: door.device, reason: 'こわれた' }))
  await until('nothing is left', async () => !(await readdir(door.dir)).includes('care.sealed'))
})

test('nothing about a child or a parent lies on the kiosk’s disk in clear', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await using door = await careKiosk(house)
  const port = await house.centre.stop()
  await until('offline', () => !door.kiosk.online)
  const code = await bring(door, child)
  for (const file of await readdir(door.dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || file.name.endsWith('.new')) continue
    const text = await readFile(`${file.parentPath}/${file.name}`, 'utf8')
    for (const secret of ['はる', '架空野', '090-1234', '090-0000', `"${code}"`, ':366'])
      expect(text).not.toContain(secret)
  }
  await house.centre.start(port)
})

test('the board says who is still here when the room closes', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house, { end: '19:50' })
  await using door = await careKiosk(house)
  await bring(door, child)
  house.centre.clock.turn(10 * HOUR_MS + 45 * MINUTE_MS)
  await until('soon', () => door.page.care.board.alarm?.level === 'soon')
  house.centre.clock.turn(15 * MINUTE_MS)
  await until('closed', () => door.page.care.board.alarm?.level === 'closed')
  expect(door.page.care.board.here).toMatchObject([{ callName: 'はる', overMin: 15 }])
})
