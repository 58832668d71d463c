/** A centre's day in a real browser: from the claim code to the approved month, and the same seen from a worker's phone. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import { ApplianceFixture } from '../support/appliance-fixture.ts'
import { openBrowser } from '../support/browser.ts'
import type { DeviceLine } from '../support/device-line.ts'
import { HubFixture } from '../support/hub-fixture.ts'
import { until } from '../support/until.ts'
import { DESK, fill, imported, listen, lookAt, main, PHONE, printPicture } from './look-at-page.ts'
import { staffPages, workerPages } from './pages-of-centre.ts'

const AT = parseIsoInstant('2026-11-20T11:24:00+09:00') ?? 0
const HOSTILE = `<img src=x onerror=alert(1)>髙﨑"'{{x}}`
const LONG = 'ジョセフィーヌ・アレクサンドラ・マリア・デ・ロス・アンヘレス・フォン・ホーエンツォレルン＝ジグマリンゲン'

let browser: Browser
let centre: ApplianceFixture
let hub: HubFixture
let staff: BrowserContext
let phone: BrowserContext
let desk: Page
let other: Page
let pin = ''
let workerPath = ''
const complaints: string[] = []

beforeAll(async () => {
  browser = await openBrowser()
  hub = await HubFixture.create(AT)
  centre = await ApplianceFixture.create(AT)
  staff = await browser.newContext({ viewport: DESK, locale: 'ja-JP' })
  phone = await browser.newContext({ viewport: PHONE, locale: 'ja-JP' })
  desk = await staff.newPage()
  listen(desk, complaints)
})
afterAll(async () => {
  await browser?.close()
  await centre?.[Symbol.asyncDispose]()
  await hub?.[Symbol.asyncDispose]()
})

describe('the first run', () => {
  it('leads whoever opens the centre to the set-up page', async () => {
    await desk.goto(centre.url)
    expect(new URL(desk.url()).pathname).toBe('/setup')
  })

  it('says at the top what is wrong, keeps what was typed, and forgets the secrets', async () => {
    await fill(desk, {
      claim: 'WRONG-CODE',
      name: '塩尻センター',
      code: 'SHI',
      adminName: '管理 そら',
      login: 'kanri',
      password: 'tanpopo-no-wata-7',
    })
    await desk.click('main button[type=submit]')
    await desk.waitForSelector('#summary')
    expect(await desk.evaluate(() => document.activeElement?.id)).toBe('summary')
    expect(await desk.title()).toMatch(/^エラー: /)
    expect(await desk.inputValue('main [name=name]')).toBe('塩尻センター')
    expect(await desk.inputValue('main [name=password]')).toBe('')
  })

  it('makes the centre and its administrator with the code printed at start', async () => {
    await fill(desk, { claim: (await centre.appliance.claimCode()) ?? '', password: 'tanpopo-no-wata-7' })
    await fill(desk, { code: 'SHI' })
    await desk.click('main button[type=submit]')
    await desk.waitForLoadState()
    if (new URL(desk.url()).pathname === '/sign-in') await signIn()
    expect(await main(desk)).toContain('いま手が必要なことはありません')
    expect(await desk.textContent('.side .centre')).toBe('塩尻センター')
  })
})

async function signIn(): Promise<void> {
  await desk.goto(`${centre.url}/sign-in`)
  await fill(desk, { login: 'kanri', password: 'tanpopo-no-wata-7' })
  await desk.click('main button[type=submit]')
  await desk.waitForSelector('.side')
}

describe('people', () => {
  it('registers a person and prints the slip with her first PIN, once', async () => {
    await desk.goto(`${centre.url}/people/new`)
    await fill(desk, { code: 'W001', name: '中 はな', kana: 'なか はな', callName: 'はな' })
    await desk.click('main button[type=submit]')
    await desk.waitForSelector('.slip')
    pin = (await desk.textContent('.slip-pin')) ?? ''
    expect(pin).toMatch(/^\d{4,}$/)
    await printPicture(desk, 'slip')
    expect(await main(desk)).toContain(`${centre.url}/my`)
    workerPath = new URL(desk.url()).pathname.replace('/slip', '')
    await desk.reload()
    expect(await main(desk)).not.toContain(pin)
  })

  it('gives a colleague an account with a password shown once, changed at her first sign-in', async () => {
    await desk.goto(`${centre.url}/staff`)
    await fill(desk, { name: '受付 うみ', login: 'umi' })
    await desk.click('section:has(h2:has-text("スタッフを登録する")) button[type=submit]')
    const password = (await desk.textContent('.issued .mono')) ?? ''
    other = await (await browser.newContext({ viewport: DESK, locale: 'ja-JP' })).newPage()
    listen(other, complaints)
    await other.goto(`${centre.url}/`)
    await fill(other, { login: 'umi', password })
    await other.click('main button[type=submit]')
    await other.waitForURL(/\/password/)
    await fill(other, { current: password, next: 'asagao-no-tane-3' })
    await other.click('main button[type=submit]')
    await other.waitForSelector('.side')
  })

  it('finds one of five hundred by kana', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => `X${n + 1},人 ${n + 1},ひと ${n + 1},SHI`)
    const odd = [`H1,"${HOSTILE.replaceAll('"', '""')}",たかさき,SHI`, `L1,${LONG},じょせふぃーぬ,SHI`]
    const csv = ['worker_code,name,kana,home_center', ...rows, ...odd].join('\n')
    await imported(centre.appliance.workersImport(Buffer.from(csv)))
    await desk.goto(`${centre.url}/people`)
    expect(await desk.textContent('h1')).toContain('503人')
    expect(await desk.locator('tbody tr').count()).toBe(100)
    await desk.fill('[name=q]', 'たかさき')
    await desk.press('[name=q]', 'Enter')
    await desk.waitForURL(/q=/)
    expect(await desk.locator('tbody tr').count()).toBe(1)
    expect(await main(desk)).toContain(HOSTILE)
  })
})

describe('forgotten taps', () => {
  it('shows every one with the button that starts the fix', async () => {
    const punches = [
      'W001,2026-11-17T09:00:00+09:00,in,1階,受付',
      'W001,2026-11-17T12:30:00+09:00,out,1階,受付',
      'W001,2026-11-18T13:00:00+09:00,in,1階,受付',
      'L1,2026-11-20T09:02:00+09:00,in,1階,受付',
      'H1,2026-11-20T09:05:00+09:00,in,,',
    ]
    const csv = ['worker_code,at,direction,place,device', ...punches].join('\n')
    await imported(centre.appliance.punchesImport(Buffer.from(csv)))
    await desk.goto(centre.url)
    expect(await main(desk)).toContain('退室のタッチがありません')
    expect(await desk.locator('.present li').count()).toBe(2)
    await desk.click('.task:has-text("中 はな") a.button')
    expect(new URL(desk.url()).pathname).toBe(`${workerPath}/days/2026-11-18`)
  })

  it('corrects the day: asked by one, approved by another, and taken back with one press', async () => {
    await fill(desk, { start: '13:00', end: '16:30' })
    await desk.selectOption('main [name=reason]', 'forgot_out')
    await desk.click('#correct button[type=submit]')
    await desk.waitForURL(/\/corrections/)
    expect(await main(desk)).toContain('13:00–16:30')
    expect(await desk.locator('.decide').count()).toBe(0)
    await other.goto(`${centre.url}/corrections`)
    await other.click('.decide button:has-text("認める")')
    await other.waitForSelector('#done')
    await desk.goto(`${centre.url}${workerPath}/days/2026-11-18`)
    expect(await main(desk)).toContain('3時間30分')
    await other.click('#done button:has-text("取り消す")')
    await other.waitForSelector('#done:has-text("元にもどしました")')
    await desk.goto(`${centre.url}${workerPath}/days/2026-11-18`)
    expect(await main(desk)).toContain('退室のタッチがありません')
  })
})

describe('work from the hub', () => {
  it('joins the hub with a one-time code on the settings page', async () => {
    await desk.goto(`${centre.url}/settings`)
    await fill(desk, { url: hub.url, code: (await hub.hub.newCentreCode('塩尻')).code })
    await desk.click('button:has-text("本部につなぐ")')
    await desk.waitForSelector('#done')
    centre.appliance.syncNow()
    const rows =
      'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code\n塩尻市,注文1,画像アノテーション,画像,950,2026-04-01,W001\n'
    await until('the hub knows the worker', async () => {
      await hub.hub.caughtUp()
      const done = await hub.hub.workImport(Buffer.from(rows))
      return !isRefusal(done) && done.bad.length === 0
    })
    await until('the work has come to the centre', async () => {
      centre.appliance.syncNow()
      await desk.goto(`${centre.url}${workerPath}`)
      return (await desk.textContent('#assign'))?.includes('画像アノテーション') ?? false
    })
  })

  it('approves the month in one press', async () => {
    await desk.goto(`${centre.url}/work?month=2026-11`)
    expect(await main(desk)).toContain('1件')
    await desk.click('button:has-text("まとめて承認する")')
    await desk.waitForSelector('.report')
    expect(await desk.textContent('.report')).toContain('1件を承認しました')
  })
})

describe("the worker's phone", () => {
  let page: Page

  it('lets her in with the slip and makes her choose her own PIN first', async () => {
    page = await phone.newPage()
    listen(page, complaints)
    await page.goto(`${centre.url}/my`)
    await fill(page, { code: 'w001', pin })
    await page.click('main button[type=submit]')
    await page.waitForURL(/\/my\/pin/)
    await fill(page, { current: pin, next: '385017' })
    await page.click('main button[type=submit]')
    await page.waitForURL(/\/my$/)
    expect(await main(page)).toContain('いまは来ていません')
  })

  it('shows every minute, what is approved and what waits, and why', async () => {
    await page.click('nav.tabs a:has-text("きろく")')
    const text = await main(page)
    expect(text).toContain('9:00–12:30')
    expect(text).toContain('退室のタッチがありません')
    expect(text).toContain('3時間30分')
  })

  it('takes her correction, which the desk sees and decides', async () => {
    await page.click('a.day-link:has-text("11月18日")')
    await fill(page, { start: '13:00', end: '17:00', note: 'むかえに行きました' })
    await page.selectOption('main [name=reason]', 'forgot_out')
    await page.click('button:has-text("申請する")')
    await page.waitForURL(/\/my\/requests/)
    expect(await main(page)).toContain('待っています')
    await desk.goto(`${centre.url}/corrections`)
    expect(await main(desk)).toContain('むかえに行きました')
    await desk.click('.decide button:has-text("認めない")')
    await desk.waitForSelector('#done')
    await page.reload()
    expect(await main(page)).toContain('認めませんでした')
  })

  it('speaks やさしい日本語 with readings, and English', async () => {
    await page.goto(`${centre.url}/my`)
    await page.click('.languages a:has-text("やさしい")')
    expect(await page.locator('main ruby').count()).toBeGreaterThan(3)
    await page.click('.languages a:has-text("English")')
    expect(await main(page)).toContain('You are not in')
  })
})

describe('a tap while somebody looks', () => {
  it('appears on きょう without a reload', async () => {
    await desk.goto(centre.url)
    await desk.evaluate(() => Object.assign(window, { stayed: true }))
    const csv = 'worker_code,at,direction,place,device\nX7,2026-11-20T11:20:00+09:00,in,1階,受付\n'
    await imported(centre.appliance.punchesImport(Buffer.from(csv)))
    await desk.waitForSelector('.present li:nth-child(3)', { timeout: 15_000 })
    expect(await desk.evaluate(() => Reflect.get(window, 'stayed'))).toBe(true)
  })
})

describe('a kiosk and its cards', () => {
  const CARD = '0123456789ABCD'
  let line: DeviceLine

  it('is made with a code from the devices page, which then shows it connected', async () => {
    await desk.goto(`${centre.url}/devices`)
    await fill(desk, { label: '受付リーダー1', place: '1階' })
    await desk.click('button:has-text("コードを出す")')
    const code = (await desk.textContent('.issued .big')) ?? ''
    const enrolled = await enrol(centre.url, code, 'kiosk')
    if (isRefusal(enrolled)) throw new Error(enrolled.refused)
    line = await centre.line({ enrolled, seq: 0 })
    await desk.goto(`${centre.url}/devices`)
    expect(await main(desk)).toContain('つながっています')
    expect(await main(desk)).not.toContain(code)
  })

  it('takes a new card while the desk watches', async () => {
    const asked = line.next((frame) => frame.t === 'enrol')
    await desk.goto(`${centre.url}${workerPath}`)
    await desk.click('button:has-text("この受付機で登録を始める")')
    await desk.waitForSelector('.steps')
    const frame = await asked
    if (frame.t !== 'enrol') throw new Error('no enrolment')
    line.send({ t: 'enrolled', token: frame.token, digests: line.digestsOf(CARD), tail: 'ABCD' })
    await desk.waitForSelector('.outcome:has-text("カードを登録しました")')
    await desk.click('main a.button')
    expect(await desk.textContent('#cards')).toContain('末尾 ABCD のカード')
  })

  it('shows her tap on きょう, and lets the desk find the owner of an unknown card', async () => {
    await desk.goto(centre.url)
    expect((await line.touch({ card: CARD })).answer.result).toBe('in')
    expect((await line.touch({ card: '99887766554433' })).answer.result).toBe('unknown_card')
    await desk.waitForSelector('.present li:has-text("はな")', { timeout: 15_000 })
    await desk.waitForSelector('.task:has-text("登録されていないカード")', { timeout: 15_000 })
    await desk.click('.task:has-text("登録されていないカード") a.button')
    await desk.fill('main [name=q]', 'ひと 99')
    await desk.press('main [name=q]', 'Enter')
    await desk.waitForURL(/q=/)
    await desk.click('main .lines button')
    await desk.waitForSelector('#done')
    expect(await desk.textContent('.present')).toContain('人 99')
  })

  it('stops a lost card at once', async () => {
    await desk.goto(`${centre.url}${workerPath}`)
    await desk.click('button:has-text("なくした")')
    await desk.waitForSelector('#done')
    expect((await line.touch({ card: CARD })).answer.result).toBe('revoked_card')
    await desk.goto(centre.url)
    expect(await main(desk)).toContain('止めたカードがタッチされました')
  })

  it('lets the journal be verified from the settings page', async () => {
    await desk.goto(`${centre.url}/settings`)
    await desk.click('button:has-text("いま確かめる")')
    await desk.waitForSelector('#journal .outcome')
    expect(await desk.textContent('#journal')).toMatch(/\d+件すべて、変えられていません/)
  })
})

describe('every page', () => {
  async function check(
    pages: readonly (readonly [string, string])[],
    context: BrowserContext,
    size: typeof DESK,
    language: 'ja' | 'easy' | 'en',
  ): Promise<void> {
    const state = await context.storageState()
    for (const [name, path] of pages) {
      const found = await lookAt(browser, { url: `${centre.url}${path}`, name, size, language, state })
      expect({ name, size: size.width, language, ...found }).toEqual({
        name,
        size: size.width,
        language,
        status: 200,
        violations: [],
        overflow: 0,
        complaints: [],
      })
    }
  }

  it('of the staff has no barrier axe-core knows, on a desk', () => check(staffPages(workerPath), staff, DESK, 'ja'))
  it('of the staff has no barrier axe-core knows, on a phone', () => check(staffPages(workerPath), staff, PHONE, 'ja'))
  it('of the staff has no barrier axe-core knows, in English', () =>
    check(staffPages(workerPath).slice(3, 9), staff, DESK, 'en'))
  it.each(['ja', 'easy', 'en'] as const)('of the worker has no barrier axe-core knows: %s', async (language) => {
    await check(workerPages, phone, PHONE, language)
  })
  it('prints without its menus and buttons', async () => {
    await desk.goto(`${centre.url}/records?month=2026-11`)
    await printPicture(desk, 'records')
    await desk.emulateMedia({ media: 'print' })
    expect(await desk.locator('.side').isVisible()).toBe(false)
    expect(await desk.locator('main .button').first().isVisible()).toBe(false)
    expect(await desk.locator('tbody tr').first().isVisible()).toBe(true)
    await desk.emulateMedia({ media: 'screen' })
  })

  it('fits a window of 320 pixels', async () => {
    const narrow = { width: 320, height: 640 }
    await check(staffPages(workerPath).slice(0, 9), staff, narrow, 'ja')
    await check(workerPages.slice(0, 4), phone, narrow, 'easy')
  })

  it('can be begun from the keyboard: the first stop skips the menu', async () => {
    await desk.goto(centre.url)
    await desk.keyboard.press('Tab')
    expect(await desk.evaluate(() => document.activeElement?.className)).toBe('skip')
    await desk.keyboard.press('Enter')
    await desk.keyboard.press('Tab')
    expect(await desk.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
    const outline = await desk.evaluate(() => getComputedStyle(document.activeElement as Element).outlineWidth)
    expect(outline).toBe('4px')
  })

  it('gave the browser nothing to complain about on the way', () => expect(complaints).toEqual([]))
})
