import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newEventId } from '../../central-sync/protocol/identifier.ts'
import { openBrowser } from '../support/browser.ts'
import { Chain } from '../support/hub-chain.ts'
import { PASSWORD, type Story, tellStory } from '../support/hub-story.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Where pictures are kept for looking at; nowhere by default. */
const pictures = process.env.KADO_PICTURES

const SIZES = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const

let story: Story
let browser: Browser

beforeAll(async () => {
  story = await tellStory()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await story[Symbol.asyncDispose]()
})

async function keepPicture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

/** Violations by rule and element; none on a good page. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { axe: runner } = window as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }
    return (await runner.run()).violations
  })
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}
interface AxeViolation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${story.fixture.url}/`)
  await page.getByLabel(/サインイン名|Sign-in name/).fill('honbu')
  await page.getByLabel(/^(パスワード|Password)/).fill(PASSWORD)
  await page.getByRole('button', { name: /サインイン|Sign in/ }).click()
  await page.waitForURL(`${story.fixture.url}/`)
}

async function newPage(size: keyof typeof SIZES, language = 'ja'): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZES[size], locale: language === 'en' ? 'en-GB' : 'ja-JP' })
  const page = await context.newPage()
  page.on('pageerror', (error) => {
    throw error
  })
  return page
}

async function firstStatement(): Promise<string> {
  const row = await story.fixture.hub.journal.read.one<{ statement: string }>(
    'SELECT statement FROM statement_line WHERE adjusts IS NOT NULL ORDER BY statement LIMIT 1',
  )
  return row?.statement ?? ''
}

async function firstPackage(): Promise<string> {
  const row = await story.fixture.hub.journal.read.one<{ package: string }>(
    "SELECT package FROM rate WHERE from_day = '2026-11-01'",
  )
  return row?.package ?? ''
}

async function occupancyOf(index: number, part = ''): Promise<string> {
  return `/occupancy${part}?month=2026-11&site=${story.centres[index]?.site}`
}

const sameAs = (path: string) => async (): Promise<string> => path

describe.each(['desk', 'phone'] as const)('on a %s', (size) => {
  it.each([
    ['sign-in', sameAs('/sign-in')],
    ['today', sameAs('/')],
    ['work', sameAs('/work')],
    ['package', async (): Promise<string> => `/work/${await firstPackage()}`],
    ['payroll', sameAs('/payroll')],
    ['payroll-closed', sameAs('/payroll/2026-10')],
    ['payroll-open', sameAs('/payroll/2026-11')],
    ['statement', async (): Promise<string> => `/statements/${await firstStatement()}`],
    ['occupancy', async (): Promise<string> => occupancyOf(0)],
    ['occupancy-sheet', async (): Promise<string> => occupancyOf(0, '/sheet')],
    ['occupancy-none', async (): Promise<string> => occupancyOf(2)],
    ['centres', sameAs('/centres')],
    ['audit', sameAs('/audit')],
    ['staff', sameAs('/staff')],
    ['missing', sameAs('/nowhere')],
  ] as const)('the page %s has no accessibility violation and fits', async (name, pathOf) => {
    const page = await newPage(size)
    if (name !== 'sign-in') await signIn(page)
    const answer = await page.goto(`${story.fixture.url}${await pathOf()}`)
    expect(answer?.status()).toBe(name === 'missing' ? 404 : 200)
    await keepPicture(page, `${name}-${size}`)
    expect(await violations(page)).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await page.context().close()
  })
})

describe('the story of the office', () => {
  it('the pages speak English too', async () => {
    const page = await newPage('desk', 'en')
    await signIn(page)
    for (const [name, path] of [
      ['today', '/'],
      ['statement', `/statements/${await firstStatement()}`],
      ['payroll-open', '/payroll/2026-11'],
      ['occupancy', await occupancyOf(1)],
    ] as const) {
      await page.goto(`${story.fixture.url}${path}${path.includes('?') ? '&' : '?'}lang=en`)
      await keepPicture(page, `${name}-english`)
      expect(await violations(page)).toEqual([])
    }
    await page.context().close()
  })

  it('a statement shows its working and prints on A4', async () => {
    const page = await newPage('desk')
    await signIn(page)
    await page.goto(`${story.fixture.url}/statements/${await firstStatement()}`)
    const text = await page.locator('main').textContent()
    expect(text).toMatch(/[\d,]+分 × [\d.]+円 ÷ 60 = [\d,.]+…/)
    expect(text).toContain('すべての記録のつながりを確認')
    expect(text).toContain('発行したときのまま')
    expect(text).toContain('9月分の調整')
    expect(await page.locator('.evidence li').count()).toBeGreaterThan(4)
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: 794, height: 1123 })
    await keepPicture(page, 'statement-print')
    if (pictures !== undefined) await page.pdf({ path: join(pictures, 'statement.pdf'), preferCSSPageSize: true })
    await page.goto(`${story.fixture.url}/payroll/2026-10`)
    await keepPicture(page, 'payroll-print')
    await page.context().close()
  })

  it('a client, an order, a package and its rate are made by hand', async () => {
    const page = await newPage('desk')
    await signIn(page)
    await page.goto(`${story.fixture.url}/work`)
    await page.getByText('発注元', { exact: true }).first().click()
    await page.getByLabel('発注元の名前').fill('そらいろ商会')
    await page.locator('form[action$="clients.register"] button').click()
    await page.getByText('発注元を登録しました').waitFor()
    await page.goto(`${story.fixture.url}/work/${await firstPackage()}`)
    await page.getByLabel('1時間の単価（円）').fill('とても高い')
    await page.getByRole('button', { name: '決める' }).click()
    await page.locator('#summary').waitFor()
    expect(await violations(page)).toEqual([])
    await keepPicture(page, 'package-wrong')
    await page.getByLabel('1時間の単価（円）').fill('1100')
    await page.getByLabel('この日から').fill('2026-12-01')
    await page.getByRole('button', { name: '決める' }).click()
    await page.getByText('単価を決めました').waitFor()
    await page.context().close()
  })

  it('a code for a new centre is shown once', async () => {
    const page = await newPage('desk')
    await signIn(page)
    await page.goto(`${story.fixture.url}/centres`)
    await page.getByLabel('どのセンターのためか').fill('立科')
    await page.getByRole('button', { name: 'コードを出す' }).click()
    await page.getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/).waitFor()
    await keepPicture(page, 'centres-code')
    expect(await violations(page)).toEqual([])
    await page.reload()
    expect(await page.getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/).count()).toBe(0)
    await page.context().close()
  })

  it('the journal is verified from the page', async () => {
    const page = await newPage('desk')
    await signIn(page)
    await page.goto(`${story.fixture.url}/audit`)
    await page.getByRole('button', { name: 'いま確かめる' }).click()
    await page.getByText('変わったものはありません').waitFor()
    await keepPicture(page, 'audit-verified')
    await page.context().close()
  })

  it('a forked centre is red on the first page, and a month with a missing centre asks for a reason', async () => {
    const [, ito] = story.centres
    if (ito === undefined) throw new Error('no centre')
    const { inc } = ito.journal.head()
    const forged = new Chain({ site: ito.site, inc, identity: ito.secrets.identity })
    forged.append({ id: newEventId(1_790_000_000_000), t: 'a.b', v: 1, at: 1_790_000_000_000, by: 'system', d: {} })
    expect(await ito.post(forged.upload(1, 1, ito.instance))).toMatchObject({ code: 'FORK' })
    story.fixture.clock.set(Date.parse('2026-12-01T01:00:00Z'))
    const page = await newPage('desk')
    await signIn(page)
    expect(await page.locator('main').textContent()).toContain('同期が止まっています')
    await keepPicture(page, 'today-trouble')
    expect(await violations(page)).toEqual([])
    await page.goto(`${story.fixture.url}/centres`)
    await keepPicture(page, 'centres-trouble')
    expect(await violations(page)).toEqual([])
    await page.goto(`${story.fixture.url}/payroll/2026-11`)
    await keepPicture(page, 'payroll-behind')
    expect(await violations(page)).toEqual([])
    await page.getByLabel(/届いていないまま締める理由/).fill('回線の工事。紙の記録と照合した。')
    await page.getByLabel(/締める月を書く/).fill('2026-10')
    await page.getByRole('button', { name: '理由をつけて締める' }).click()
    await page.locator('#summary').waitFor()
    await page.getByLabel(/締める月を書く/).fill('2026-11')
    await page.getByRole('button', { name: '理由をつけて締める' }).click()
    await page.getByText('月を締めました').waitFor()
    expect(new URL(page.url()).pathname).toBe('/hub/payroll/2026-11')
    await keepPicture(page, 'payroll-forced')
    expect(await violations(page)).toEqual([])
    await page.context().close()
  })
})
