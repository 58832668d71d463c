import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture, Visitor } from '../../support/appliance-fixture.ts'
import { HubFixture } from '../../support/hub-fixture.ts'
import { until } from '../../support/until.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = { nagisa: '0123456789ABCDEF', own: '04A1B2C3D4E580', other: '04F1E2D3C4B5A6' }

let hub: HubFixture
let ito: ApplianceFixture
let shi: ApplianceFixture
let director: Visitor
/** A worker of Itoigawa who also comes to Shiojiri, and two of Shiojiri. */
const worker = { nagisa: '', own: '', other: '' }
let nagisaCard = ''
let nagisaSession = ''
let otherSession = ''
let otherCorrection = ''
let nagisaCorrection = ''
let own: Visitor

async function enrolled(centre: ApplianceFixture, staff: Visitor, code: string, card: string) {
  const added = (await staff.send('/workers', { code, name: `試験 ${code}`, kana: 'しけん', callName: '' })).body
  const carded = (await staff.send('/cards/enrol-number', { worker: added.worker, card })).body
  const visitor = new Visitor(centre.url)
  await visitor.send('/sign-in/worker', { code, pin: added.pin })
  await visitor.send('/pin/change', { current: added.pin, next: '864209' })
  return { worker: added.worker as string, card: carded.card as string, visitor }
}

beforeAll(async () => {
  hub = await HubFixture.create(NINE)
  ito = await ApplianceFixture.create(NINE, 'ITO', hub.clock)
  shi = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  const [itoAdministrator, administrator] = [await ito.claimed(), await shi.claimed()]
  for (const centre of [ito, shi]) {
    const joined = await centre.appliance.joinHub(hub.url, (await hub.hub.newCentreCode(centre.code)).code)
    if (isRefusal(joined)) throw new Error(joined.refused)
  }
  const nagisa = await enrolled(ito, itoAdministrator, 'W001', CARD.nagisa)
  const mine = await enrolled(shi, administrator, 'W001', CARD.own)
  const other = await enrolled(shi, administrator, 'W002', CARD.other)
  Object.assign(worker, { nagisa: nagisa.worker, own: mine.worker, other: other.worker })
  nagisaCard = nagisa.card
  own = mine.visitor
  const line = await shi.line(await shi.newKiosk('入口'))
  await until('the card is known at Shiojiri', async () => {
    ito.appliance.syncNow()
    hub.clock.turn(MINUTE_MS)
    shi.appliance.syncNow()
    return (await line.touch({ card: CARD.nagisa, claim: 'in' })).answer.result === 'in'
  })
  for (const card of [CARD.own, CARD.other]) await line.touch({ card, claim: 'in' })
  hub.clock.turn(HOUR_MS)
  for (const card of Object.values(CARD)) await line.touch({ card, claim: 'out' })
  await shi.signInAgain(administrator)
  expect((await own.send('/sign-in/worker', { code: 'W001', pin: '864209' })).status).toBe(200)
  director = await shi.staff(administrator, 'director', ['director', 'front_desk', 'it', 'childcare', 'administrator'])
  const sessionOf = async (of: string) =>
    (await director.ask(`/sessions?from=2026-11-20&to=2026-11-20&worker=${of}`)).body.sessions[0]
  nagisaSession = (await sessionOf(worker.nagisa)).session
  otherSession = (await sessionOf(worker.other)).session
  const wish = { day: '2026-11-20', start: '9:10', end: '9:50', reason: 'other' }
  const asked = await administrator.send('/corrections', { ...wish, worker: worker.other, sessions: [otherSession] })
  otherCorrection = asked.body.correction
  const foreign = await administrator.send('/corrections', {
    ...wish,
    worker: worker.nagisa,
    sessions: [nagisaSession],
  })
  nagisaCorrection = foreign.body.correction
  expect([otherCorrection, nagisaCorrection].every((id) => typeof id === 'string')).toBe(true)
}, 60_000)
afterAll(async () => {
  for (const one of [shi, ito, hub]) await one?.[Symbol.asyncDispose]()
})

/** Last entry of Shiojiri's own journal; what comes down from the hub meanwhile does not count. */
async function entries(): Promise<number> {
  for await (const lines of shi.appliance.journalExport()) {
    const [header = ''] = lines.toString('utf8').split('\n')
    return (JSON.parse(header) as { stream: { head: { seq: number } } }).stream.head.seq
  }
  return 0
}

describe('a director of Shiojiri with every role', () => {
  const sheet = { name: '書きかえ', kana: '', callName: '' }
  const shown = { day: '2026-11-20', startedAt: 1, endedAt: 2 }
  test.each([
    ['her sheet', '/workers/change', () => ({ worker: worker.nagisa, ...sheet })],
    ['whether she is active', '/workers/deactivate', () => ({ worker: worker.nagisa })],
    ['whether she is active again', '/workers/activate', () => ({ worker: worker.nagisa })],
    ['her PIN', '/pin/reset', () => ({ worker: worker.nagisa })],
    ['her cards', '/cards/enrol-number', () => ({ worker: worker.nagisa, card: '04AAAAAAAAAAAA' })],
    ['her assignments', '/work/assign', () => ({ worker: worker.nagisa, package: `k_${'0'.repeat(20)}` })],
    [
      'approvals of her time',
      '/work/approve',
      () => ({ worker: worker.nagisa, day: '2026-11-20', session: nagisaSession }),
    ],
    [
      'approvals taken back',
      '/work/unapprove',
      () => ({ worker: worker.nagisa, day: '2026-11-20', session: nagisaSession }),
    ],
    ['her flagged time', '/sessions/confirm', () => ({ worker: worker.nagisa, session: nagisaSession, ...shown })],
    ['corrections granted', '/corrections/approve', () => ({ correction: nagisaCorrection })],
    ['corrections rejected', '/corrections/reject', () => ({ correction: nagisaCorrection })],
    ['corrections reverted', '/corrections/revert', () => ({ correction: nagisaCorrection })],
  ])('decides nothing about a worker of Itoigawa: %s', async (_what, path, input) => {
    const before = await entries()
    const answer = await director.send(path, input())
    expect(['not_allowed', 'worker_unknown', 'not_payable', 'malformed']).toContain(answer.body.code)
    if (answer.body.code === 'malformed') expect(path).toBe('/work/assign')
    expect([403, 404, 409, 400]).toContain(answer.status)
    expect(answer.body.ja).toMatch(/[ぁ-ん]/)
    expect(answer.body.en).toMatch(/[A-Za-z]/)
    expect(await entries()).toBe(before)
  })

  test('sees of her what a neighbour needs: code and time here, no name and no PIN', async () => {
    const { body } = await director.ask(`/worker?worker=${worker.nagisa}`)
    expect(body.person).toMatchObject({ code: 'ITO-W001', name: '', own: false })
    expect(JSON.stringify(body)).not.toContain('試験')
    expect(body.cards.map(({ card }: { card: string }) => card)).toEqual([nagisaCard])
  })

  test('approves a month without touching her time', async () => {
    const report = await director.send('/work/approve-month', { month: '2026-11' })
    expect(report.status).toBe(200)
    const approved = (await director.ask('/work/approvals?month=2026-11')).body
    expect(JSON.stringify(approved)).not.toContain('ITO-W001')
  })
})

describe('a worker', () => {
  test('cannot reach into another’s time by an identifier', async () => {
    const before = await entries()
    const theirs = [
      ['/my/corrections/withdraw', { correction: otherCorrection }],
      [
        '/my/corrections',
        { day: '2026-11-20', sessions: [otherSession], start: '9:00', end: '10:00', reason: 'other' },
      ],
      ['/my/work/choose', { day: '2026-11-20', session: otherSession, assignment: `a_${'0'.repeat(20)}` }],
      ['/my/corrections', { worker: worker.other, day: '2026-11-20', sessions: [otherSession], reason: 'other' }],
      ['/pin/change', { worker: worker.other, current: '864209', next: '975310' }],
    ] as const
    for (const [path, input] of theirs) {
      const answer = await own.send(path, input)
      expect([path, answer.body.code]).toEqual([
        path,
        expect.stringMatching(/^(not_found|correction_stale|malformed)$/),
      ])
    }
    expect(await entries()).toBe(before)
  })

  test('reads her own record whatever she asks for', async () => {
    for (const path of [`/my/day?worker=${worker.other}`, `/my/evidence?day=2026-11-20&worker=${worker.other}`]) {
      const { status, body } = await own.ask(path)
      expect(status).toBe(200)
      expect(JSON.stringify(body)).not.toContain(worker.other)
      expect(JSON.stringify(body)).not.toContain(worker.nagisa)
    }
    for (const path of [
      `/worker?worker=${worker.own}`,
      '/workers',
      '/today',
      `/day?worker=${worker.own}&day=2026-11-20`,
    ])
      expect((await own.ask(path)).status).toBe(401)
  })
})
