/** The screen in the foyer: opened by a secret address, fresh without a touch, honest when the line is cut, and nameless. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT, press, SeatedHouse } from './seated-house.ts'

let house: SeatedHouse
let desk: Page
let wallPath = ''

beforeAll(async () => {
  house = await SeatedHouse.open()
  desk = await house.signInAtDesk('uketsuke', '受付 うみ', ['front_desk'])
  const span = { start: '9:00', end: '18:00' }
  await house.must('/hours', { weekdays: [span, span, span, span, span, {}, {}], holidays: false })
  for (let n = 0; n < 40; n += 1) {
    const map = { x: 12 + (n % 10) * 70, y: 14 + Math.floor(n / 10) * 165, w: 62, h: 140 }
    await house.must('/resources', { kind: 'seat', name: `窓ぎわ ${n + 1}`, floor: '2階', ...map })
  }
  for (const [n, name] of ['会議室 小', '会議室 大', 'ブース 1', 'ブース 2'].entries())
    await house.must('/resources', { kind: 'room', name, floor: '2階', x: 730, y: 14 + n * 170, w: 250, h: 150 })
  const nursery = { kind: 'nursery', name: '託児室', floor: '2階', x: 730, y: 720, w: 250, h: 200 }
  const { resource } = await house.must('/resources', nursery)
  await house.must('/childcare/policy/template', { template: 'unlicensed', from: '2026-11-20' })
  await house.must('/childcare/room', { room: resource, areaDm2: 3_300 })
  const sheet = { name: '中 ひなた', kana: 'なか ひなた', callName: 'ひなた', birthDate: '2024-06-01' }
  const parent = { worker: house.worker('W001'), phone: '090-0000-0000', relation: '母' }
  const { child } = await house.must('/children', { ...sheet, ...parent })
  await house.must('/children/decide', { child, state: 'approved' })
  const day = '2026-11-20'
  for (let n = 0; n < 2; n += 1)
    await house.must('/childcare/shifts', { room: resource, day, start: 540, end: 1_020, qualified: true })
  await house.must('/childcare/bookings', { child, room: resource, day, start: 540, end: 720 })
  await house.learnSeats()
})
afterAll(() => house?.[Symbol.asyncDispose]())

describe('the screen in the foyer', () => {
  it('opens by its secret address and in no other way', async () => {
    await desk.goto(`${house.url}/seats/wall`)
    await press(desk, 'button:has-text("アドレスを作る")')
    wallPath = new URL(await desk.inputValue('#wall-address')).pathname
    const stranger = await house.browser.newContext()
    const page = await stranger.newPage()
    expect((await page.goto(`${house.url}/wall/preview`))?.status()).toBe(404)
    expect((await page.goto(`${house.url}${wallPath}`))?.status()).toBe(200)
    expect((await page.goto(`${house.url}/seats`))?.url()).toContain('/sign-in')
    await stranger.close()
  })

  it('shows seats, rooms and childcare, fits its screen either way up, and names nobody', async () => {
    const today = { day: '2026-11-20', start: '9:00', end: '12:00' }
    await house.must('/bookings', { worker: house.worker('W004'), resource: house.seat('会議室 小'), ...today })
    for (const size of [
      { width: 1920, height: 1080 },
      { width: 1080, height: 1920 },
    ]) {
      const context = await house.browser.newContext({ viewport: size })
      const page = await context.newPage()
      await page.goto(`${house.url}${wallPath}`)
      const text = (await page.textContent('body')) ?? ''
      expect(text).toContain('会議室 小')
      expect(text).toContain('次 9:00–12:00')
      for (const name of ['はな', 'そら', 'うみ', 'ひなた', 'ジョセ']) expect(text).not.toContain(name)
      const taller = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)
      expect({ size, taller }).toEqual({ size, taller: 0 })
      await context.close()
    }
  })

  it('changes without a touch, and says its age when the line is cut', async () => {
    const context = await house.browser.newContext({ viewport: { width: 1920, height: 1080 } })
    const page = await context.newPage()
    await page.clock.install({ time: AT })
    await page.goto(`${house.url}${wallPath}`)
    const free = await page.textContent('.wall-free dd')
    await house.must('/resources/set-open', { resource: house.seat('窓ぎわ 4'), open: false })
    // Sooner than the look every twenty seconds: it was told.
    const changed = (before: string | null) => document.querySelector('.wall-free dd')?.textContent !== before
    await page.waitForFunction(changed, free, { timeout: 10_000 })
    expect(await page.textContent('.wall-age')).toBe('8:40 のようす')
    await context.setOffline(true)
    await page.clock.fastForward(200_000)
    await page.waitForSelector('.wall-age.is-stale')
    expect(await page.textContent('.wall-age')).toMatch(/つながっていません。8:40 のようすです（3分前）/)
    await context.close()
  })

  it('ends with a new address', async () => {
    await desk.goto(`${house.url}/seats/wall`)
    await press(desk, 'button:has-text("新しいアドレスに変える")')
    expect((await fetch(`${house.url}${wallPath}`)).status).toBe(404)
    wallPath = new URL(await desk.inputValue('#wall-address')).pathname
    expect((await fetch(`${house.url}${wallPath}`)).status).toBe(200)
  })
})
