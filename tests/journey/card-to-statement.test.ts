/**
 * One tap becomes one yen. A whole house in this process on one port (hub, centre, kiosk), a real browser, the real
 * command line beside it, and a clock that can be sent ahead.
 */
import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR_MS, type Instant, parseIsoInstant, SECOND_MS } from '../../central-sync/protocol/time.ts'
import { silentLog } from '../../central-sync/web/log.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'
import { House } from '../../provisioning/house.ts'
import { readSettings } from '../../provisioning/settings.ts'
import { openBrowser } from '../support/browser.ts'
import { JumpingClock } from '../support/jumping-clock.ts'
import { freshFolder, runKado } from '../support/run-kado.ts'
import { until } from '../support/until.ts'
import { startVirtualReader, type VirtualReader, virtualReaderMissing } from '../support/virtual-card.ts'
import { lookAt, PHONE } from './look-at-page.ts'

const HANA_CARD = '04A1B2C3D4E580'
const SORA_CARD = '04F1E2D3C4B5A6'
const PASSWORD = 'tanpopo-no-wata-7'
const at = (text: string): Instant => parseIsoInstant(`${text}+09:00`) ?? 0

const missing = virtualReaderMissing()
const clock = new JumpingClock(at('2026-10-05T08:50:00'))
const data = freshFolder()
const lines = new PassThrough()

let browser: Browser
let house: House
let pcsc: VirtualReader | undefined
let desk: Page
let gate: Page
let phone: Page
let pin = ''
let personPath = ''

beforeAll(async () => {
  browser = await openBrowser()
  pcsc = await startVirtualReader()
  const wanted = [readerSettings.parse({ kind: 'lines' })]
  if (pcsc !== undefined) wanted.push(readerSettings.parse({ kind: 'pcsc', socket: pcsc.socketPath }))
  house = await House.create({
    settings: readSettings(data, { port: 0 }, {}),
    parts: ['hub', 'centre', 'kiosk'],
    clock,
    log: () => silentLog,
    readers: await openReaders(wanted, { clock, lines, production: false }),
  })
  await house.start()
  const open = async (width: number, height: number) =>
    (await browser.newContext({ viewport: { width, height }, locale: 'ja-JP' })).newPage()
  desk = await open(1440, 900)
  gate = await open(1280, 800)
  phone = await open(390, 844)
})

afterAll(async () => {
  await browser?.close()
  await house?.stop()
  await pcsc?.close()
})

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.fill(`main [name="${name}"]`, value)
}

/** Words of a part of the page; when it is not there, the error says what is there instead. */
async function read(page: Page, selector = 'main'): Promise<string> {
  const text = await page.textContent(selector, { timeout: 10_000 }).catch(async (error: unknown) => {
    throw new Error(`${page.url()} has no ${selector}: ${await page.textContent('body')}`, { cause: error })
  })
  return (text ?? '').replace(/\s+/g, ' ')
}

/** Sends the house ahead and waits until its kiosk has found the appliance again. */
async function later(instant: Instant): Promise<void> {
  clock.jumpTo(instant)
  await new Promise((resolve) => setTimeout(resolve, 600))
  await until('the kiosk is connected', () => house.kiosk?.online === true)
}

/** Opens a page of the centre or, under `/hub`, of the hub; a sign-in lasts a day at most, and days pass here. */
async function staffPage(path: string): Promise<void> {
  await desk.goto(`${house.url}${path}`)
  if (!new URL(desk.url()).pathname.endsWith('/sign-in')) return
  await fill(desk, { login: 'kanri', password: PASSWORD })
  await desk.click('main button[type=submit]')
  await desk.waitForSelector('.side')
  await desk.goto(`${house.url}${path}`)
}

async function tap(card: string, tone: 'in' | 'out'): Promise<void> {
  lines.write(`${card}\n`)
  await gate.waitForSelector(`.tone-${tone} h1`)
}

describe('the first morning', () => {
  it('leads whoever opens the house to the first page, where the printed code makes the centre', async () => {
    await desk.goto(house.url)
    expect(new URL(desk.url()).pathname).toBe('/setup')
    const claim = (await house.claimCode()) ?? ''
    await fill(desk, {
      claim,
      name: '塩尻センター',
      code: 'SHI',
      adminName: '管理 そら',
      login: 'kanri',
      password: PASSWORD,
    })
    await desk.click('main button[type=submit]')
    await desk.waitForSelector('.side')
    expect(await house.claimCode()).toBeUndefined()
  })

  it('sets up the hub beside it with the same administrator', async () => {
    const hub = await desk.context().newPage()
    await hub.goto(`${house.url}/hub/`)
    await fill(hub, { login: 'kanri', password: PASSWORD })
    await hub.click('main button[type=submit]')
    await hub.waitForSelector('.side')
    expect(await read(hub, 'body')).toContain('本部')
    await hub.close()
  })

  it('registers a worker and prints her first PIN', async () => {
    await desk.goto(`${house.url}/people/new`)
    await fill(desk, { code: 'W001', name: '中 はな', kana: 'なか はな', callName: 'はな' })
    await desk.click('main button[type=submit]')
    await desk.waitForSelector('.slip')
    pin = (await desk.textContent('.slip-pin')) ?? ''
    personPath = new URL(desk.url()).pathname.replace('/slip', '')
    expect(pin).toMatch(/^\d{4,}$/)
  })

  it('enrols her card at the kiosk: card, away, card', async () => {
    await gate.goto(`${house.url}/kiosk/`)
    await gate.waitForSelector('.call .picture')
    await until('the kiosk is connected', () => house.kiosk?.online === true)
    await desk.goto(`${house.url}${personPath}`)
    await desk.click('form[action$="cards.start-enrolment"] button[type=submit]')
    await desk.waitForSelector('[data-enrolment]')
    lines.write(`${HANA_CARD}\n`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    clock.jump(5 * SECOND_MS)
    await new Promise((resolve) => setTimeout(resolve, 900))
    lines.write(`${HANA_CARD}\n`)
    await until('the card is enrolled', async () => {
      await desk.goto(`${house.url}${personPath}`)
      return (await read(desk, '#cards')).includes('E580')
    })
  })

  it('takes over the order list with one command, beside the running house', async () => {
    const csv =
      'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code\n' +
      '道路研究所,道路画像,信号の囲み付け,画像アノテーション,1061.5,2026-10-01,W001\n'
    const done = await runKado(['work', 'import', '-', '--data', data, '--json'], csv)
    expect(done.err).toBe('')
    expect(JSON.parse(done.out)).toMatchObject({ clients: 1, packages: 1, rates: 1, requests: 1, bad: [] })
    await desk.goto(`${house.url}${personPath}`)
    expect(await read(desk, '#assign')).toContain('信号の囲み付け')
  })
})

describe('three days of work', () => {
  it('shows IN with her name when she touches the reader, and keeps the tap', async () => {
    await later(at('2026-10-05T09:00:10'))
    await tap(HANA_CARD, 'in')
    expect(await read(gate)).toContain('はな')
    await gate.waitForSelector('text=信号の囲み付け')
  })

  it('shows OUT three and a half hours later, with the week so far', async () => {
    await later(at('2026-10-05T12:30:20'))
    await tap(HANA_CARD, 'out')
    await gate.waitForSelector('text=3時間30分')
  })

  it('invents no end when she forgets the OUT, and asks her the next morning', async () => {
    await later(at('2026-10-06T09:00:00'))
    await tap(HANA_CARD, 'in')
    await later(at('2026-10-07T09:00:00'))
    await tap(HANA_CARD, 'in')
    await gate.waitForSelector('text=きのう')
    await staffPage(`${personPath}/days/2026-10-06`)
    expect(await read(desk)).toContain('退室のタッチがありません')
  })

  it('lets her go with the last tap of the third day', async () => {
    await later(at('2026-10-07T10:00:00'))
    await tap(HANA_CARD, 'out')
  })

  it.skipIf(missing !== undefined)(
    `reads the card of a second worker through a real PC/SC service${missing === undefined ? '' : ` (not here: ${missing})`}`,
    async () => {
      await runKado(
        ['workers', 'import', '-', '--data', data],
        'worker_code,name,kana,home_center\nW002,空 みお,そら みお,SHI\n',
      )
      await runKado(['cards', 'import', '-', '--data', data], `worker_code,card\nW002,${SORA_CARD}\n`)
      await later(at('2026-10-08T09:00:00'))
      await pcsc?.touch(SORA_CARD)
      await gate.waitForSelector('.tone-in h1')
      await later(at('2026-10-08T10:00:00'))
      await pcsc?.touch(SORA_CARD)
      await gate.waitForSelector('.tone-out h1')
      const days = ['--from', '2026-10-08', '--to', '2026-10-08', '--data', data]
      const { out } = await runKado(['sessions', 'export', ...days, '--json'])
      expect(JSON.parse(out)).toMatchObject([{ worker_code: 'W002', status: 'payable' }])
    },
    60_000,
  )
})

describe('putting right what was forgotten', () => {
  it('takes her correction from her own phone', async () => {
    await phone.goto(`${house.url}/my`)
    await fill(phone, { code: 'w001', pin })
    await phone.click('main button[type=submit]')
    await phone.waitForURL(/\/my\/pin/)
    await fill(phone, { current: pin, next: '385017' })
    await phone.click('main button[type=submit]')
    await phone.waitForURL(/\/my$/)
    await phone.goto(`${house.url}/my/record/2026-10-06`)
    await fill(phone, { start: '09:00', end: '11:15', note: 'むかえに行きました' })
    await phone.selectOption('main [name=reason]', 'forgot_out')
    await phone.click('button:has-text("申請する")')
    await phone.waitForURL(/\/my\/requests/)
    expect(await read(phone)).toContain('待っています')
  })

  it('is approved by somebody else, and then counts', async () => {
    await staffPage(`/corrections`)
    expect(await read(desk)).toContain('むかえに行きました')
    await desk.click('.decide button:has-text("認める")')
    await desk.waitForSelector('#done')
    const days = ['--from', '2026-10-06', '--to', '2026-10-06', '--data', data]
    const { out } = await runKado(['sessions', 'export', ...days, '--json'])
    const [session] = (JSON.parse(out) as { status: string; minutes: number }[]).filter(
      ({ status }) => status === 'payable',
    )
    expect(session?.minutes).toBeGreaterThanOrEqual(134)
  })
})

interface ExportedLine {
  readonly statement: string
  readonly worker_code: string
  readonly minutes: number
  readonly rate: string
  readonly yen: number
}

describe('payday', () => {
  let statement: ExportedLine

  it('does not close a month that is not over', async () => {
    const { code, err } = await runKado(['payroll', 'close', '--month', '2026-10', '--data', data])
    expect([code, err.includes('[month_not_over]')]).toEqual([1, true])
  })

  it('approves the month with one press', async () => {
    await later(at('2026-10-30T16:00:00'))
    await staffPage(`/work?month=2026-10`)
    await desk.click('button:has-text("まとめて承認する")')
    await desk.waitForSelector('.report')
    expect(await read(desk, '.report')).toContain('3件を承認しました')
  })

  it('waits for every kiosk to say that nothing is missing, then closes on the page', async () => {
    await later(at('2026-11-02T10:00:00'))
    await until('the watermark of the month is there', async () => {
      await house.centre?.advanceWatermarks()
      await house.settle()
      await staffPage(`/hub/payroll/2026-10`)
      return (await desk.locator('.close-card button.button-primary').count()) === 1
    })
    await fill(desk, { typed: '2026-10' })
    await desk.click('.close-card button[type=submit]')
    await desk.waitForSelector('a[href*="/statements/"]')
    expect(await read(desk, '.page-head')).toContain('2026年10月')
    expect(await desk.locator('.close-card').count()).toBe(0)
  })

  it('pays exactly what can be worked out by hand', async () => {
    const { out, code } = await runKado(['statements', 'export', '--month', '2026-10', '--json', '--data', data])
    expect(code).toBe(0)
    const rows = (JSON.parse(out) as ExportedLine[]).filter(({ worker_code }) => worker_code.endsWith('W001'))
    expect(rows).toHaveLength(1)
    statement = rows[0] as ExportedLine
    const { out: explained } = await runKado([
      'payroll',
      'explain',
      '--worker',
      'W001',
      '--month',
      '2026-10',
      '--json',
      '--data',
      data,
    ])
    const [line] = (JSON.parse(explained) as { lines: { seconds: number }[] }).lines
    const minutes = Math.ceil((line?.seconds ?? 0) / 60)
    expect(statement).toMatchObject({ minutes, rate: '1061.5', yen: Math.ceil((minutes * 1_061_500) / 60_000) })
    const expected = 3.5 * HOUR_MS + 2.25 * HOUR_MS + HOUR_MS
    expect(Math.abs((line?.seconds ?? 0) * 1_000 - expected)).toBeLessThan(60_000)
  })

  it('shows the same yen on the statement page as in the file', async () => {
    await staffPage(`/hub/payroll/2026-10`)
    await desk.click(`a:has-text("${statement.statement}")`)
    await desk.waitForSelector('.sheet')
    expect(await read(desk, '.pay')).toContain(statement.yen.toLocaleString('ja-JP'))
    expect(await desk.locator('.session').count()).toBe(3)
    const csv = await runKado(['statements', 'export', '--month', '2026-10', '--data', data])
    expect(csv.out).toContain(`,${statement.minutes},1061.5,${statement.yen},`)
  })

  it('shows her the same yen on her own phone, with the times behind it', async () => {
    // Weeks have passed: she signs in again.
    await phone.goto(`${house.url}/my/sign-in`)
    await fill(phone, { code: 'w001', pin: '385017' })
    await phone.click('main button[type=submit]')
    await phone.waitForURL(/\/my$/)
    await until('the statement has come down', async () => {
      house.centre?.syncNow()
      await phone.goto(`${house.url}/my/pay`)
      return (await phone.locator('main .pay-link').count()) > 0
    })
    const yen = statement.yen.toLocaleString('ja-JP')
    expect(await read(phone, 'main .day-sum')).toContain(yen)
    await phone.click('main .pay-link')
    expect(await read(phone, 'main .pay-sum')).toContain(yen)
    expect(await read(phone)).toContain(`${statement.minutes}分 × 1061.5円 ÷ 60`)
    expect(await phone.locator('main .pay-times li').count()).toBe(3)
    const state = await phone.context().storageState()
    for (const language of ['ja', 'easy', 'en'] as const) {
      for (const [name, url] of [
        ['my-statement', phone.url()],
        ['my-pay', `${house.url}/my/pay`],
        ['my-with-pay', `${house.url}/my`],
      ] as const)
        expect(await lookAt(browser, { url, name, size: PHONE, language, state })).toEqual({
          ...{ status: 200, violations: [], overflow: 0, complaints: [] },
        })
    }
    expect((await phone.goto(`${house.url}/my/pay/2026-10-9999`))?.status()).toBe(404)
  })

  it('walks from the yen to the very tap: the hash on the page is the hash of the journal', async () => {
    const shown = await desk
      .locator('.evidence .cite [title]')
      .evaluateAll((cites) => cites.map((cite) => cite.getAttribute('title') ?? ''))
    expect(shown.length).toBeGreaterThanOrEqual(5)
    const { out } = await runKado(['journal', 'export', '--part', 'centre', '--data', data])
    const computed = chainHashes(out)
    for (const hash of shown) expect(computed).toContain(hash)
    expect(await read(desk, '.proof')).not.toContain('×')
  })

  it('verifies every journal of the house', async () => {
    const { code, out } = await runKado(['journal', 'verify', '--data', data])
    expect(code).toBe(0)
    expect(out.match(/intact/g)).toHaveLength(2)
  })
})

/** Hashes of every entry, worked out from nothing but the exported lines: SHA-256(previous ‖ newline ‖ line). */
function chainHashes(exported: string): Set<string> {
  const hashes = new Set<string>()
  let previous = Buffer.alloc(0)
  for (const line of exported.trimEnd().split('\n')) {
    const { stream } = JSON.parse(line) as { stream?: Record<string, string | number> }
    if (stream !== undefined) {
      const { site, inc, publicKey, prevInc, prevSeq, prevHash } = stream
      const genesis = ['v1', 'genesis', site, inc, publicKey, prevInc, prevSeq, prevHash].join('|')
      previous = createHash('sha256').update(genesis).digest()
      continue
    }
    previous = createHash('sha256').update(previous).update('\n').update(line).digest()
    hashes.add(previous.toString('hex'))
  }
  return hashes
}
