import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../../central-sync/protocol/time.ts'
import type { WebFloor } from '../../../central-sync/web/floor.ts'
import {
  clientAnswer,
  dayAnswer,
  issuesAnswer,
  orderAnswer,
  packageListAnswer,
  personAnswer,
  refusalAnswer,
  workerAnswer,
} from '../../support/answer-shapes.ts'
import { AttackedHouse, type Caller, expectDone } from '../../support/attacked-house.ts'
import { openBrowser } from '../../support/browser.ts'
import { until } from '../../support/until.ts'

/** Each is a lawful name or is refused in a sentence; none of them is ever more than a text. */
const NAMES = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '{{constructor.constructor("alert(1)")()}}',
  '</title></textarea></style><svg/onload=alert(1)>',
  '髙﨑𠮷',
  '葛󠄀城',
  '👩🏽‍💻👨‍👩‍👧‍👦',
  'Z̴̢̧͎̪͓̥̣͛̿̈́͌a̸̡̛̯͙͈͔l̵̢̫̘̓́̕g̷̢͔͑o̶̧͓',
  'ﾊﾝｶｸ ｶﾅ',
  'が',
  'か\u3099',
  'عربي עברית 中文',
  'javascript:alert(1)',
  '=HYPERLINK("http://evil.example")',
]
const REFUSED = ['逆\u202eさま', '\u2066孤立', 'a\u0000b', 'a\r\nb', 'あ'.repeat(10_000), '', '   ']
const CARD = '04A1B2C3D4E580'

let house: AttackedHouse
let administrator: Caller
let hub: Caller
let browser: Browser
let context: BrowserContext
const complaints: string[] = []
const workers: string[] = []

beforeAll(async () => {
  house = await AttackedHouse.open()
  administrator = await house.claimed()
  hub = await house.hubAdministrator()
  browser = await openBrowser()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await house?.[Symbol.asyncDispose]()
})

test('a name of any script is kept as it was typed, one that would turn the page around is refused, and nothing is half-made', async () => {
  for (const [index, name] of NAMES.entries()) {
    const sheet = { code: `N${index}`, name, kana: name, callName: [...name].slice(0, 12).join('') }
    const { worker } = expectDone(await administrator.command('/workers', sheet)).as(workerAnswer)
    workers.push(worker)
    expect((await administrator.query(`/worker?worker=${worker}`)).as(personAnswer).person.name).toBe(name)
  }
  const before = await house.state()
  for (const [index, name] of REFUSED.entries()) {
    const base = { code: `R${index}`, name: '試験', kana: '', callName: '' }
    for (const field of name.trim() === '' ? ['name'] : ['name', 'kana', 'callName']) {
      const answer = await administrator.command('/workers', { ...base, [field]: name })
      expect([field, JSON.stringify(name).slice(0, 30), answer.status]).toEqual([
        field,
        JSON.stringify(name).slice(0, 30),
        expect.toSatisfy((status) => status === 400 || status === 413),
      ])
      expect(answer.as(refusalAnswer).ja.length).toBeGreaterThan(5)
    }
  }
  expect(await house.state()).toEqual(before)
})

test('a label with a character nobody sees is refused at the centre and at the hub, in a sentence that says what to do', async () => {
  const before = await house.state()
  const HIDDEN = ['\u202e', '\u202a', '\u2066', '\u2069', '\u200b', '\u200f', '\u2060', '\u0007', '\u0085', '\u2028']
  for (const hidden of HIDDEN) {
    const name = `新${hidden}しい`
    for (const answer of [
      await administrator.command('/centre/rename', { code: 'SHI', name }),
      await administrator.command('/devices/new-code', { label: name, place: '' }),
      await hub.command('/clients', { name }),
      await hub.command('/centres/codes', { label: name }),
    ])
      expect([answer.status, answer.as(issuesAnswer).errors[0]?.code]).toEqual([400, 'hidden_character'])
  }
  const { errors } = (await hub.command('/clients', { name: 'a\u202eb' })).as(issuesAnswer)
  expect(errors).toEqual([
    { path: 'name', code: 'hidden_character', message: expect.stringContaining('目に見えない文字') },
  ])
  expect(await house.state()).toEqual(before)
})

test('people with such names come and go, ask, work and are paid', async () => {
  const [hostile = ''] = NAMES
  expectDone(await administrator.command('/cards/enrol-number', { worker: workers[0], card: CARD }))
  expectDone(await administrator.command('/centre/rename', { code: 'SHI', name: hostile }))
  expectDone(await administrator.command('/staff', { login: 'odd', name: NAMES[1], roles: ['it'] }))
  const line = await house.line(await house.newKiosk(NAMES[2]))
  await line.touch({ card: CARD, claim: 'in' })
  house.clock.jump(HOUR_MS / 4)
  await line.touch({ card: CARD, claim: 'out' })
  await line.touch({ card: '04BBBBBBBBBB02' })
  const punches = NAMES.map(
    (place, index) =>
      `N${index},2026-11-02T0${index % 10}:00:00+09:00,in,"${place.replaceAll('"', '""').slice(0, 60)}",`,
  )
  await house.house.centre?.punchesImport(Buffer.from(['worker_code,at,direction,place,device', ...punches].join('\n')))
  const day = await administrator.query(`/day?worker=${workers[0]}&day=2026-11-20`)
  const wish = {
    worker: workers[0],
    day: '2026-11-20',
    sessions: [day.as(dayAnswer).sessions[0]?.session],
    reason: 'other',
    note: NAMES[4],
  }
  expectDone(
    await administrator.command('/corrections', { ...wish, start: '9:01', end: '9:10', place: NAMES[3]?.slice(0, 60) }),
  )
  // Of two ways to write one name the second is the same name.
  for (const name of NAMES.filter((one) => one === one.normalize('NFC'))) {
    const { client } = expectDone(await hub.command('/clients', { name })).as(clientAnswer)
    const { order } = expectDone(await hub.command('/orders', { client, title: name })).as(orderAnswer)
    expectDone(await hub.command('/packages', { order, title: name, kind: name }))
  }
  await house.house.settle()
})

/** Real addresses of every page of the route table. */
async function pagesOf(part: 'centre' | 'hub'): Promise<string[]> {
  const floor = part === 'hub' ? house.house.hub?.web.floor : (house.house.centre?.web as WebFloor | undefined)
  const { items } = (await hub.query('/packages')).as(packageListAnswer)
  const samples: Record<string, string> = {
    worker: workers[0] ?? '',
    day: '2026-11-20',
    month: '2026-11',
    package: items[0]?.package ?? '',
    statement: 'none',
  }
  const lines = (floor?.table ?? []).filter(({ kind, access }) => kind === 'page' && access !== 'worker')
  const base = part === 'hub' ? '/hub' : ''
  return lines.map(({ path }) => `${base}${path.replace(/:(\w+)/g, (_all, name: string) => samples[name] ?? 'x')}`)
}

async function signedIn(): Promise<BrowserContext> {
  const made = await browser.newContext({ locale: 'ja-JP' })
  const cookies = [administrator, hub].flatMap(({ cookie }) => cookie.split('; ').map((one) => one.split('=')))
  await made.addCookies(cookies.map(([name = '', value = '']) => ({ name, value, url: house.url })))
  return made
}

function watch(page: Page): void {
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => complaints.push(`error ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/the server responded with a status of 40[34]/.test(message.text()))
      complaints.push(message.text())
  })
}

/** Runs in the page: what came alive that should be a text. */
function alive(): string[] {
  const odd = [...document.querySelectorAll('*')].filter(
    (element) =>
      [...element.attributes].some(({ name }) => /^on/i.test(name)) ||
      (element.tagName === 'IMG' && element.getAttribute('src') === 'x') ||
      (element.tagName === 'SVG' && element.innerHTML === ''),
  )
  const inline = [...document.querySelectorAll('script:not([src])')].filter(({ textContent }) =>
    (textContent ?? '').includes('alert'),
  )
  return [...odd, ...inline].map(({ outerHTML }) => outerHTML.slice(0, 100))
}

describe('on the pages', () => {
  test.each(['centre', 'hub'] as const)(
    'of the %s every name is a text: nothing runs, nothing is reported, no dialog opens',
    async (part) => {
      context = await signedIn()
      const page = await context.newPage()
      watch(page)
      let shown = 0
      for (const path of await pagesOf(part)) {
        for (const language of path.includes('setup') ? ['ja'] : ['ja', 'en']) {
          await context.addCookies([{ name: 'lang', value: language, url: house.url }])
          const answer = await page.goto(`${house.url}${path}`, { waitUntil: 'load' })
          expect([path, (answer?.status() ?? 500) < 500]).toEqual([path, true])
          expect([path, await page.evaluate(alive)]).toEqual([path, []])
          const text = (await page.textContent('body')) ?? ''
          if (NAMES.some((name) => text.includes(name))) shown += 1
        }
      }
      expect(complaints).toEqual([])
      expect(shown).toBeGreaterThan(6)
      await context.close()
    },
  )

  test('of staff every name stands apart, so that its direction does not touch the words around it', async () => {
    context = await signedIn()
    const page = await context.newPage()
    for (const path of [
      '/people?all=1',
      `/people/${workers[12]}`,
      '/',
      '/records?from=2026-11-01&to=2026-11-30',
      '/hub/work',
      '/staff',
      '/devices',
    ]) {
      await page.goto(`${house.url}${path}`)
      const loose = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        const found: string[] = []
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const parent = node.parentElement
          if (!/[\u0590-\u06ff]/.test(node.textContent ?? '') || parent === null) continue
          if (parent.closest('bdi, [dir=auto], option, script, textarea') === null)
            found.push(parent.outerHTML.slice(0, 120))
        }
        return found
      })
      expect([path, loose]).toEqual([path, []])
    }
    await context.close()
  })

  test('of the kiosk, when the person touches', async () => {
    const page = await browser.newPage()
    watch(page)
    await page.goto(`${house.url}/kiosk/`)
    await until('the kiosk is connected', () => house.house.kiosk?.online === true)
    house.clock.jump(HOUR_MS / 4)
    house.lines.write(`${CARD}\n`)
    await page.waitForSelector('.tone-in h1, .tone-out h1')
    await until('she is greeted', async () => ((await page.textContent('body')) ?? '').includes('<img src=x'))
    expect(await page.evaluate(alive)).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  })
})
