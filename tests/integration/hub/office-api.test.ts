import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { toBase64Url } from '../../../central-sync/protocol/hash.ts'
import { signRequest } from '../../../central-sync/protocol/wire/signed-request.ts'
import type { TestCentre } from '../../support/hub-centre.ts'
import { HubFixture } from '../../support/hub-fixture.ts'

const PASSWORD = 'とても長いことばのかぎ'

let fixture: HubFixture
let admin: string

beforeAll(async () => {
  fixture = await HubFixture.create(Date.parse('2026-11-20T00:00:00Z'))
})
afterAll(() => fixture[Symbol.asyncDispose]())

interface Reply {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly cookie: string
}

async function post(path: string, body: object, cookie = '', key: string | null = randomUUID()): Promise<Reply> {
  const response = await fetch(`${fixture.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...(key !== null && { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  })
  const given = response.headers.getSetCookie().map((text) => text.split(';')[0] ?? '')
  return { status: response.status, json: (await response.json()) as Reply['json'], cookie: given.join('; ') }
}

async function get(path: string, cookie = '') {
  const response = await fetch(`${fixture.url}${path}`, { headers: { cookie }, redirect: 'manual' })
  return { status: response.status, text: await response.text() }
}

async function newMember(login: string, roles: string[]): Promise<string> {
  const { json } = await post('/staff', { login, name: login, roles }, admin)
  return (await post('/sign-in/staff', { login, password: json.password })).cookie
}

describe('the office of the hub over its API', () => {
  it('is claimed once, with the code that was printed', async () => {
    const first = { login: 'honbu', name: '本部 あきら', password: PASSWORD }
    expect((await post('/claim', { ...first, claim: 'AAAA-BBBB-CCCC' })).json.code).toBe('code_unknown')
    const claim = (await fixture.hub.claimCode()) ?? ''
    expect((await post('/claim', { ...first, claim, password: 'aaaaaaaaaaaa' })).json.code).toBe('weak_secret')
    const claimed = await post('/claim', { ...first, claim: claim.toLowerCase() })
    expect(claimed.status).toBe(200)
    admin = claimed.cookie
    expect((await post('/claim', { ...first, claim })).json.code).toBe('already_claimed')
    expect(await fixture.hub.claimCode()).toBeUndefined()
  })

  it('takes a command once for each key', async () => {
    const key = randomUUID()
    const first = await post('/clients', { name: '架空商事' }, admin, key)
    expect(first.status).toBe(200)
    expect((await post('/clients', { name: '架空商事' }, admin, key)).json).toEqual(first.json)
    expect((await post('/clients', { name: 'ほかの会社' }, admin, key)).json.code).toBe('idempotency_key_reused')
    expect((await post('/clients', { name: '　架空商事 ' }, admin)).json.code).toBe('name_taken')
    expect((await post('/clients', { name: 'x' }, admin, null)).status).toBe(400)
    const order = await post('/orders', { client: first.json.client, title: '写真整理' }, admin)
    const work = await post('/packages', { order: order.json.order, title: '第1ロット', kind: '画像' }, admin)
    expect(work.status).toBe(200)
    const rate = { package: work.json.package, yenPerHour: '1061.5', from: '2026-12-01' }
    expect((await post('/rates', rate, admin)).status).toBe(200)
    expect((await post('/rates', { ...rate, yenPerHour: '-1' }, admin)).json.code).toBe('malformed')
    const unknown = { package: 'p_00000000000000000000', site: 's_00000000000000000000', open: true }
    expect((await post('/shares', unknown, admin)).json.code).toBe('package_unknown')
    expect(JSON.parse((await get('/api/v1/packages', admin)).text).items).toMatchObject([
      { title: '第1ロット', rates: [{ milliYenPerHour: 1_061_500, from: '2026-12-01' }] },
    ])
  })

  it('lets each role do its own work only', async () => {
    const [orders, payroll, auditor] = [
      await newMember('orders', ['orders']),
      await newMember('payroll', ['payroll']),
      await newMember('auditor', ['auditor']),
    ]
    const codes = async (path: string, body: object) =>
      Promise.all([orders, payroll, auditor, ''].map(async (cookie) => (await post(path, body, cookie)).json.code))
    expect(await codes('/clients', { name: 'だれか' })).toEqual([
      undefined,
      'not_allowed',
      'not_allowed',
      'sign_in_required',
    ])
    const close = { month: '2026-11' }
    expect(await codes('/payroll/close', close)).toEqual([
      'not_allowed',
      'month_not_over',
      'not_allowed',
      'sign_in_required',
    ])
    const code = { label: '立科' }
    expect(await codes('/centres/codes', code)).toEqual([
      'not_allowed',
      'not_allowed',
      'not_allowed',
      'sign_in_required',
    ])
    const pages = (path: string) =>
      Promise.all([orders, payroll, auditor].map(async (cookie) => (await get(path, cookie)).status))
    expect(await pages('/work')).toEqual([200, 200, 200])
    expect(await pages('/payroll')).toEqual([403, 200, 200])
    expect(await pages('/staff')).toEqual([403, 403, 403])
    expect(await pages('/downloads/journal.ndjson')).toEqual([403, 403, 200])
  })

  it('closes nothing before its time and verifies itself', async () => {
    expect((await post('/payroll/close', { month: '2026-10', typed: '2026-09' }, admin)).json.code).toBe('malformed')
    expect((await post('/payroll/close', { month: '2026-10', typed: '２０２６-10' }, admin)).json).toMatchObject({
      statements: 0,
    })
    expect((await post('/payroll/close', { month: '2026-10' }, admin)).json.code).toBe('month_closed')
    expect((await post('/journal/verify', {}, admin)).json).toMatchObject({ ok: true, problems: [] })
    expect((await get('/downloads/statements.csv?month=2026-10', admin)).text).toContain('statement,worker_code,line')
    expect((await get('/downloads/statements.csv?month=2026-09', admin)).status).toBe(409)
  })

  it('describes every command and query', async () => {
    const { paths } = JSON.parse((await get('/api/v1/openapi.json')).text) as { paths: Record<string, object> }
    for (const path of [
      '/clients',
      '/orders',
      '/packages',
      '/rates',
      '/shares',
      '/assignments',
      '/payroll/close',
      '/centres',
    ])
      expect(Object.keys(paths).some((key) => key.endsWith(path))).toBe(true)
  })

  it('keeps an administrator, and nobody changes her own roles', async () => {
    const { items } = { items: await fixture.hub.journal.read.all<{ staff: string }>('SELECT staff FROM staff') }
    expect(items.length).toBe(4)
    const [me] = (await fixture.hub.journal.read.all<{ staff: string }>(
      "SELECT staff FROM staff WHERE roles LIKE '%administrator%'",
    )) as [{ staff: string }]
    const change = { staff: me.staff, roles: ['auditor'], active: true }
    expect((await post('/staff/change', change, admin)).json.code).toBe('deciding_about_oneself')
    expect((await post('/staff', { login: 'HONBU', name: 'x', roles: ['orders'] }, admin)).json.code).toBe(
      'login_taken',
    )
    const wrong = await post('/sign-in/staff', { login: 'honbu', password: 'ちがうことば' })
    expect([wrong.status, wrong.json.code]).toEqual([401, 'sign_in_failed'])
  })
})

describe('hints', () => {
  function listen(centre: TestCentre, identity = centre.secrets.identity): WebSocket {
    const url = `${fixture.url}/sync/v1/hints/${centre.site}`
    const target = new URL(url).pathname
    const nonce = toBase64Url(Buffer.from(randomUUID()))
    const signature = signRequest(
      { method: 'GET', target, body: Buffer.alloc(0) },
      centre.site,
      identity.signing,
      fixture.clock.now(),
      nonce,
    )
    return new WebSocket(url.replace('http', 'ws'), { headers: { 'kado-signature': signature } })
  }

  it('tell a listening centre that something waits, and nobody else', async () => {
    const [tat, azu] = [await fixture.centre('TAT'), await fixture.centre('AZU')]
    const socket = listen(tat)
    const heard: number[] = []
    const arrived = (atLeast: number) =>
      new Promise<void>((resolve) => {
        socket.on('message', (bytes) => {
          const hint = JSON.parse(String(bytes)) as { t: string; head: number }
          heard.push(hint.head)
          if (hint.head >= atLeast) resolve()
        })
      })
    await arrived(1)
    const before = heard.at(-1) ?? 0
    const more = arrived(before + 1)
    await azu.register('W001', '山 つばさ')
    await azu.push()
    await more
    expect(await tat.pull()).toContain('worker.registered')
    socket.close()

    const stranger = listen(tat, azu.secrets.identity)
    await expect(new Promise((resolve, reject) => stranger.on('open', resolve).on('error', reject))).rejects.toThrow(
      '403',
    )
  })
})
