/** Looks at a page as a person and as a checker would: picture, axe-core, what does not fit, what the browser complains about. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const axeSource = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8')
/** Pictures of the last run, for the eye. */
const pictures = join(root, '.built/pictures')

export const DESK = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export interface Findings {
  readonly status: number
  /** axe-core rules that failed, with the places. */
  readonly violations: readonly string[]
  /** Pixels the page is wider than the window. */
  readonly overflow: number
  /** Errors, policy reports and dialogs. */
  readonly complaints: readonly string[]
}

export interface Look {
  readonly url: string
  readonly name: string
  readonly size: { readonly width: number; readonly height: number }
  readonly language: 'ja' | 'easy' | 'en'
  /** Cookies of somebody signed in. */
  readonly state: Awaited<ReturnType<BrowserContext['storageState']>>
}

/** One visit, under the policy the page comes with. */
export async function lookAt(browser: Browser, look: Look): Promise<Findings> {
  const context = await browser.newContext({ viewport: look.size, storageState: look.state, locale: 'ja-JP' })
  try {
    await context.addCookies([{ name: 'lang', value: look.language, url: look.url }])
    const page = await context.newPage()
    const complaints: string[] = []
    listen(page, complaints)
    const answer = await page.goto(look.url)
    await page.evaluate(async () => {
      await document.fonts.ready
    })
    mkdirSync(pictures, { recursive: true })
    const file = `${look.name}-${look.size.width}-${look.language}.png`
    await page.screenshot({ path: join(pictures, file), fullPage: true })
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    await page.evaluate(axeSource)
    const violations = await page.evaluate(runAxe)
    return { status: answer?.status() ?? 0, overflow: Math.max(0, wider), complaints, violations }
  } finally {
    await context.close()
  }
}

/** The page as it leaves the printer, on A4. */
export async function printPicture(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? DESK
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 794, height: 1123 })
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}-print.png`), fullPage: true })
  await page.emulateMedia({ media: 'screen' })
  await page.setViewportSize(before)
}

export function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    dialog.dismiss().catch(() => undefined)
  })
}

interface AxeRun {
  axe: {
    run(
      document: Document,
      options: object,
    ): Promise<{ violations: { id: string; nodes: { target: string[]; any: readonly { message: string }[] }[] }[] }>
  }
}

/** Runs in the page. */
async function runAxe(): Promise<string[]> {
  const { axe } = window as unknown as AxeRun
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const { violations } = await axe.run(document, { runOnly: rules })
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`,
  )
}

/** What the page says, without its menus. */
export async function main(page: Page): Promise<string> {
  return (await page.textContent('main')) ?? ''
}

export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.fill(`main [name="${name}"]`, value)
}

export async function imported(work: Promise<unknown>): Promise<void> {
  const report = await work
  if (isRefusal(report)) throw new Error(report.refused)
}
