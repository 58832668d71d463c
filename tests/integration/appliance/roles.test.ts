import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { WebFloor } from '../../../central-sync/web/floor.ts'
import type { RouteLine } from '../../../central-sync/web/floor-parts.ts'
import type { Access } from '../../../central-sync/web/port.ts'
import type { Json, Visitor } from '../../support/appliance-fixture.ts'
import { arrive, book, type CareHouse, careHouse, newChild, newParent, ok } from '../../support/childcare-fixture.ts'
import { until } from '../../support/until.ts'

const THURSDAY_NINE = parseIsoInstant('2026-11-19T09:00:00+09:00') ?? 0
const [THURSDAY, FRIDAY, TUESDAY] = ['2026-11-19', '2026-11-20', '2026-11-24']
const ROLES = ['front_desk', 'director', 'childcare', 'it', 'administrator'] as const
type Role = (typeof ROLES)[number]
const TIME_READERS: readonly Role[] = ['front_desk', 'director', 'administrator']

let house: CareHouse
let mother: string
let correction: string
const staff = new Map<Role, Visitor>()
const of = (role: Role) => staff.get(role) as Visitor

/**
 * A Friday morning with something of everything: a mother who forgot to check out yesterday and asks for a correction of
 * the day before, a strange card, a silent kiosk, a child that is here and one to be admitted, seats, a booking, somebody who waits.
 */
beforeAll(async () => {
  house = await careHouse(THURSDAY_NINE)
  const { centre, administrator } = house
  const parent = await newParent(house)
  mother = parent.worker
  await ok(administrator.send('/cards/enrol-number', { worker: mother, card: '0123456789ABCDEF' }))
  await ok(
    parent.visitor.send('/my/children', {
      ...{ name: '架空野 つばき', kana: 'かくうの つばき', callName: '', birthDate: '2023-05-05' },
      ...{ phone: '090-0000-0002', relation: '母' },
    }),
  )
  const line = await centre.line(await centre.newKiosk())
  await line.touch({ card: '0123456789ABCDEF' })
  centre.clock.turn(DAY_MS)
  await centre.signInAgain(administrator)
  await line.touch({ card: 'FEDCBA9876543210' })
  const other = await newParent(house)
  await ok(administrator.send('/cards/enrol-number', { worker: other.worker, card: '00112233445566AA' }))
  await line.touch({ card: '00112233445566AA' })
  line.close()
  await until('the kiosk is away', async () => !(await administrator.ask('/devices')).body.devices[0].connected)
  centre.clock.turn(2 * HOUR_MS)
  await centre.signInAgain(administrator)
  for (const role of ROLES) staff.set(role, await centre.staff(administrator, `only-${role.replace('_', '-')}`, [role]))
  const note = { worker: mother, day: '2026-11-18', start: '09:00', end: '12:00', reason: 'forgot_in', note: '' }
  correction = (await ok(administrator.send('/corrections', note))).correction
  const room = { ...house, carer: of('childcare') }
  const child = await newChild(room, parent)
  await ok(book(room, child, '9:00', '15:00'))
  await ok(arrive(room, child))
  const seat = { kind: 'seat', floor: '2F' }
  const { resource } = await ok(administrator.send('/resources', { ...seat, name: 'A1' }))
  const meeting = await ok(administrator.send('/resources', { ...seat, kind: 'room', name: '会議室', floor: '3F' }))
  const slot = { worker: mother, start: '09:00', end: '12:00' }
  for (const day of [FRIDAY, TUESDAY]) await made(administrator.send('/bookings', { ...slot, day, resource }))
  await made(administrator.send('/waiting', { ...slot, day: '2026-11-25', want: meeting.resource }))
})
afterAll(() => house?.[Symbol.asyncDispose]())

async function made(answer: Promise<{ status: number; body: Json }>): Promise<void> {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBe(201)
}

describe('what a role does not need, it does not read', () => {
  test.each(ROLES)('hours and corrections are read by those who decide about them: %s', async (role) => {
    const paths = [
      `/sessions?from=${THURSDAY}&to=${FRIDAY}`,
      `/day?worker=${mother}&day=${THURSDAY}`,
      '/corrections',
      '/work',
      '/work/approvals?month=2026-11',
    ]
    for (const path of paths) {
      const { status, body } = await of(role).ask(path)
      if (TIME_READERS.includes(role)) expect(status, path).toBe(200)
      else expect({ status, ...body }, path).toMatchObject({ status: 403, code: 'not_allowed' })
    }
    const pages = ['/records', '/corrections', `/people/${mother}/days/${THURSDAY}`, '/work', '/downloads/sessions.csv']
    for (const path of pages) {
      const { status, text } = await open(role, path.replace('.csv', `.csv?from=${THURSDAY}&to=${FRIDAY}`))
      expect(status, path).toBe(TIME_READERS.includes(role) ? 200 : 403)
      if (status === 403) expect(text).toContain('not_allowed')
    }
  })

  test('a wrong role is told so in Japanese and in English', async () => {
    const { body } = await of('it').ask('/corrections')
    expect(body.ja).toMatch(/役割/)
    expect(body.en).toMatch(/role/)
    const { text } = await open('it', '/records')
    expect(text).toContain(body.ja)
    expect((await open('it', '/records', 'kado-lang=en')).status).toBe(403)
  })

  test.each(ROLES)('a person shows her cards to everybody and her hours to some: %s', async (role) => {
    const { body } = await of(role).ask(`/worker?worker=${mother}`)
    expect(body.cards).toHaveLength(1)
    const reads = TIME_READERS.includes(role)
    for (const part of ['sessions', 'corrections', 'assignments']) expect(part in body, part).toBe(reads)
    const { text } = await open(role, `/people/${mother}`)
    expect(text.includes(`/days/${THURSDAY}`)).toBe(reads)
    expect(text.includes('/records?')).toBe(reads)
  })

  test.each(ROLES)(
    'every task of today leads where its reader may go, and nobody else is shown it: %s',
    async (role) => {
      const kinds = ((await of(role).ask('/today')).body.tasks as { kind: string }[]).map(({ kind }) => kind)
      const time = ['session_pending', 'correction_waiting', 'unknown_card']
      const care = ['care_pending', 'care_unseen']
      expect([...kinds].sort()).toEqual(
        [
          'device_silent',
          ...(TIME_READERS.includes(role) ? time : []),
          ...(['childcare', 'director', 'administrator'].includes(role) ? care : []),
        ].sort(),
      )
      const { text } = await open(role, '/')
      for (const [kind, href] of Object.entries({
        correction_waiting: `/corrections#${correction}`,
        care_pending: '/childcare/children"',
        device_silent: '/devices#',
      }))
        expect(text.includes(`href="${href}`), kind).toBe(kinds.includes(kind))
      const [, badge] = /href="\/corrections"[\s\S]*?<\/a>/.exec(text)?.[0].match(/aria-hidden="true">(\d+)</) ?? []
      expect(badge).toBe(TIME_READERS.includes(role) ? '1' : undefined)
    },
  )

  test.each(ROLES)('whoever looks after readers sees that they read, and not who came: %s', async (role) => {
    const { recent } = (await of(role).ask('/today')).body
    expect(recent.map(({ result }: Json) => result)).toEqual(expect.arrayContaining(['unknown_card', 'in']))
    const reads = TIME_READERS.includes(role)
    expect(recent.some(({ code, name }: Json) => code !== null || name !== null)).toBe(reads)
  })

  test('a push names only what the page of its listener shows', async () => {
    const wanted = {
      it: { hears: ['people', 'today'], never: ['corrections', 'childcare', 'work'] },
      front_desk: { hears: ['corrections', 'people', 'today'], never: ['childcare'] },
      childcare: { hears: ['childcare', 'people', 'today'], never: ['corrections', 'work'] },
    } as const
    const listeners = await Promise.all(
      (['it', 'front_desk', 'childcare'] as const).map(async (role) => {
        const topics = new Set<string>()
        const socket = io(house.centre.url, {
          ...{ path: '/live', transports: ['websocket'], reconnection: false, forceNew: true },
          extraHeaders: { cookie: of(role).cookie },
        })
        socket.on('changed', (changed: Json) => {
          for (const topic of changed.topics) topics.add(topic)
        })
        await new Promise((resolve) => socket.on('hello', resolve))
        return { role, socket, topics }
      }),
    )
    await ok(of('director').send('/corrections/reject', { correction }))
    await ok(of('childcare').send('/childcare/shifts', { ...shiftOf(), qualified: true }))
    const sheet = { code: 'W900', name: '新井 みどり', kana: 'あらい', callName: '' }
    await ok(of('front_desk').send('/workers', sheet))
    for (const { role, socket, topics } of listeners) {
      const { hears, never } = wanted[role]
      await until(`${role} hears of it`, () => hears.every((topic) => topics.has(topic)))
      expect([role, never.filter((topic) => topics.has(topic))]).toEqual([role, []])
      socket.disconnect()
    }
  })
})

const shiftOf = () => ({ room: house.room, day: TUESDAY, start: 540, end: 720 })

async function open(role: Role, path: string, more = '') {
  const cookie = more === '' ? of(role).cookie : `${of(role).cookie}; ${more}`
  const response = await fetch(`${house.centre.url}${path}`, { redirect: 'manual', headers: { cookie } })
  return { status: response.status, text: await response.text() }
}

describe('no page shows a door that turns its reader away', () => {
  /** Visits of each page: the months before this one have no end. */
  const VISITS = 3

  test.each(ROLES)('walking from the menu through every link: %s', async (role) => {
    const table = (house.centre.appliance.web as WebFloor).table
    const shown = table.filter(({ kind }) => kind === 'page' || kind === 'download')
    const visits = new Map<RouteLine, number>()
    const wrong: string[] = []
    const seen = new Set<string>(['/'])
    for (const address of seen) {
      const line = shown.find(({ path }) => leadsTo(path, address))
      if (line === undefined) {
        wrong.push(`${address}: no such page`)
        continue
      }
      if (!passes(line.access, role)) wrong.push(`${address}: not for ${role}`)
      const before = visits.get(line) ?? 0
      visits.set(line, before + 1)
      if (before >= VISITS) continue
      const { status, text } = await open(role, address)
      if (status !== 200) wrong.push(`${address}: ${status}`)
      for (const link of linksIn(text)) seen.add(link)
      for (const name of formsIn(text)) {
        const form = table.find((one) => one.kind === 'form' && one.name === name)
        if (form === undefined || !passes(form.access, role)) wrong.push(`${address}: button of ${name}`)
      }
    }
    expect([...new Set(wrong)]).toEqual([])
    const walked = [...visits.keys()].map(({ path }) => path)
    const menu = ['/', '/people', '/people/:worker', '/seats', '/seats/map', '/devices', '/settings']
    expect(walked).toEqual(expect.arrayContaining(menu))
    expect(walked.includes('/records')).toBe(TIME_READERS.includes(role))
    expect(walked.includes('/seats/waiting')).toBe(role !== 'it')
    expect(walked.includes('/childcare/week')).toBe(['childcare', 'director', 'administrator'].includes(role))
  })
})

function passes(access: Access, role: Role): boolean {
  return access === 'anyone' || access === 'staff' || (access !== 'worker' && access.includes(role))
}

function leadsTo(pattern: string, address: string): boolean {
  const asked = (address.split('?', 1)[0] ?? '').split('/')
  const parts = pattern.split('/')
  return parts.length === asked.length && parts.every((part, at) => part.startsWith(':') || part === asked[at])
}

/** Addresses of this centre, without fragments; languages, files and the API are no pages. */
function linksIn(html: string): string[] {
  const all = [...html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)].map(([, href = '']) =>
    href
      .replace(/&#x(\w+);/g, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replaceAll('&amp;', '&'),
  )
  return all
    .map((href) => href.split('#', 1)[0] ?? '')
    .filter((href) => href.startsWith('/') && !/^\/(assets|api)\/|[?&]lang=/.test(href))
}

/** Commands of the forms that can be sent: those with a button. */
function formsIn(html: string): string[] {
  const forms = [...html.matchAll(/<form\b[\s\S]*?<\/form>/g)]
    .map(([form]) => form)
    .filter((form) => /<button\b/.test(form))
  return forms.flatMap((form) => [...form.matchAll(/action="\/do\/([^"?]+)"/g)].map(([, name = '']) => name))
}
