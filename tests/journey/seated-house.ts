/** A centre with people, a front desk in a browser and a worker on her phone, for everything about seats. */
import type { Browser, Page } from 'playwright-core'
import { parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { ApplianceFixture, type Json, type Visitor } from '../support/appliance-fixture.ts'
import { openBrowser } from '../support/browser.ts'
import { DESK, fill, listen, PHONE } from './look-at-page.ts'

/** A Friday morning. */
export const AT = parseIsoInstant('2026-11-20T08:40:00+09:00') ?? 0
const LONG = 'ジョセフィーヌ・アレクサンドラ・マリア・デ・ロス・アンヘレス・フォン・ホーエンツォレルン＝ジグマリンゲン'
const PEOPLE = ['中 はな,なか はな', '北 そら,きた そら', '南 うみ,みなみ うみ', `${LONG},じょせふぃーぬ`]
const PATIENCE_MS = 20_000

export class SeatedHouse implements AsyncDisposable {
  readonly browser: Browser
  readonly centre: ApplianceFixture
  readonly administrator: Visitor
  /** Name to id, as far as learnt. */
  readonly seats = new Map<string, string>()
  readonly complaints: string[] = []
  readonly #workers = new Map<string, string>()

  private constructor(browser: Browser, centre: ApplianceFixture, administrator: Visitor) {
    this.browser = browser
    this.centre = centre
    this.administrator = administrator
  }

  static async open(): Promise<SeatedHouse> {
    const browser = await openBrowser()
    const centre = await ApplianceFixture.create(AT)
    const house = new SeatedHouse(browser, centre, await centre.claimed())
    const csv = ['worker_code,name,kana,home_center', ...PEOPLE.map((one, n) => `W00${n + 1},${one},SHI`)].join('\n')
    await centre.appliance.workersImport(Buffer.from(csv))
    for (const row of (await house.administrator.ask('/workers')).body.workers as Json[])
      house.#workers.set(row.code, row.worker)
    return house
  }

  get url(): string {
    return this.centre.url
  }

  worker(code: string): string {
    return this.#workers.get(code) ?? ''
  }

  seat(name: string): string {
    return this.seats.get(name) ?? ''
  }

  async learnSeats(): Promise<void> {
    for (const row of (await this.administrator.ask('/resources')).body.resources as Json[])
      this.seats.set(row.name, row.resource)
  }

  /** What a colleague does at the same time; throws unless it is done. */
  async must(path: string, input: unknown): Promise<Json> {
    const { status, body } = await this.administrator.send(path, input)
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`)
    return body
  }

  async signInAtDesk(login: string, name: string, roles: readonly string[]): Promise<Page> {
    const { password } = await this.must('/staff', { login, name, roles, worker: '' })
    const page = await this.#newPage(DESK)
    await page.goto(`${this.url}/sign-in`)
    await fill(page, { login, password })
    await page.click('main button[type=submit]')
    await page.waitForURL(/\/password/)
    await fill(page, { current: password, next: 'asagao-no-tane-3' })
    await page.click('main button[type=submit]')
    await page.waitForSelector('.side')
    return page
  }

  async signInOnPhone(code: string): Promise<Page> {
    const { pin } = await this.must('/pin/reset', { worker: this.worker(code) })
    const page = await this.#newPage(PHONE)
    await page.goto(`${this.url}/my`)
    await fill(page, { code, pin })
    await page.click('main button[type=submit]')
    await page.waitForURL(/\/my\/pin/)
    await fill(page, { current: pin, next: '385017' })
    await page.click('main button[type=submit]')
    await page.waitForURL(/\/my$/)
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close()
    await this.centre[Symbol.asyncDispose]()
  }

  async #newPage(viewport: { width: number; height: number }): Promise<Page> {
    const context = await this.browser.newContext({ viewport, locale: 'ja-JP' })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    listen(page, this.complaints)
    return page
  }
}

/** A press that leads to another page, or to the same one with its answer. */
export async function press(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click(selector)])
}
