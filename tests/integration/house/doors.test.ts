import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusals } from '../../../central-sync/protocol/refusal.ts'
import { refusalAnswer } from '../../support/answer-shapes.ts'
import { type Answered, AttackedHouse, type Caller, expectDone } from '../../support/attacked-house.ts'

let house: AttackedHouse
let administrator: Caller
let hub: Caller

beforeAll(async () => {
  house = await AttackedHouse.open()
  administrator = await house.claimed()
  hub = await house.hubAdministrator()
})
afterAll(() => house?.[Symbol.asyncDispose]())

/** A refusal as the outside sees it: a stable code with its status, and a sentence in both languages. */
function expectProblem(answer: Answered, code: string): void {
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.body).toMatchObject({ code, type: `urn:kado:refusal:${code}` })
  const text = refusals.get(code as never)
  expect(answer.status).toBe(text?.status)
  const { ja, en } = answer.as(refusalAnswer)
  expect(ja).toContain(text?.ja)
  expect(en).toContain(text?.en)
}

const worker = (code: string) => ({ code, name: '試験 いち', kana: 'しけん', callName: '' })

describe('a request from another site', () => {
  test.each([
    ['by its Origin', { origin: 'https://evil.example' }],
    ['by an Origin of nobody', { origin: 'null' }],
    ['by the same machine under another name', { origin: 'http://localhost:1' }],
    ['by what the browser says of it', { 'sec-fetch-site': 'cross-site' }],
    ['by what the browser says of a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused, %s, as command and as form, at the centre and at the hub', async (_how, headers) => {
    const before = await house.state()
    expectProblem(await administrator.command('/workers', worker('X1'), headers), 'foreign_origin')
    expectProblem(await administrator.form('workers.register', worker('X1'), headers), 'foreign_origin')
    expectProblem(await hub.command('/clients', { name: 'X' }, headers), 'foreign_origin')
    expectProblem(await hub.form('clients.register', { name: 'X' }, headers), 'foreign_origin')
    expect(await house.state()).toEqual(before)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    '',
  ])('a command in the type %s, which needs no preflight, is not a command', async (type) => {
    const before = await house.state()
    const answer = await administrator.command('/workers', worker('X2'), { 'content-type': type })
    expectProblem(answer, 'malformed')
    expect(await house.state()).toEqual(before)
  })

  test('the kiosk’s page takes presses only from its own page', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${house.url}/kiosk/do`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ do: 'sound', volume: 0, quiet: true }),
      })
    expect((await post({})).status).toBe(403)
    const page = await (await fetch(`${house.url}/kiosk/`)).text()
    const token = /name="kado-page" content="([A-Za-z0-9_-]{32})"/.exec(page)?.[1] ?? ''
    expect(token).toHaveLength(32)
    expect((await post({ 'x-kado-page': token, origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({ 'x-kado-page': token })).status).toBe(204)
    expect((await fetch(`${house.url}/kiosk/events?token=wrong`)).status).toBe(403)
  })
})

describe('a body that is no input', () => {
  test.each([
    ['nothing', ''],
    ['half an object', '{"code":"X3"'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['bytes that are no text', '\u0000\u0001'],
    ['nesting without end', `{"code":${'['.repeat(9_000)}${']'.repeat(9_000)}}`],
    ['an extra field', JSON.stringify({ ...worker('X3'), roles: ['administrator'] })],
    ['the prototype', '{"__proto__":{"polluted":1},"code":"X3","name":"a","kana":"","callName":""}'],
    ['the constructor', '{"constructor":{"prototype":{"polluted":1}},"code":"X3","name":"a","kana":"","callName":""}'],
    ['a list for a text', JSON.stringify({ ...worker('X3'), name: ['a'] })],
    ['an object for a text', JSON.stringify({ ...worker('X3'), name: { $ne: 1 } })],
  ])('%s is refused and changes nothing', async (_what, text) => {
    const before = await house.state()
    expectProblem(await administrator.command('/workers', text), 'malformed')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(await house.state()).toEqual(before)
  })

  test.each([
    ['command', '/api/v1/workers', 'application/json', `{"x":"${'y'.repeat(40_000)}"}`],
    ['form', '/do/workers.register', 'application/x-www-form-urlencoded', `x=${'y'.repeat(40_000)}`],
    ['enrolment', '/enrol/v1/hello', 'application/json', `{"x":"${'y'.repeat(40_000)}"}`],
  ])('a %s that is too large is refused by name', async (kind, path, type, body) => {
    const answer = await administrator.fetch(path, {
      method: 'POST',
      headers: { 'content-type': type, 'idempotency-key': 'k'.repeat(20) },
      body,
    })
    if (kind === 'form') {
      expect(answer.status).toBe(413)
      expect(answer.text).toContain(refusals.get('too_large')?.ja)
    } else expectProblem(answer, 'too_large')
  })

  test('a form of nine hundred fields, or with fields that reach a prototype, comes back refused', async () => {
    const before = await house.state()
    const many = Object.fromEntries(Array.from({ length: 900 }, (_none, index) => [`f${index}`, 'x']))
    for (const fields of [
      many,
      { '__proto__.polluted': '1' },
      { 'constructor.prototype.polluted': '1' },
      { 'a[99999]': '1' },
    ]) {
      const answer = await administrator.form('workers.register', { ...fields, _back: '/people/new' })
      const back = answer.headers.get('location') ?? ''
      expect([answer.status, back]).toEqual([303, fields === many ? '/' : '/people/new'])
      const page = await administrator.fetch(back)
      expect(page.text).toContain(refusals.get('malformed')?.ja)
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(await house.state()).toEqual(before)
  })

  test('a form leads nobody to another site', async () => {
    for (const back of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/%5cevil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '/..//evil.example',
    ]) {
      const answer = await administrator.form('password.change', { current: 'x', next: 'y', _back: back, _next: back })
      const target = new URL(answer.headers.get('location') ?? '', house.url)
      expect([back, target.origin]).toEqual([back, house.url])
    }
  })

  test('queries with odd parameters are answered or refused, never broken', async () => {
    const odd = [
      'q[]=1',
      'q=1&q=2',
      '__proto__=1',
      'q[__proto__]=1',
      'q=%00',
      'q=%ff',
      'q=%E0%A4%A',
      `q=${'x'.repeat(5_000)}`,
      'month=2026-13',
      'worker=../x',
      'worker=w_%27%20OR%201=1--',
      'day=9999-99-99',
      'from=2026-01-01&to=0000-00-00',
    ]
    for (const caller of [administrator, hub]) {
      for (const path of [
        '/workers',
        '/worker',
        '/sessions',
        '/day',
        '/corrections',
        '/work/approvals',
        '/centres',
        '/statements',
        '/statements/explain',
        '/work/progress',
      ]) {
        for (const parameters of odd) {
          const { status } = await caller.query(`${path}?${parameters}`)
          expect([path, parameters, status < 500]).toEqual([path, parameters, true])
        }
      }
    }
  })
})

describe('paths', () => {
  test.each([
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/....//package.json',
    '/assets/%00',
    '/assets/a%00.css',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/assets/%c0%ae%c0%ae/etc/passwd',
    '/kiosk/assets/..%2f..%2fpackage.json',
    '/hub/assets/..%5c..%5cpackage.json',
    '/.git/config',
    '/data/centre/secrets.db',
    '/%',
    '/people/%ff',
    '/people/..%2f..%2fsecrets',
  ])('%s gives away nothing', async (path) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(house.port, '127.0.0.1', () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${house.port}\r\nconnection: close\r\ncookie: ${administrator.cookie}\r\n\r\n`,
        ),
      )
      let text = ''
      socket.on('data', (part: Buffer) => {
        text += part.toString('utf8')
      })
      socket.on('close', () => resolve(text))
      socket.on('error', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404|303) /)
    expect(answer).not.toContain('"dependencies"')
    expect(answer).not.toContain('root:')
    expect(answer).not.toContain('SQLite format')
    expect(answer).not.toMatch(/at .*\.ts:\d+/)
  })

  test('other methods on known paths are refused by name, and TRACE is no method', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expectProblem(await administrator.fetch('/api/v1/workers', { method }), 'method_not_allowed')
      expectProblem(await hub.fetch('/api/v1/clients', { method }), 'method_not_allowed')
    }
    expectProblem(await administrator.query('/nowhere'), 'not_found')
    expectProblem(await hub.query('/nowhere'), 'not_found')
  })
})

describe('two hundred clients that never finish', () => {
  const open: Socket[] = []
  afterAll(() => {
    for (const socket of open) socket.destroy()
  })

  test('hold up nobody, and are let go of although they hold on', async () => {
    let gone = 0
    const kinds = [
      `GET / HTTP/1.1\r\nhost: 127.0.0.1:${house.port}\r\nx-slow: `,
      `POST /api/v1/sign-in/staff HTTP/1.1\r\nhost: 127.0.0.1:${house.port}\r\ncontent-type: application/json\r\ncontent-length: 100\r\nx: `,
    ]
    for (let index = 0; index < 200; index += 1) {
      const socket = connect({ port: house.port, host: '127.0.0.1', allowHalfOpen: true })
      open.push(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        gone += 1
      })
      socket.resume()
      socket.write(kinds[index % kinds.length] ?? '')
    }
    const drip = setInterval(() => {
      for (const socket of open) if (socket.writable) socket.write('x')
    }, 400)
    const took: number[] = []
    for (let round = 0; round < 21; round += 1) {
      const began = performance.now()
      expect((await fetch(`${house.url}/healthz`)).status).toBe(200)
      took.push(performance.now() - began)
    }
    // The middle one: a machine that pauses once holds up one of them, clients that hold up others hold up all.
    expect(took.sort((a, b) => a - b)[10]).toBeLessThan(1_000)
    for (let waited = 0; gone < 200 && waited < 12_000; waited += 100)
      await new Promise((resolve) => setTimeout(resolve, 100))
    clearInterval(drip)
    expect(gone).toBe(200)
    expectDone(await administrator.query('/today'))
  })
})
