import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { BookingFixture, type Seated, TODAY } from '../support/booking-fixture.ts'
import { openBrowser } from '../support/browser.ts'
import { silentLog } from '../support/kiosk-bench.ts'
import { PassingClock } from '../support/passing-clock.ts'
import { until } from '../support/until.ts'

const TEN_PAST_NINE = Date.parse('2026-11-20T00:10:00Z')
const CARDS = ['0111222233330001', '0111222233330002', '0111222233330003', '0111222233330004'] as const

describe('a morning at the kiosk', () => {
  let browser: Browser
  let page: Page
  let house: BookingFixture
  let kiosk: Kiosk
  let reader: SimulatedReader
  let server: Listening
  let dir: string
  const seats: string[] = []
  const people: Seated[] = []

  beforeAll(async () => {
    browser = await openBrowser()
    house = await BookingFixture.create(TEN_PAST_NINE, new PassingClock(TEN_PAST_NINE))
    for (const name of ['窓ぎわ 1番', '窓ぎわ 2番']) seats.push(await house.resource(name))
    for (const _ of CARDS) people.push(await house.worker())
    const lines = people.map(({ code }, index) => `${code},${CARDS[index]}`)
    await house.centre.appliance.cardsImport(Buffer.from(['worker_code,card', ...lines].join('\n')))
    dir = await mkdtemp(join(tmpdir(), 'kado-seat-'))
    const { clock } = house.centre
    reader = new SimulatedReader({ id: 'simulated', kind: 'simulated', clock, noticesRemoval: true, simulated: true })
    const { code } = await house.centre.appliance.newKioskCode('入口', '')
    const link = { backOffMs: { first: 50, max: 200 } }
    const applianceUrl = house.centre.url
    kiosk = await Kiosk.create({ dir, applianceUrl, code, readers: [reader], clock, log: silentLog, link })
    await kiosk.start()
    server = await listen({ '/': { routes: kiosk.routes, upgrades: [] } }, { port: 0 })
    await until('connected', () => kiosk.online)
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(server.url)
  })
  afterAll(async () => {
    await page.close()
    await kiosk.stop()
    await server.close(100)
    await house[Symbol.asyncDispose]()
    await browser.close()
    await rm(dir, { recursive: true, force: true })
  })

  const bookings = async () => (await house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}`)).body.bookings

  it('shows on its first screen how many seats are free', async () => {
    await page.waitForSelector('.share')
    expect(await page.textContent('.share')).toMatch(/空き席\s*2\s*\/ 2/)
  })

  it('a worker who has booked is shown her seat and asked nothing', async () => {
    const [aoki] = people
    await house.must('/bookings', { worker: aoki?.worker, resource: seats[0], day: TODAY, start: '9:00', end: '12:00' })
    reader.touch(CARDS[0])
    await page.waitForSelector('.card.seat.booked')
    expect(await page.textContent('.card.seat')).toMatch(/あなたの席\s*窓ぎわ 1番\s*12:00まで/)
    expect(await page.locator('.card.seat button').count()).toBe(0)
    await until('she sits', async () => (await bookings())[0].state === 'in')
  })

  it('a worker without a booking is offered the other one, and one press takes it', async () => {
    reader.touch(CARDS[1])
    await page.waitForSelector('.card.seat.offered')
    expect(await page.textContent('.card.seat')).toMatch(/空いている席\s*窓ぎわ 2番\s*18:00まで/)
    await page.click('[data-key=take-seat]')
    await page.waitForSelector('.card.seat.booked')
    expect(await page.textContent('.card.seat')).toMatch(/あなたの席\s*窓ぎわ 2番/)
    const taken = (await bookings()).find((one: { source: string }) => one.source === 'walk_in')
    expect(taken).toMatchObject({ worker: people[1]?.worker, state: 'in', resource: seats[1] })
  })

  it('with every seat taken nothing is offered, and the check-in itself is as ever', async () => {
    reader.touch(CARDS[2])
    await page.waitForSelector('.tone-in .actions')
    await page.waitForTimeout(300)
    expect(await page.locator('.card.seat').count()).toBe(0)
  })

  it('one key takes a seat that somebody left', async () => {
    // The same card within two minutes is the same touch.
    house.centre.clock.turn(130_000)
    reader.touch(CARDS[1])
    await page.waitForSelector('.tone-out')
    await until('the seat is free', async () =>
      (await bookings()).some((one: { state: string }) => one.state === 'done'),
    )
    reader.touch(CARDS[3])
    await page.waitForSelector('.card.seat.offered')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.card.seat.booked')
    expect(await page.textContent('.card.seat')).toContain('窓ぎわ 2番')
  })

  it('ignoring the offer is fine: the screen goes back by itself and nothing was booked', async () => {
    const before = (await bookings()).length
    await page.keyboard.press('Escape')
    await page.reload()
    await page.waitForSelector('.call .picture')
    expect((await bookings()).length).toBe(before)
  })
})
