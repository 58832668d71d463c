/**
 * Tuesday mornings: a mother books for herself and her two-year-old, waits once, comes, works, and takes her child home.
 * A real centre, two real kiosks, a real browser on her phone, at both kiosks and at the carer's table.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { openBrowser } from '../support/browser.ts'
import {
  CARER_CARD,
  type CareKiosk,
  careKiosk,
  OTHER_PARENT_CARD,
  ownClock,
  PARENT_CARD,
  staffCards,
} from '../support/care-kiosk.ts'
import {
  board,
  type CareHouse,
  careHouse,
  newChild,
  newParent,
  OTHER_PIN,
  ok,
  PARENT_PIN,
  type Parent,
  STAFF_PIN,
  shift,
} from '../support/childcare-fixture.ts'
import { silentLog } from '../support/kiosk-bench.ts'
import { until } from '../support/until.ts'
import { DESK, fill, lookAt, main, PHONE } from './look-at-page.ts'

const CARER = { login: 'hoiku', password: 'hoiku-no-himitsu-4' }
const FRIDAY = parseIsoInstant('2026-11-20T10:00:00+09:00') ?? 0
const TUESDAYS = ['2026-11-24', '2026-12-01', '2026-12-08'] as const
const [FIRST, SECOND, FULL] = TUESDAYS

let browser: Browser
let house: CareHouse
let mother: Parent
/** Works here too, and must not have the child. */
let other: Parent
let child = ''
let phone: Page
let entrance: { kiosk: Kiosk; reader: SimulatedReader; server: Listening; page: Page; dir: string }
let door: CareKiosk
let room: Page
const taken: string[] = []

beforeAll(async () => {
  browser = await openBrowser()
  house = await careHouse(FRIDAY)
  for (const day of TUESDAYS) for (const _ of [1, 2]) await shift(house, day, '7:00', '20:00')
  const seats: string[] = []
  for (const name of ['窓ぎわ 1', '窓ぎわ 2'])
    seats.push((await ok(house.administrator.send('/resources', { kind: 'seat', name, floor: '2F' }))).resource)
  mother = await newParent(house)
  await ok(house.administrator.send('/cards/enrol-number', { worker: mother.worker, card: PARENT_CARD }))
  const sheet = { name: '架空野 はる', callName: 'はる', birthDate: '2024-06-01', phone: '090-0000-0001' }
  child = await newChild(house, mother, sheet)
  await ok(house.carer.send('/children/decide', { child, state: 'approved' }))
  other = await newParent(house)
  await ok(house.administrator.send('/cards/enrol-number', { worker: other.worker, card: OTHER_PARENT_CARD }))
  await staffCards(house)
  // On the third Tuesday two others have both seats.
  for (const resource of seats) {
    const { worker } = await newParent(house)
    const wish = { worker, resource, day: FULL, start: '9:00', end: '13:00' }
    const { status, body } = await house.administrator.send('/bookings', wish)
    expect(status).toBe(201)
    taken.push(body.booking)
  }
  entrance = await openEntrance()
  door = await careKiosk(house)
  room = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await room.goto(door.page.url)
  phone = await (await browser.newContext({ viewport: PHONE, locale: 'ja-JP' })).newPage()
})

afterAll(async () => {
  await browser?.close()
  await door?.[Symbol.asyncDispose]()
  await entrance?.kiosk.stop()
  await entrance?.server.close(100)
  await house?.[Symbol.asyncDispose]()
  if (entrance !== undefined) await rm(entrance.dir, { recursive: true, force: true })
})

async function openEntrance() {
  const dir = await mkdtemp(join(tmpdir(), 'kado-entrance-'))
  const { url: applianceUrl, appliance } = house.centre
  const clock = ownClock(house.centre.clock)
  const reader = new SimulatedReader({
    id: 'entrance',
    kind: 'simulated',
    clock,
    noticesRemoval: true,
    simulated: true,
  })
  const { code } = await appliance.newKioskCode('入口', '')
  const link = { backOffMs: { first: 50, max: 200 } }
  const kiosk = await Kiosk.create({ dir, applianceUrl, code, readers: [reader], clock, log: silentLog, link })
  await kiosk.start()
  const server = await listen({ '/': { routes: kiosk.routes, upgrades: [] } }, { port: 0 })
  await until('connected', () => kiosk.online)
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(server.url)
  return { kiosk, reader, server, page, dir }
}

/** Hours pass at every clock; who works at a screen signs in again. */
async function turn(ms: number): Promise<void> {
  house.centre.clock.turn(ms)
  await house.centre.signInAgain(house.administrator)
  await ok(house.carer.send('/sign-in/staff', CARER))
  await house.centre.appliance.keepBookings()
  await until('both kiosks are connected', () => entrance.kiosk.online && door.kiosk.online)
}

async function press(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click(selector)])
}

async function signInOnPhone(): Promise<void> {
  const { body } = await house.administrator.ask(`/worker?worker=${mother.worker}`)
  await phone.goto(`${house.centre.url}/my`)
  if (!(await phone.isVisible('main [name=pin]'))) return
  await fill(phone, { code: body.person.code, pin: PARENT_PIN })
  await press(phone, 'main button[type=submit]')
}

async function lookFor(day: string): Promise<void> {
  await phone.goto(`${house.centre.url}/my/bookings/new?day=${day}&start=9:00&end=12:00`)
  await phone.check(`[name=child][value="${child}"]`)
  await press(phone, 'button:has-text("空きを見る")')
}

describe('at home, on her phone', () => {
  it('she books two Tuesday mornings, each with a place for her child in the same press', async () => {
    await signInOnPhone()
    for (const day of [FIRST, SECOND]) {
      await lookFor(day)
      await press(phone, 'button:has-text("席と託児を予約する")')
    }
    const lines = await phone.locator('.my-lines').first().locator('li').allTextContents()
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/9:00–12:00.*窓ぎわ.*はる の託児も/s)
  })

  it('on the third there is no seat, so she waits for both together, and nothing half is booked', async () => {
    await lookFor(FULL)
    expect(await main(phone)).toContain('空きがありません')
    await press(phone, 'button:has-text("キャンセル待ちに入る")')
    expect(await main(phone)).toContain('次の順番です')
    expect(await phone.locator('.my-lines').first().textContent()).not.toContain('12月8日')
    const { bookings } = await ok(house.carer.ask(`/childcare/bookings?from=${FULL}&to=${FULL}`))
    expect(bookings).toEqual([])
  })

  it('when somebody cancels, seat and place are held for her until a time she can read, and she takes them', async () => {
    await ok(house.administrator.send('/bookings/cancel', { booking: taken[0] }))
    await house.centre.appliance.keepBookings()
    await phone.goto(`${house.centre.url}/my/bookings`)
    expect(await phone.textContent('.offer')).toMatch(/12月8日.*窓ぎわ 1.*\d:\d\d まで、あなたのために取ってあります/s)
    await press(phone, '.offer .button-primary')
    expect(await phone.locator('.my-lines').first().textContent()).toMatch(/12月8日.*窓ぎわ 1.*はる の託児も/s)
  })
})

describe('on the first Tuesday', () => {
  it('she taps in, and the kiosk shows her seat without a question', async () => {
    await turn((parseIsoInstant(`${FIRST}T08:58:00+09:00`) ?? 0) - FRIDAY)
    entrance.reader.touch(PARENT_CARD)
    await entrance.page.waitForSelector('.card.seat.booked')
    expect(await entrance.page.textContent('.card.seat')).toMatch(/あなたの席\s*窓ぎわ \d\s*9:00から12:00まで/)
  })

  it('next door her card brings up her child; how it is, and she has a slip with a code', async () => {
    await until('the list of today', () => door.page.care.board.expected.some(({ callName }) => callName === 'はる'))
    await door.touch(PARENT_CARD)
    await room.click(`[data-key="bring-${child}"]`)
    await room.click('[data-key="temperature1"]')
    await room.click('[data-key="symptom-none"]')
    await room.click('[data-key="health"]')
    expect(await room.textContent('.big-code')).toMatch(/^[2-9CDFHJKMNPRTVWX](?: [2-9CDFHJKMNPRTVWX]){3}$/)
    await room.click('[data-key="care-leave"]')
    await room.waitForSelector(`[data-key="fetch-${child}"]`)
    await until('delivered', () => door.kiosk.waiting === 0)
  })

  it('somebody who must not have the child hears a calm sentence, no reason and no alarm; staff are told', async () => {
    const ban = { child, worker: other.worker, name: '架空野 次郎', kana: 'かくうの じろう', reason: '裁判所' }
    await ok(house.administrator.send('/children/blocks', ban))
    // The list with the ban may reach the kiosk later: to her it looks the same, and the centre knows who she was.
    await room.click(`[data-key="fetch-${child}"]`)
    await room.waitForSelector('.typed')
    await door.touch(OTHER_PARENT_CARD)
    await room.waitForSelector('.tone-busy h1')
    const said = (await room.textContent('body')) ?? ''
    expect(said).toContain('少しお待ちください')
    for (const word of ['裁判所', '次郎', '禁止', 'できません', 'エラー']) expect(said).not.toContain(word)
    await room.click('[data-key="care-leave"]')
    await until('delivered', () => door.kiosk.waiting === 0)
    const desk = await (await browser.newContext({ viewport: DESK, locale: 'ja-JP' })).newPage()
    await desk.goto(`${house.centre.url}/sign-in`)
    await fill(desk, CARER)
    await press(desk, 'main button[type=submit]')
    await desk.goto(`${house.centre.url}/childcare`)
    await desk.click('#refusal-list summary')
    expect(await desk.textContent('#refusal-list')).toMatch(
      /はる.*引き渡さなかった.*「お渡しできない人」に登録があります/s,
    )
    await desk.screenshot({ path: '.built/pictures/care-refusals-1440-ja.png', fullPage: true })
    await desk.context().close()
    const { refusals } = await board(house)
    expect(refusals.map(({ why }: { why: string }) => why)).toEqual(['blocked'])
  })

  it('at noon her card and a carer’s card with her PIN give the child back', async () => {
    await turn(3 * HOUR_MS - 8 * MINUTE_MS)
    await door.touch(PARENT_CARD)
    await room.click(`[data-key="fetch-${child}"]`)
    await room.waitForSelector('.staff')
    await door.touch(CARER_CARD)
    await room.waitForSelector('.typed')
    for (const digit of STAFF_PIN) await room.click(`[data-key="key-${digit}"]`)
    await room.click('.actions .main')
    await room.waitForSelector('h1:has-text("引き渡し"), h1:has-text("お渡し")')
    await until('the room is empty', async () => (await board(house)).inside.length === 0)
  })

  it('and she taps out: nobody is left, and her morning stands in the record', async () => {
    entrance.reader.touch(PARENT_CARD)
    await entrance.page.waitForSelector('.tone-out')
    await signInOnPhone()
    await phone.goto(`${house.centre.url}/my/bookings`)
    expect(await phone.locator('.my-lines').first().textContent()).not.toContain('11月24日')
    const [session] = await house.centre.appliance.sessionsExport(FIRST as never, FIRST as never)
    expect(session?.status).toBe('payable')
    expect(Math.abs(Number(session?.seconds) - 172 * 60)).toBeLessThan(60)
    expect((await house.centre.appliance.journalRebuild()).equal).toBe(true)
  })
})

describe('on the second Tuesday', () => {
  let desk: Page
  const state = () => desk.context().storageState()

  it('the network is down: the kiosk takes the child in and gives her home by slip and staff card, unchecked', async () => {
    await turn((parseIsoInstant(`${SECOND}T09:02:00+09:00`) ?? 0) - house.centre.clock.now())
    await until('the list of today', () => door.page.care.board.expected.some(({ callName }) => callName === 'はる'))
    const port = await house.centre.stop()
    await until('offline', () => !door.kiosk.online)
    await door.touch(PARENT_CARD)
    await room.click(`[data-key="bring-${child}"]`)
    await room.click('[data-key="temperature1"]')
    await room.click('[data-key="symptom-none"]')
    await room.click('[data-key="health"]')
    const code = ((await room.textContent('.big-code')) ?? '').replaceAll(' ', '')
    await room.click('[data-key="care-leave"]')
    await room.click(`[data-key="fetch-${child}"]`)
    for (const key of code) await room.click(`[data-key="key-${key}"]`)
    await room.click('.actions .main')
    await room.click('[data-key^="person-"]')
    await room.waitForSelector('.staff')
    await door.touch(CARER_CARD)
    await room.waitForSelector('h1:has-text("引き渡し"), h1:has-text("お渡し")')
    await house.centre.start(port)
    await until('delivered', () => door.kiosk.waiting === 0)
  })

  it('a carer finds on the board what nobody could check, looks into it and presses it away', async () => {
    desk = await (await browser.newContext({ viewport: DESK, locale: 'ja-JP' })).newPage()
    await desk.goto(`${house.centre.url}/sign-in?next=/childcare`)
    await fill(desk, CARER)
    await press(desk, 'main button[type=submit]')
    const doubt = desk.locator('section:has(#doubt-head) li')
    expect(await doubt.allTextContents()).toEqual([
      expect.stringMatching(/はる.*職員の暗証番号を確かめられませんでした/s),
    ])
    await expectGood({ name: 'care-doubts', path: '/childcare' })
    await press(desk, 'section:has(#doubt-head) button')
    expect(await doubt.count()).toBe(0)
    expect((await board(house)).doubts).toMatchObject([{ kind: 'unproven_staff', seen: true }])
  })

  it('the child goes to a grandfather on no list by two members of staff with a reason, and not by one of them twice', async () => {
    house.centre.clock.turn(10 * MINUTE_MS)
    const until = '12:00'
    const wish = { child, room: house.room, temperatureX10: 366, symptoms: [], contactPhone: '090-0000-0001', until }
    const { stay } = await ok(house.carer.send('/childcare/arrivals', wish))
    await desk.goto(`${house.centre.url}/childcare/hand-over/${stay}`)
    await desk.click('summary:has-text("一覧にない人")')
    const form = desk.locator('form[action$="care.override"]')
    const give = async (otherLogin: string, otherPin: string) => {
      await form.locator('[name=staffPin]').fill(STAFF_PIN)
      await form.locator('[name=otherLogin]').fill(otherLogin)
      await form.locator('[name=otherPin]').fill(otherPin)
      await press(desk, 'form[action$="care.override"] button')
    }
    await form.locator('[name=name]').fill('架空野 一郎')
    await form.locator('[name=reason]').fill('母が電車で動けない。電話で母本人に確かめた。')
    await give('hoiku', STAFF_PIN)
    expect(await desk.textContent('#summary')).toMatch(/2人|二人/)
    expect(await form.locator('[name=reason]').inputValue()).toContain('電車')
    await desk.screenshot({ path: '.built/pictures/care-override-1440-ja.png', fullPage: true })
    await give('uketsuke', OTHER_PIN)
    await desk.waitForURL(/\/childcare$/)
    await desk.click('summary:has-text("帰った子")')
    expect(await desk.textContent('#gone-list')).toContain('職員2人で引き渡し')
    expect((await board(house)).inside).toEqual([])
  })

  it('the registration ends before the third Tuesday: the place stays, is called out, and is cancelled after a call', async () => {
    await desk.goto(`${house.centre.url}/childcare/children/${child}`)
    await desk.fill('#registration [name=until]', SECOND)
    await press(desk, 'button:has-text("期限を決める")')
    expect(await desk.textContent('#registration')).toContain('期限のあとの予約が 1件')
    await desk.click('#registration a')
    expect(await desk.textContent('#lapsed')).toMatch(/12月8日.*はる/s)
    await expectGood({ name: 'care-lapsed', path: '/childcare/conflicts' })
    await expectGood({ name: 'care-lapsed-child', path: `/childcare/children/${child}` })
    await signInOnPhone()
    await phone.goto(`${house.centre.url}/my/bookings`)
    expect(await main(phone)).toContain('登録の期限のあとです')
    await press(desk, '#lapsed button')
    expect(await desk.locator('#lapsed').count()).toBe(0)
    expect(await desk.textContent('main')).toContain('すべての予約が守れます')
  })

  async function expectGood({ name, path }: { name: string; path: string }): Promise<void> {
    const look = { url: `${house.centre.url}${path}`, name, size: DESK, language: 'ja' as const, state: await state() }
    expect(await lookAt(browser, look)).toEqual({ status: 200, violations: [], overflow: 0, complaints: [] })
  }
})
