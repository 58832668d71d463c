import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssignmentId } from '../../central-sync/protocol/identifier.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { openAssetStore } from '../../central-sync/web/asset-store.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { PageDoor } from '../../kiosk/page/page-door.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'
import { openBrowser } from '../support/browser.ts'
import { enrolledAppliance, type KioskBench, openKioskBench, people, silentLog } from '../support/kiosk-bench.ts'
import { hello, type SceneStep, scenes } from '../support/kiosk-scenes.ts'
import { until } from '../support/until.ts'

const axeSource = readFileSync(
  join(fileURLToPath(new URL('../../', import.meta.url)), 'node_modules/axe-core/axe.min.js'),
  'utf8',
)
const languages = ['ja', 'easy', 'en'] as const
/** Screens with the most on them. */
const FITTING = [
  'idle-offline',
  'idle-places',
  'idle-two-rooms',
  'in',
  'in-offer',
  'in-offer-only',
  'in-seat-gone',
  'question-told',
  'question-time',
  'code',
  'pin',
  'work',
]

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

describe('every screen of the kiosk', () => {
  let door: PageDoor
  let server: Listening
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    door = new PageDoor({ assets: openAssetStore(), hello: () => hello, act: async () => undefined })
    server = await listen({ '/': { routes: door.routes, upgrades: [] } }, { port: 0 })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  })
  afterAll(async () => {
    await page.close()
    door.close()
    await server.close(100)
  })

  it.each(Object.entries(scenes))(
    '%s has nothing axe-core or the eye of a ruler finds, in three languages',
    async (_name, steps) => {
      await play(page, door, server, steps, 'ja')
      for (const language of languages) {
        await page.click(`[data-key=language-${language}]`)
        expect(await axe(page), language).toEqual([])
        expect(await smallThings(page), language).toEqual([])
      }
    },
  )

  it.each([
    [1280, 800],
    [1024, 768],
    [1920, 1080],
    [800, 1280],
    [768, 1024],
    [1080, 1920],
  ])('fits into %i × %i without scrolling sideways, in every language', async (width, height) => {
    await page.setViewportSize({ width, height })
    for (const name of FITTING) {
      await play(page, door, server, scenes[name] ?? [], 'ja')
      for (const language of languages) {
        await page.click(`[data-key=language-${language}]`)
        expect(await outside(page), `${name} ${language}`).toEqual({ wider: false, controlsBelowEdge: false })
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('made the browser complain about nothing', () => {
    expect(complaints).toEqual([])
  })
})

describe('a worker at the kiosk', () => {
  let bench: KioskBench
  let server: Listening
  let page: Page
  const assignment = 'a_0123456789abcdefghjk' as AssignmentId

  beforeAll(async () => {
    bench = await openKioskBench({
      answer: (_record, bare) => ({ ...bare, assignment, assignments: [{ assignment, title: '画像アノテーション' }] }),
      pin: (code, pin) =>
        code === 'W002' && pin === '2468'
          ? { ok: true, worker: people.minh.row.worker, callName: 'ミン' }
          : { ok: false },
    })
    server = await listen({ '/': { routes: bench.kiosk.routes, upgrades: [] } }, { port: 0 })
    await until('connected', () => bench.kiosk.online && bench.appliance.frames.some(({ t }) => t === 'roster'))
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(server.url)
    await page.waitForSelector('.call .picture')
  })
  afterAll(async () => {
    await page.close()
    await bench[Symbol.asyncDispose]()
    await server.close(100)
  })

  it('touches her card and sees IN with her name in under a second', async () => {
    const start = performance.now()
    bench.reader.touch(people.hana.hex)
    await page.waitForSelector('.tone-in h1')
    expect(performance.now() - start).toBeLessThan(1_000)
    await page.waitForSelector('text=画像アノテーション')
    expect(await page.textContent('.greeting')).toContain('はな さん')
    expect(await page.textContent('#spoken')).toMatch(/^入室 \d{1,2}:\d{2}$/)
  })

  it('presses the switch and leaves instead, then takes it back', async () => {
    await page.click('[data-key=switch]')
    await page.waitForSelector('.tone-out')
    await page.click('[data-key=undo]')
    await page.waitForSelector('.tone-undone')
    await until('all three facts arrived', () => bench.appliance.records.size === 3)
    expect([...bench.appliance.records.values()].map(({ t }) => t)).toEqual(['tap', 'redirect', 'void'])
  })

  it('the next person’s card replaces the screen, in the language of that person', async () => {
    bench.reader.touch(people.alex.hex)
    await page.waitForSelector('[data-language=en].tone-in')
    expect(await page.textContent('main')).toContain('Alex')
    expect(await page.textContent('main')).not.toContain('はな')
  })

  it('finds the way without a card with the keyboard alone', async () => {
    await page.keyboard.press('Escape')
    await page.reload()
    await page.waitForSelector('.call .picture')
    await tabTo(page, 'cardless')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.keypad-code')
    await page.keyboard.type('w002')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.keypad-pin')
    await page.keyboard.type('2468')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.tone-in')
    await until('her tap has arrived', () => bench.appliance.taps.some(({ tap }) => tap.identified === 'pin'))
    const minh = bench.appliance.taps.find(({ tap }) => tap.identified === 'pin')
    expect(minh?.tap.worker).toBe(people.minh.row.worker)
    await tabTo(page, 'undo')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.tone-undone')
  })

  it('changes the language in the same place on every screen', async () => {
    const place = async () => page.locator('[data-key=language-en]').boundingBox()
    await page.reload()
    await page.waitForSelector('.call .picture')
    const before = await place()
    bench.reader.touch(people.nameless.hex)
    await page.waitForSelector('.tone-in')
    expect(await place()).toEqual(before)
    await page.click('[data-key=language-easy]')
    expect(await page.locator('h1 ruby rt').first().textContent()).toBe('にゅうしつ')
  })

  it('is told in kind words that the centre cannot be reached, and that nothing is lost', async () => {
    const { port } = bench.appliance
    await bench.appliance.close()
    await until('offline', () => !bench.kiosk.online)
    bench.reader.touch('04112233445566')
    await page.waitForSelector('text=あとで送ります。（1件）')
    await bench.appliance.listen(port)
    await until('sent later', () => bench.kiosk.waiting === 0)
    await page.waitForSelector('text=未登録カードです')
  })
})

describe('a reader that types into the page', () => {
  it('is heard by physical keys on the first screen and on the keypad, and presses no button with its Enter', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'kado-wedge-'))
    const { appliance } = await enrolledAppliance(dir)
    const readers = await openReaders([readerSettings.parse({ kind: 'page-wedge' })], {
      clock: systemClock,
      production: false,
    })
    const kiosk = await Kiosk.create({
      dir: join(dir, 'kiosk'),
      applianceUrl: appliance.url,
      readers,
      clock: systemClock,
      log: silentLog,
    })
    await kiosk.start()
    const server = await listen({ '/': { routes: kiosk.routes, upgrades: [] } }, { port: 0 })
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(server.url)
    await until('the page is a reader', () => readers[0]?.health().state === 'ready')
    await page.focus('[data-key=sound]')
    await page.keyboard.type(people.hana.hex)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.tone-in')
    await page.click('[data-key=cardless]')
    await page.waitForSelector('.keypad-code')
    // Two people do not stand at one reader within half a second.
    await page.waitForTimeout(700)
    await typeAsReader(page, people.alex.hex)
    await page.waitForSelector('text=Alex')
    await until('both arrived', () => appliance.taps.length === 2)
    expect(appliance.taps.map(({ tap }) => tap.identified)).toEqual(['card', 'card'])
    await page.close()
    await kiosk.stop()
    await server.close(100)
    await appliance.close()
    await rm(dir, { recursive: true, force: true })
  })
})

async function play(
  page: Page,
  door: PageDoor,
  server: Listening,
  steps: readonly SceneStep[],
  language: (typeof languages)[number],
) {
  await page.goto(server.url)
  await until(
    'the page is connected',
    async () => (await page.locator('#screen .screen').count()) === 1 && door.connected > 0,
  )
  await page.waitForTimeout(60)
  if (language !== 'ja') await page.click(`[data-key=language-${language}]`)
  for (const step of steps) {
    if ('tell' in step)
      door.tell(step.tell.t === 'kept' ? { ...step.tell, tap: { ...step.tell.tap, language } } : step.tell)
    else if ('press' in step) await page.click(`[data-key=${step.press}]`)
    else if ('type' in step) await page.keyboard.type(step.type)
    else {
      await page.evaluate(() => {
        document.hasFocus = () => false
        window.dispatchEvent(new Event('blur'))
      })
    }
    await page.waitForTimeout(30)
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

async function outside(page: Page): Promise<{ wider: boolean; controlsBelowEdge: boolean }> {
  return page.evaluate(() => {
    const lowest = document.querySelector('footer')?.getBoundingClientRect().bottom ?? 0
    const wider = document.documentElement.scrollWidth > window.innerWidth
    return { wider, controlsBelowEdge: lowest > window.innerHeight + 2 }
  })
}

interface AxeWindow {
  axe: { run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
}

/** Violations, the enhanced contrast of 7:1 included. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as AxeWindow
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await checker.run(document, {
      runOnly: rules,
      rules: { 'color-contrast-enhanced': { enabled: true } },
    })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })
}

/** Texts under 20 px (readings apart) and targets under 64 px. */
async function smallThings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen = (element: Element) => element.closest('.unseen, [aria-hidden=true], rt, rp, noscript') === null
    const small: string[] = []
    for (const element of document.querySelectorAll('body *')) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '')
      const size = Number(getComputedStyle(element).fontSize.replace('px', ''))
      if (hasText && seen(element) && size < 20) small.push(`${size}px: ${element.textContent}`)
    }
    for (const button of document.querySelectorAll('button')) {
      const { width, height } = button.getBoundingClientRect()
      if (width < 64 || height < 64) small.push(`${width}×${height}: ${button.textContent}`)
    }
    return small
  })
}

/** Key presses a few milliseconds apart, as a reader sends them; a driver over a wire is slower than that. */
async function typeAsReader(page: Page, hex: string): Promise<void> {
  await page.evaluate((digits) => {
    const press = (code: string, key: string) =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))
    for (const digit of digits) press(`Digit${digit}`, digit)
    press('Enter', 'Enter')
  }, hex)
}

async function tabTo(page: Page, key: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('data-key'))
    if (focused === key) return
  }
  throw new Error(`the keyboard does not reach ${key}`)
}
