/**
 * A day of the childcare room in a real browser: the room is opened in three steps, a mother asks, her child is approved,
 * booked, dropped off and fetched; somebody on the list of those who must not is turned away without a scene.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MINUTE_MS, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { ApplianceFixture, Visitor } from '../support/appliance-fixture.ts'
import { openBrowser } from '../support/browser.ts'
import { DESK, fill, listen, lookAt, main, PHONE } from './look-at-page.ts'
import { careChildPages, carePages } from './pages-of-childcare.ts'

const AT = parseIsoInstant('2026-11-20T09:02:00+09:00') ?? 0
const TODAY = '2026-11-20'
const TABLET = { width: 1024, height: 768 }
const PASSWORD = 'tanpopo-no-wata-7'
const LONG = 'ジョセフィーヌ・アレクサンドラ・マリア・デ・ロス・アンヘレス・フォン・ホーエンツォレルン'

let browser: Browser
let centre: ApplianceFixture
let administrator: Visitor
let mother: Visitor
let staff: BrowserContext
let page: Page
let childPath = ''
let stayPath = ''
let placePath = ''
let code = ''
const complaints: string[] = []

beforeAll(async () => {
  browser = await openBrowser()
  centre = await ApplianceFixture.create(AT)
  administrator = await centre.claimed()
  staff = await browser.newContext({ viewport: DESK, locale: 'ja-JP' })
  page = await staff.newPage()
  page.setDefaultTimeout(10_000)
  listen(page, complaints)
})
afterAll(async () => {
  await browser?.close()
  await centre?.[Symbol.asyncDispose]()
})

async function signIn(login: string, password: string): Promise<void> {
  await staff.clearCookies()
  await page.goto(`${centre.url}/sign-in?next=/childcare`)
  await fill(page, { login, password })
  await page.click('main button[type=submit]')
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** Presses a button and waits for the page that answers: the one before may have had an answer of its own. */
async function press(label: string): Promise<void> {
  await send(`main button:has-text("${label}")`)
}

async function send(button: string): Promise<void> {
  const answered = page.waitForEvent('load')
  await page.click(button)
  await answered
}

describe('opening the room', () => {
  it('takes three steps, each with its button: a room, rules, carers', async () => {
    await signIn('kanri', PASSWORD)
    expect(await page.locator('.start-step').count()).toBe(3)
    await page.click('.start-step a:has-text("部屋を登録する")')
    await fill(page, { name: 'つくしの部屋' })
    await press('部屋を登録する')
    await page.waitForSelector('#done')
    await fill(page, { areaDm2: '５４．５' })
    await send('#room button:has-text("保存する")')
    await page.waitForSelector('#done')
    expect(await page.inputValue('main [name=areaDm2]')).toBe('54.50')
    await send('button:has-text("きょうから これで始める") >> nth=0')
    await page.waitForURL(/\/childcare$/)
    expect(await page.locator('.start-step.is-done').count()).toBe(2)
  })

  it('enters the shifts of two carers, and the steps are gone', async () => {
    await page.click('.start-step a:has-text("シフトを入れる")')
    for (const end of ['13:00', '18:00']) {
      await page.check('#add [name=qualified]')
      await page.selectOption('#add [name=start]', '8:00')
      await page.selectOption('#add [name=end]', end)
      await page.click('#add label:has([value="2026-11-21"])')
      await page.selectOption('#add [name=weeks]', '3')
      await press('シフトを入れる')
      await page.waitForSelector('#done')
    }
    expect(await page.locator('.plan-shift').count()).toBe(4)
    await page.click('a:has-text("次の週")')
    expect(await page.locator('.plan-shift').count()).toBe(4)
    await page.goto(`${centre.url}/childcare`)
    expect(await page.locator('.start-step').count()).toBe(0)
    expect(await main(page)).toContain('いま、あずかっている子はいません')
  })

  it('shows what new rules change before they are entered, and warns of days without any', async () => {
    await page.goto(`${centre.url}/childcare/policy`)
    await page.fill('#p-from', '2027-04-01')
    await page.fill('#p-to', '2027-09-30')
    await page.selectOption('#p-a3', '15')
    await press('いまとのちがいを見る')
    expect(await page.textContent('.compare-table tr.is-changed')).toContain('20人に1人')
    expect(await page.locator('.compare-table tr.is-changed').count()).toBe(1)
    await press('このきまりを入れる')
    await page.waitForSelector('#done')
    expect(await main(page)).toContain('これからのきまり')
  })

  it('lets the director enrol the cards of the staff who hand children over', async () => {
    await page.click('a:has-text("職員カードを登録する")')
    await page.click('summary:has-text("カードを登録する") >> nth=0')
    await page.fill('main [name=card] >> nth=0', '0123456789ABCD')
    await send('main form[action$="enrol-number"] button >> nth=0')
    await page.waitForSelector('#done')
    expect(await main(page)).toContain('末尾 ABCD のカード')
    const url = page.url()
    const found = await lookAt(browser, {
      ...{ url, name: 'care-cards', size: PHONE, language: 'ja', state: await staff.storageState() },
    })
    expect(found).toEqual({ status: 200, violations: [], overflow: 0, complaints: [] })
  })
})

describe('a child', () => {
  it('is asked for by her mother, and waits on the board for somebody to decide', async () => {
    const { body } = await administrator.send('/workers', { code: 'W001', name: '中 はな', kana: 'なか はな' })
    mother = new Visitor(centre.url)
    await mother.send('/sign-in/worker', { code: 'W001', pin: body.pin })
    await mother.send('/pin/change', { current: body.pin, next: '730264' })
    const asked = await mother.send('/my/children', {
      ...{ name: '中 ひなた', kana: 'なか ひなた', callName: 'ひなた', birthDate: '2024-06-10' },
      ...{ phone: '090-1234-5678', relation: '母', allergies: '卵' },
    })
    expect(asked.status).toBeLessThan(300)
    const added = await administrator.send('/staff', {
      login: 'umi',
      name: '保育 うみ',
      roles: ['childcare'],
      worker: '',
    })
    await signIn('umi', added.body.password)
    expect(new URL(page.url()).pathname).toBe('/password')
    await fill(page, { current: added.body.password, next: 'asagao-no-tane-3' })
    await page.click('main button[type=submit]')
    await page.waitForURL((url) => url.pathname !== '/password')
    await page.goto(`${centre.url}/childcare`)
    await page.click('.alarm:has-text("登録の申請が 1件") a.button')
    await page.click('a.button:has-text("確かめる")')
    childPath = new URL(page.url()).pathname
  })

  it('is sealed until somebody opens it, and the page says that it was written down', async () => {
    expect(await main(page)).not.toContain('090-1234-5678')
    await page.click('a:has-text("保護者を開く")')
    expect(await main(page)).toContain('あなたが見たことを記録しました')
    expect(await main(page)).toContain('090-1234-5678')
    await page.click('a:has-text("健康の記録を開く")')
    expect(await page.textContent('.allergy-text')).toBe('卵')
  })

  it('is approved, gets a grandmother for one day and somebody who must not come', async () => {
    await press('登録を認める')
    await page.waitForSelector('#done')
    await page.click('a:has-text("お迎えの人を開く")')
    await fill(page, { name: '中 ふみ', kana: 'なか ふみ', relation: '祖母', idCheck: '運転免許証' })
    await press('お迎えの人を加える')
    await page.waitForSelector('#done')
    expect(await page.textContent('#pickups')).toContain('中 ふみ')
    await page.click('#blocks a:has-text("開く")')
    await fill(page, { name: '山田太郎', kana: 'やまだ たろう', reason: '保護命令' })
    await send('#blocks button:has-text("加える")')
    await page.waitForSelector('#done')
    expect(await page.textContent('#blocks')).toContain('山田太郎')
  })

  it('keeps who looked for the director, not for everybody', async () => {
    expect(await main(page)).not.toContain('だれが見たか')
    const { body } = await administrator.ask(`/child/audit?child=${childPath.split('/').at(-1)}`)
    expect(new Set(body.reads.map(({ what }: { what: string }) => what))).toEqual(
      new Set(['guardians', 'health', 'pickups', 'blocks']),
    )
  })
})

describe('a day', () => {
  it('takes a booking when the carers are enough, and says why when not', async () => {
    await page.goto(`${centre.url}/childcare/day?day=${TODAY}`)
    await page.selectOption('#book [name=start]', '9:15')
    await page.selectOption('#book [name=end]', '14:00')
    await press('予約する')
    await page.waitForSelector('#summary')
    expect(await page.textContent('#summary')).toMatch(/人数|保育/)
    await page.selectOption('#book [name=end]', '12:00')
    await press('予約する')
    await page.waitForSelector('#done')
    expect(await page.locator('svg.chart .c-band-a12').count()).toBeGreaterThan(0)
    expect(await page.textContent('table.slots')).toContain('9:15–12:00')
  })

  it('sends a child with a fever home, in words for its mother', async () => {
    await page.goto(`${centre.url}/childcare`)
    await page.click('section:has-text("これから来る子") a:has-text("あずかる")')
    await page.fill('[name=temperatureX10]', '38.2')
    await press('あずかる')
    await page.waitForSelector('#summary')
    expect(await page.textContent('#summary')).toContain('熱があるため')
    expect(await page.inputValue('[name=temperatureX10]')).toBe('38.2')
  })

  it('takes her in with a few presses and gives a code for the way home', async () => {
    await page.fill('[name=temperatureX10]', '')
    await page.click('button[aria-label="+0.1"]')
    await page.click('button[aria-label="+0.1"]')
    expect(await page.inputValue('[name=temperatureX10]')).toBe('36.6')
    await page.click('.chips label:has-text("鼻水")')
    await page.fill('[name=contactPhone]', '080-9999-0000')
    await press('あずかる')
    await page.waitForSelector('.code-large')
    code = (await page.textContent('.code-large')) ?? ''
    expect(code).toMatch(/^[0-9A-Z]{4,}$/)
  })

  it('prints the slip on small paper, with the code large and nothing of health or address', async () => {
    await page.click('a:has-text("58mm")')
    const text = await main(page)
    expect(text).toContain(code)
    for (const secret of ['卵', 'アレルギー', '080-9999-0000', '中 はな', '保護']) expect(text).not.toContain(secret)
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    const sizes = [...pdf.matchAll(/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((match) => Math.round(Number(match[1])))
    // 58 mm in points, one page.
    expect(sizes).toEqual([164])
  })

  it('shows who is still here, since when, until when and whom to call, and of health only which mark', async () => {
    await page.goto(`${centre.url}/childcare`)
    const kid = (await page.textContent('.kid')) ?? ''
    for (const shown of ['ひなた', '9:02 から', 'お迎え 12:00', '080-9999-0000', '▲ アレルギー'])
      expect(kid).toContain(shown)
    for (const hidden of ['卵', '健康の注意']) expect(kid).not.toContain(hidden)
  })
})

describe('fetching', () => {
  it('asks a carer for a PIN of her own first', async () => {
    await page.click('.kid a:has-text("引き渡す")')
    stayPath = new URL(page.url()).pathname
    await page.click('a:has-text("暗証番号を決める")')
    await fill(page, { password: 'asagao-no-tane-3', next: '482913' })
    await press('暗証番号を決める')
    await page.waitForSelector('#done')
  })

  it('turns somebody on the list away without a scene: a calm sentence, and what staff do', async () => {
    await page.goto(`${centre.url}${stayPath}`)
    await page.fill('form[action$="care.refused"] [name=name]', 'ヤマダ タロウ')
    await press('確かめて、お渡ししない')
    await page.waitForSelector('.calm')
    const calm = page.locator('.calm')
    expect(await calm.textContent()).toContain('少しお待ちください')
    expect(await calm.textContent()).toContain('ディレクターをよぶ')
    expect(await page.locator('.summary, .alarm-red, #done:visible').count()).toBe(0)
    expect(await page.title()).not.toContain('エラー')
    expect(await calm.locator('details').getAttribute('open')).toBeNull()
    const border = await calm.evaluate((one) => getComputedStyle(one).borderColor)
    expect(border).not.toMatch(/rgb\((1[5-9]|2)\d{2}, \d{1,2}, \d{1,2}\)/)
  })

  it('does not give the child away for a wrong code, and keeps who was chosen', async () => {
    await page.goto(`${centre.url}${stayPath}`)
    expect(await page.textContent('.people')).toContain('中 ふみ')
    await page.check('.person-choice:has-text("中 はな") input')
    await fill(page, { code: 'ZZZZ' })
    await page.fill('form[action$="care.hand-over"] [name=staffPin]', '482913')
    await send('form[action$="care.hand-over"] button[type=submit]')
    await page.waitForSelector('#summary')
    expect(await page.textContent('#summary')).toContain('番号')
    expect(await page.isChecked('.person-choice:has-text("中 はな") input')).toBe(true)
  })

  it('hands her over to her mother with the code and the PIN of the carer', async () => {
    await fill(page, { code: code.toLowerCase() })
    await page.fill('form[action$="care.hand-over"] [name=staffPin]', '482913')
    await send('form[action$="care.hand-over"] button[type=submit]')
    await page.waitForURL(/\/childcare$/)
    expect(await main(page)).toContain('いま、あずかっている子はいません')
    expect(await main(page)).toContain('帰った子（1人）')
    const { body } = await administrator.ask(`/child/audit?child=${childPath.split('/').at(-1)}`)
    expect(body.reads.length).toBeGreaterThan(4)
  })
})

describe('when it does not go as planned', () => {
  it('lists the bookings of hours that lost a carer, each with a way to solve it', async () => {
    await page.goto(`${centre.url}/childcare/day?day=2026-11-27`)
    await page.selectOption('#book [name=start]', '9:00')
    await page.selectOption('#book [name=end]', '12:00')
    await press('予約する')
    await page.waitForSelector('#done')
    placePath = (await page.getAttribute('a[href*="/childcare/places/"]', 'href')) ?? ''
    await page.goto(`${centre.url}/childcare/week?day=2026-11-27`)
    await page.click('.plan-shift summary >> nth=0')
    await press('休みにする')
    await page.waitForSelector('#done')
    expect(await page.textContent('.plan-short')).toContain('9:00–12:00')
    await page.goto(`${centre.url}/childcare`)
    await page.click('.alarm:has-text("このままでは守れない時間") a.button')
    expect(await page.textContent('.conflict')).toContain('ひなた')
    await page.click('.conflict a:has-text("保育者を足す")')
    expect(await page.inputValue('#add [name=start]')).toBe('9:00')
    expect(await page.isChecked('#add [value="2026-11-27"]')).toBe(true)
    await page.check('#add [name=qualified]')
    await press('シフトを入れる')
    await page.waitForSelector('#done')
    await page.goto(`${centre.url}/childcare/conflicts`)
    expect(await main(page)).toContain('すべての予約が守れます')
  })

  it('says large what to do when a child is still here at closing time', async () => {
    await page.goto(`${centre.url}/childcare/drop-off`)
    await page.click('a:has-text("あずかる")')
    await page.fill('[name=temperatureX10]', '365')
    await press('あずかる')
    await page.waitForSelector('.code-large')
    stayPath = new URL(page.url()).pathname.replace('/arrived/', '/hand-over/')
    for (let turn = 0; turn < 40; turn += 1) {
      centre.clock.turn(20 * MINUTE_MS)
      await page.goto(`${centre.url}/childcare`)
      if ((await page.locator('.alarm-large').count()) > 0) break
    }
    expect(await page.textContent('.alarm-large')).toContain('まだ 1人 います')
    expect(await page.textContent('.alarm-large')).toContain('お迎えの時刻を聞く')
    expect(await page.textContent('.kid-late')).toContain('分すぎています')
  })

  it('refreshes by itself when another carer does something', async () => {
    await page.evaluate(() => Object.assign(window, { stayed: true }))
    await centre.signInAgain(administrator)
    const sheet = {
      name: LONG,
      kana: 'じょせふぃーぬ',
      birthDate: '2022-01-05',
      phone: '090-0000-0003',
      relation: '父',
    }
    const { body: worker } = await administrator.send('/workers', { code: 'W002', name: '原 うみ', kana: 'はら うみ' })
    const asked = await administrator.send('/children', { worker: worker.worker, ...sheet, notes: 'ひきつけ' })
    expect(asked.status).toBeLessThan(300)
    const other = asked.body.child
    const decided = await administrator.send('/children/decide', { child: other, state: 'pending' })
    expect(decided.status).toBeLessThan(300)
    await page.waitForSelector('.alarm:has-text("登録の申請が 1件")', { timeout: 15_000 })
    expect(await page.evaluate(() => Reflect.get(window, 'stayed'))).toBe(true)
  })
})

describe('every page of the room', () => {
  async function check(size: typeof DESK, language: 'ja' | 'en', only?: number): Promise<void> {
    const state = await staff.storageState()
    for (const [name, path] of [...carePages, ...careChildPages(childPath, stayPath, placePath)].slice(0, only)) {
      const found = await lookAt(browser, { url: `${centre.url}${path}`, name, size, language, state })
      expect({ name, ...found }).toEqual({ name, status: 200, violations: [], overflow: 0, complaints: [] })
    }
  }
  it('has no barrier axe-core knows, on a desk', () => check(DESK, 'ja'))
  it('has no barrier axe-core knows, on a tablet', () => check(TABLET, 'ja', 5))
  it('has no barrier axe-core knows, on a phone', () => check(PHONE, 'ja'))
  it('has no barrier axe-core knows, in English', () => check(DESK, 'en', 6))
  it('fits a window of 320 pixels', () => check({ width: 320, height: 640 }, 'ja', 8))
  it('works without scripts: typed, chosen and sent from the keyboard alone', async () => {
    const bare = await browser.newContext({ ...{ viewport: DESK, javaScriptEnabled: false }, locale: 'ja-JP' })
    await bare.addCookies((await staff.storageState()).cookies)
    const plain = await bare.newPage()
    await plain.goto(`${centre.url}${stayPath}`)
    await plain.focus('form[action$="care.hand-over"] [name=to] >> nth=0')
    await plain.keyboard.press('Space')
    await plain.keyboard.press('Tab')
    await plain.keyboard.press('ArrowDown')
    expect(await plain.isChecked('[name=secondFactor][value=face]')).toBe(true)
    expect(await plain.isVisible('.proof-code')).toBe(false)
    await plain.focus('form[action$="care.hand-over"] [name=staffPin]')
    await plain.keyboard.type('482913')
    await plain.keyboard.press('Enter')
    await plain.waitForURL(/\/childcare$/)
    expect(await plain.textContent('main')).toContain('引き渡しました')
    await bare.close()
  })
  it('is not for the front desk, who sees no child', async () => {
    const desk = await centre.staff(administrator, 'uke', ['front_desk'])
    const answer = await fetch(`${centre.url}/childcare`, { headers: { cookie: desk.cookie } })
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('ひなた')
  })
  it('gave the browser nothing to complain about on the way', () => expect(complaints).toEqual([]))
})
