import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssetStore } from '../../central-sync/web/asset-store.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import type { CareAct } from '../../kiosk/care/care-act.ts'
import type { PageAction } from '../../kiosk/page/page-action.ts'
import { PageDoor } from '../../kiosk/page/page-door.ts'
import { openBrowser } from '../support/browser.ts'
import { careHello, careScenes } from '../support/care-scenes.ts'
import type { SceneStep } from '../support/kiosk-scenes.ts'
import { until } from '../support/until.ts'

const axeSource = readFileSync(
  join(fileURLToPath(new URL('../../', import.meta.url)), 'node_modules/axe-core/axe.min.js'),
  'utf8',
)
const languages = ['ja', 'easy', 'en'] as const

let browser: Browser
let door: PageDoor
let server: Listening
let page: Page
const complaints: string[] = []
const acts: CareAct[] = []

async function act(action: PageAction): Promise<string | undefined> {
  if (action.do === 'care' && action.care.act !== 'stay') acts.push(action.care)
  return undefined
}

beforeAll(async () => {
  browser = await openBrowser()
  door = new PageDoor({ assets: openAssetStore(), hello: () => careHello, act })
  server = await listen({ '/': { routes: door.routes, upgrades: [] } }, { port: 0 })
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
})
afterAll(async () => {
  await browser.close()
  door.close()
  await server.close(100)
})

async function play(name: string): Promise<void> {
  await page.goto(server.url)
  await until('connected', async () => (await page.locator('#screen .screen').count()) === 1 && door.connected > 0)
  await page.waitForTimeout(60)
  for (const step of careScenes[name] ?? []) await perform(step)
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

async function perform(step: SceneStep): Promise<void> {
  if ('tell' in step) door.tell(step.tell)
  else if ('press' in step) await page.click(`[data-key="${step.press}"]`)
  await page.waitForTimeout(40)
}

interface AxeWindow {
  axe: { run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
}

/** Violations, the enhanced contrast of 7:1 included. */
async function axe(): Promise<string[]> {
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
async function smallThings(): Promise<string[]> {
  return page.evaluate(() => {
    const seen = (element: Element) =>
      element.closest('.unseen, .printed, [aria-hidden=true], rt, rp, noscript') === null
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

describe('every screen of the childcare room’s page', () => {
  it.each(Object.keys(careScenes))('%s has nothing axe-core or a ruler finds, in three languages', async (name) => {
    await play(name)
    for (const language of languages) {
      await page.click(`[data-key=language-${language}]`)
      expect(await axe(), language).toEqual([])
      expect(await smallThings(), language).toEqual([])
    }
  })

  it.each([
    [1080, 1920],
    [1280, 800],
    [1024, 768],
  ])('fits into %i × %i with its controls in sight, in every language', async (width, height) => {
    await page.setViewportSize({ width, height })
    for (const name of Object.keys(careScenes)) {
      await play(name)
      for (const language of languages) {
        await page.click(`[data-key=language-${language}]`)
        const outside = await page.evaluate(() => ({
          wider: document.documentElement.scrollWidth > window.innerWidth,
          below: (document.querySelector('footer')?.getBoundingClientRect().bottom ?? 0) > window.innerHeight + 2,
        }))
        expect(outside, `${name} ${language}`).toEqual({ wider: false, below: false })
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('holds no word about health on the board and on the slip', async () => {
    for (const name of ['board', 'board-full', 'slip']) {
      await play(name)
      expect(await page.textContent('body')).not.toMatch(/アレルギ|allerg|体温|℃|せき|薬/i)
    }
  })
})

describe('a person without a mouse', () => {
  async function tabTo(key: string): Promise<void> {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press('Tab')
      if ((await page.evaluate(() => document.activeElement?.getAttribute('data-key'))) === key) return
    }
    throw new Error(`the keyboard does not reach ${key}`)
  }

  it('says how the child is, and sends nothing before everything was answered', async () => {
    await play('health')
    acts.length = 0
    await tabTo('health')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.wrong')
    expect(acts).toEqual([])
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await tabTo('temperature1')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await tabTo('symptom-none')
    await page.keyboard.press('Enter')
    await tabTo('health')
    await page.keyboard.press('Enter')
    await until('sent', () => acts.length === 1)
    expect(acts).toEqual([{ act: 'health', temperatureX10: 366, symptoms: [], phone: '090-1234-5678' }])
  })

  it('types the code of the slip, and her PIN stays nowhere on the page', async () => {
    await play('prove')
    acts.length = 0
    await page.keyboard.type('k7xw')
    expect(await page.textContent('.typed .value')).toBe('K7XW')
    await page.keyboard.press('Enter')
    await until('sent', () => acts.length === 1)
    expect(acts).toEqual([{ act: 'code', code: 'K7XW' }])
    await play('staff-pin')
    acts.length = 0
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.type('2913')
    await page.keyboard.press('Enter')
    await until('sent', () => acts.length === 1)
    expect(acts).toEqual([{ act: 'pin', pin: '482913' }])
    expect(await page.content()).not.toContain('482913')
  })

  it('writes a name with marks on the letters', async () => {
    await play('override')
    for (const key of ['カ', '゛', 'ハ', '゜', 'ヤ', '小']) {
      await page.click(`[data-key="key-${key}"]`)
    }
    expect(await page.textContent('.typed .value')).toBe('タナガパャ')
  })

  it('hears results in words, without a name and without the code', async () => {
    await play('slip')
    expect(await page.textContent('#spoken')).toBe('お預かりしました')
    await play('wait')
    expect(await page.textContent('#spoken')).toBe('係の者を呼びます 少しお待ちください。')
  })
})

describe('the slip on paper', () => {
  it.each([
    ['58', 58],
    ['80', 80],
    ['A4', 210],
  ] as const)('fits one sheet of %s, with the code and a call name only', async (paper, width) => {
    await play('paper-choice')
    await page.click(`[data-key="paper-${paper}"]`)
    await page.click('[data-key=stop]')
    for (const step of careScenes.slip ?? []) await perform(step)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)]
    expect(boxes).toHaveLength(1)
    expect(Math.round((Number(boxes[0]?.[1]) / 72) * 25.4)).toBe(width)
    await page.emulateMedia({ media: 'print' })
    const printed = await page.evaluate(() =>
      [...document.querySelectorAll('.printed *')].map((one) => one.textContent).join(' '),
    )
    await page.emulateMedia({ media: null })
    expect(printed).toContain('K 7 X W')
    expect(printed).toContain('はる')
    expect(printed).not.toMatch(/架空野|090|℃/)
  })

  it('made the browser complain about nothing', () => {
    expect(complaints).toEqual([])
  })
})
