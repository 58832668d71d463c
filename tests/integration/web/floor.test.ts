import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, startSample, Visitor } from './sample-program.ts'

let sample: Awaited<ReturnType<typeof startSample>>
beforeAll(async () => {
  sample = await startSample()
})
afterAll(() => sample[Symbol.asyncDispose]())

const desk = () => new Visitor(sample.url).signIn('desk', 'a long enough password')
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

describe('commands over JSON', () => {
  it('refuses a command without an idempotency key', async () => {
    const visitor = await desk()
    const answer = await visitor.post('/api/v1/notes', { text: 'x' }, { 'idempotency-key': '' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await answer.json()) as Record<string, string>
    expect(problem.code).toBe('idempotency_key_missing')
    expect(problem.ja).toMatch(/操作番号/)
    expect(problem.en).toMatch(/Idempotency-Key/)
  })

  it('answers the same key and body with the stored answer and runs once', async () => {
    const visitor = await desk()
    const headers = { 'idempotency-key': newKey() }
    const before = sample.notes.length
    const first = await visitor.post('/api/v1/notes', { text: 'once', stars: 1 }, headers)
    const again = await visitor.post('/api/v1/notes', { stars: 1, text: 'once' }, headers)
    expect(await again.json()).toEqual(await first.json())
    expect(sample.notes.length).toBe(before + 1)
  })

  it('runs once when the same request arrives twice at the same moment', async () => {
    const visitor = await desk()
    const headers = { 'idempotency-key': newKey() }
    const before = sample.notes.length
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => visitor.post('/api/v1/notes', { text: 'storm' }, headers)),
    )
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(bodies).size).toBe(1)
    expect(sample.notes.length).toBe(before + 1)
  })

  it('refuses the same key with another body', async () => {
    const visitor = await desk()
    const headers = { 'idempotency-key': newKey() }
    await visitor.post('/api/v1/notes', { text: 'a' }, headers)
    const other = await visitor.post('/api/v1/notes', { text: 'b' }, headers)
    expect(other.status).toBe(422)
    expect(await codeOf(other)).toBe('idempotency_key_reused')
  })

  it('says which field is wrong and refuses fields it does not know', async () => {
    const visitor = await desk()
    const answer = await visitor.post('/api/v1/notes', { text: '', isAdministrator: true })
    expect(answer.status).toBe(400)
    const { errors } = (await answer.json()) as { errors: { path: string }[] }
    expect(errors.map(({ path }) => path).sort()).toEqual(['isAdministrator', 'text'])
  })

  it('keeps inside knowledge inside when a handler fails', async () => {
    const visitor = await desk()
    const answer = await visitor.post('/api/v1/notes', { text: 'broken' })
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secret inside')
  })
})

describe('hostile requests', () => {
  it('refuses a form and a command sent from another site', async () => {
    const visitor = await desk()
    const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    for (const [path, body] of [
      ['/api/v1/notes', { text: 'x' }],
      ['/do/notes.add', `_key=${newKey()}&text=x`],
    ] as const) {
      const answer = await visitor.post(path, body, foreign)
      expect(answer.status).toBe(403)
      expect(await codeOf(answer)).toBe('foreign_origin')
    }
    expect((await visitor.post('/do/notes.add', 'x', { origin: 'null' })).status).toBe(403)
    expect((await visitor.post('/do/notes.add', 'x', { 'sec-fetch-site': 'same-site' })).status).toBe(403)
  })

  it('does not take a command in a content type that needs no preflight', async () => {
    const visitor = await desk()
    const answer = await visitor.post('/api/v1/notes', { text: 'x' }, { 'content-type': 'text/plain' })
    expect(answer.status).toBe(400)
  })

  it('refuses bodies over the limit and malformed JSON', async () => {
    const visitor = await desk()
    expect((await visitor.post('/api/v1/notes', { text: 'x'.repeat(40_000) })).status).toBe(413)
    const broken = await fetch(`${sample.url}/api/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': newKey() },
      body: '{"text":',
    })
    expect(broken.status).toBe(400)
    expect(await broken.text()).not.toMatch(/node_modules|SyntaxError/)
  })

  it('refuses keys that could reach a prototype', async () => {
    const visitor = await desk()
    for (const body of [
      '{"text":"x","__proto__":{"polluted":1}}',
      '{"text":"x","a":{"constructor":{"prototype":1}}}',
    ]) {
      const answer = await fetch(`${sample.url}/api/v1/notes`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': newKey(),
          cookie: [...visitor.cookies].map((pair) => pair.join('=')).join(';'),
        },
        body,
      })
      expect(answer.status).toBe(400)
    }
    expect((await visitor.get('/api/v1/notes?__proto__=1')).status).toBe(400)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('leaves nothing outside by path tricks and no file but its own', async () => {
    for (const path of ['/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/secrets.db', '/assets/x%00.css', '/%E0%A4%A'])
      expect([400, 404]).toContain((await fetch(`${sample.url}${path}`)).status)
  })

  it('never sends people to another host after a form', async () => {
    const visitor = await desk()
    for (const back of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/\t/evil.example']) {
      const answer = await visitor.form('notes.add', { text: 'ok', _back: back })
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe('/')
    }
  })

  it('renders a hostile name inert', async () => {
    const visitor = await desk()
    const text = `<img src=x onerror=alert(1)>"'\`{{constructor}}`
    await visitor.form('notes.add', { text, _back: '/' })
    const html = await (await visitor.get('/')).text()
    expect(html).not.toContain('<img src=x')
    expect(html).toContain('&lt;img src&#61;x onerror&#61;alert(1)&gt;')
    expect(html).toContain('{{constructor}}')
  })
})

describe('forms', () => {
  it('says once that it is done and goes back', async () => {
    const visitor = await desk()
    const answer = await visitor.form('notes.add', { text: 'from a form', _back: '/?x=1' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/?x=1')
    expect(await (await visitor.get('/')).text()).toContain('メモを残しました。')
    expect(await (await visitor.get('/')).text()).not.toContain('メモを残しました。')
  })

  it('brings the refusal to the top of the page it came from', async () => {
    const visitor = await desk()
    await visitor.form('notes.add', { text: 'taken', _back: '/' })
    const html = await (await visitor.get('/')).text()
    expect(html).toContain('id="summary"')
    expect(html).toContain('card_taken')
    expect(html).toContain('<title>エラー: ')
  })

  it('fills the next address from the answer', async () => {
    const visitor = await desk()
    const answer = await visitor.form('notes.add', { text: 'next', _next: '/notes/{id}' })
    expect(answer.headers.get('location')).toMatch(/^\/notes\/n\d+$/)
  })
})

describe('who may', () => {
  it('lets exactly the named people through every door', async () => {
    const people = {
      nobody: new Visitor(sample.url),
      desk: await desk(),
      boss: await new Visitor(sample.url).signIn('boss', 'another long password'),
      worker: await new Visitor(sample.url).enter('W001', '493817'),
    }
    const may = (access: unknown, who: keyof typeof people) => {
      if (access === 'anyone') return true
      if (access === 'staff') return who === 'desk' || who === 'boss'
      if (access === 'worker') return who === 'worker'
      return Array.isArray(access) && access.includes({ desk: 'front_desk', boss: 'administrator' }[who as 'desk'])
    }
    expect(sample.floor.table.length).toBeGreaterThan(15)
    for (const line of sample.floor.table) {
      if (line.name.includes('sign-')) continue
      for (const [who, visitor] of Object.entries(people) as [keyof typeof people, Visitor][]) {
        const allowed = may(line.access, who)
        const title = `${line.method} ${line.path} as ${who}`
        if (line.kind === 'form') {
          const answer = await visitor.post(line.path, `_key=${newKey()}&text=x&_back=/sign-in`)
          expect(answer.status, title).toBe(303)
          const html = await (await visitor.get('/sign-in')).text()
          expect(/sign_in_required|not_allowed/.test(html), title).toBe(!allowed)
          continue
        }
        const answer = line.method === 'GET' ? await visitor.get(line.path) : await visitor.post(line.path, {})
        const status = answer.status
        if (allowed) expect([200, 400], title).toContain(status)
        else expect(line.kind === 'page' || line.kind === 'download' ? [303, 403] : [401, 403], title).toContain(status)
      }
    }
  })

  it('sends a worker with her first PIN to change it, and nowhere else', async () => {
    const visitor = await new Visitor(sample.url).enter('W002', '493817')
    expect((await visitor.get('/my')).headers.get('location')).toBe('/my/pin?next=%2Fmy')
    expect((await visitor.get('/my/pin')).status).toBe(200)
    expect(await codeOf(await visitor.post('/api/v1/own/touch', {}))).toBe('pin_change_required')
    expect((await visitor.post('/api/v1/own/pin', {})).status).toBe(200)
  })

  it('takes a role away at once', async () => {
    const visitor = await desk()
    const actor = [...sample.memory.actors].find(([, { kind }]) => kind === 'staff')
    if (actor === undefined || actor[1].kind !== 'staff') throw new Error('no staff')
    sample.memory.actors.set(actor[0], { ...actor[1], roles: ['it'] })
    expect((await visitor.post('/api/v1/notes', { text: 'x' })).status).toBe(403)
    sample.memory.actors.set(actor[0], actor[1])
    expect((await visitor.post('/api/v1/notes', { text: 'x' })).status).toBe(200)
  })

  it('gives a new session at sign-in and forgets it at sign-out', async () => {
    const visitor = await desk()
    const planted = visitor.cookies.get('sid')
    await visitor.signIn('desk', 'a long enough password')
    expect(visitor.cookies.get('sid')).not.toBe(planted)
    expect(sample.memory.sessions.has(planted ?? '')).toBe(false)
    await visitor.post('/api/v1/sign-out', {})
    expect(visitor.cookies.has('sid')).toBe(false)
  })

  it('makes guessing slow for one account from one place and leaves the desk open for others', async () => {
    const visitor = new Visitor(sample.url)
    const statuses: number[] = []
    for (let n = 0; n < 8; n += 1)
      statuses.push((await visitor.post('/api/v1/sign-in/staff', { login: 'boss', password: `wrong${n}` })).status)
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(statuses.slice(5)).toEqual([429, 429, 429])
    expect((await desk()).cookies.has('sid')).toBe(true)
  })
})

describe('answers', () => {
  it('carries a policy that loads nothing from elsewhere and breaks no plain LAN', async () => {
    const answer = await fetch(`${sample.url}/sign-in`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toMatch(/unsafe|upgrade-insecure|https:/)
    expect(answer.headers.get('strict-transport-security')).toBeNull()
    expect(answer.headers.get('x-powered-by')).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('sets the session cookie for this program only, out of reach of scripts', async () => {
    const answer = await new Visitor(sample.url).post('/api/v1/sign-in/staff', {
      login: 'desk',
      password: 'a long enough password',
    })
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  })

  it('tells an unknown address and a wrong method apart', async () => {
    expect((await fetch(`${sample.url}/nowhere`)).status).toBe(404)
    expect((await fetch(`${sample.url}/api/v1/nowhere`)).headers.get('content-type')).toContain('problem+json')
    expect((await fetch(`${sample.url}/api/v1/notes`, { method: 'DELETE' })).status).toBe(405)
    expect((await fetch(`${sample.url}/sign-in`, { method: 'PUT' })).status).toBe(405)
  })

  it('serves assets by content hash for ever', async () => {
    const html = await (await fetch(`${sample.url}/sign-in`)).text()
    const sheets = [...html.matchAll(/href="(\/assets\/[^"]+\.css)"/g)].map(([, path]) => path)
    expect(sheets.length).toBe(2)
    for (const sheet of sheets) {
      const answer = await fetch(`${sample.url}${sheet}`)
      expect(answer.headers.get('cache-control')).toContain('immutable')
      const font = /url\((?:"|')?\.\/([^)'"]+\.woff2)/.exec(await answer.text())?.[1]
      if (font === undefined) continue
      expect((await fetch(`${sample.url}/assets/${font}`)).headers.get('content-type')).toBe('font/woff2')
    }
  })

  it('remembers the chosen language and cleans the address', async () => {
    const visitor = new Visitor(sample.url)
    const answer = await visitor.get('/sign-in?lang=en&next=%2F')
    expect(answer.headers.get('location')).toBe('/sign-in?next=%2F')
    expect(await (await visitor.get('/sign-in')).text()).toContain('<html lang="en"')
  })

  it('is up, and counts what it did', async () => {
    expect(await (await fetch(`${sample.url}/healthz`)).json()).toEqual({ status: 'up', health: 'ok' })
    const metrics = await (await fetch(`${sample.url}/metrics`)).text()
    expect(metrics).toMatch(/^# TYPE kado_http_requests_total counter$/m)
    expect(metrics).toMatch(/kado_refusals_total\{code="foreign_origin"\} \d+/)
  })

  it('describes itself as OpenAPI 3.1', async () => {
    const api = (await (await fetch(`${sample.url}/api/v1/openapi.json`)).json()) as {
      openapi: string
      paths: Record<string, Record<string, { operationId: string; parameters: object[]; requestBody?: unknown }>>
    }
    expect(api.openapi).toBe('3.1.0')
    expect(api.paths['/notes']?.post?.operationId).toBe('notes.add')
    expect(JSON.stringify(api.paths['/notes']?.post?.requestBody)).toContain('"additionalProperties":false')
    expect(api.paths['/notes']?.get?.parameters).toHaveLength(1)
    const ids = Object.values(api.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    expect(new Set(ids).size).toBe(ids.length)
  })
})
