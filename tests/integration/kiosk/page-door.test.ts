import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssignmentId } from '../../../central-sync/protocol/identifier.ts'
import { businessDayOf, HOUR_MS, systemClock } from '../../../central-sync/protocol/time.ts'
import { type Listening, listen } from '../../../central-sync/web/listener.ts'
import type { KioskEvent } from '../../../kiosk/check-in/kiosk-event.ts'
import { type KioskBench, openKioskBench, people } from '../../support/kiosk-bench.ts'
import { until } from '../../support/until.ts'

let bench: KioskBench
let server: Listening
const assignment = 'a_0123456789abcdefghjk' as AssignmentId
const yesterday = systemClock.now() - 20 * HOUR_MS

beforeEach(async () => {
  bench = await openKioskBench({
    answer: (_record, bare) => ({
      ...bare,
      assignments: [{ assignment, title: '画像アノテーション' }],
      question: {
        day: businessDayOf(yesterday),
        start: yesterday,
        place: '塩尻',
        base: 'v1',
        taps: [],
        suggestion: yesterday + HOUR_MS,
      },
    }),
    pin: (code, pin) =>
      code === 'W001' && pin === '2468'
        ? { ok: true, worker: people.hana.row.worker, callName: 'はな' }
        : { ok: false, code: 'sign_in_failed' },
  })
  server = await listen({ '/kiosk': { routes: bench.kiosk.routes, upgrades: [] } }, { port: 0 })
  await until('connected', () => bench.kiosk.online && bench.appliance.frames.some(({ t }) => t === 'roster'))
  await new Promise((resolve) => setTimeout(resolve, 50))
})

afterEach(async () => {
  await bench[Symbol.asyncDispose]()
  await server.close(100)
})

async function token(): Promise<string> {
  const html = await (await fetch(`${server.url}/kiosk/`)).text()
  return /name="kado-page" content="([\w-]+)"/.exec(html)?.[1] ?? ''
}

async function act(action: object, headers: Record<string, string> = {}) {
  const own = { 'content-type': 'application/json', 'x-kado-page': await token() }
  const response = await fetch(`${server.url}/kiosk/do`, {
    method: 'POST',
    headers: { ...own, ...headers },
    body: JSON.stringify(action),
  })
  const text = await response.text()
  return { status: response.status, code: text === '' ? undefined : (JSON.parse(text) as { code?: string }).code }
}

/** The page's events from now on. */
async function hearing(): Promise<KioskEvent[]> {
  const events: KioskEvent[] = []
  const response = await fetch(`${server.url}/kiosk/events?token=${await token()}`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const pump = async () => {
    for (let text = ''; ; ) {
      const part = await reader?.read().catch(() => undefined)
      if (part === undefined || part.done) return
      text += part.value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) events.push(JSON.parse(block.replace(/^(?:retry: \d+\n)?data: /, '')) as KioskEvent)
    }
  }
  void pump()
  await until('the page is connected', () => events.length > 0)
  return events
}

async function tapped() {
  bench.reader.touch(people.hana.hex)
  await until('acknowledged', () => bench.lines.some(({ state }) => state === 'acknowledged'))
  return bench.lines[0]?.tap ?? ''
}

describe('the page of the kiosk', () => {
  it('is served whole, with its words and its assets, to this machine', async () => {
    const response = await fetch(`${server.url}/kiosk`)
    const html = await response.text()
    expect(response.url).toBe(`${server.url}/kiosk/`)
    expect(html).toContain('タッチしてください')
    for (const [, path] of html.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)) {
      expect((await fetch(`${server.url}/kiosk/${path}`)).status).toBe(200)
    }
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('is refused under another name, as a re-pointed site would ask for it', async () => {
    const { request } = await import('node:http')
    const status = await new Promise<number>((resolve, reject) => {
      request(`${server.url}/kiosk/`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
  })

  it('takes presses from its own page only', async () => {
    const id = await tapped()
    expect(await act({ do: 'undo', id }, { 'x-kado-page': 'guessed' })).toEqual({ status: 403, code: 'foreign_origin' })
    expect(await act({ do: 'undo', id }, { origin: 'https://evil.example' })).toEqual({
      status: 403,
      code: 'foreign_origin',
    })
    expect((await fetch(`${server.url}/kiosk/events?token=guessed`)).status).toBe(403)
    expect(await act({ do: 'everything' })).toEqual({ status: 400, code: 'malformed' })
    expect(bench.appliance.records.size).toBe(1)
  })

  it('hears of a tap: read, kept, answered; and never gets a worker id', async () => {
    const events = await hearing()
    await tapped()
    await until('answered', () => events.some(({ t }) => t === 'answered'))
    expect(events.map(({ t }) => t).filter((t) => ['reading', 'kept', 'answered'].includes(t))).toEqual([
      'reading',
      'kept',
      'answered',
    ])
    expect(JSON.stringify(events)).not.toContain(people.hana.row.worker)
  })
})

describe('what a person says after her tap', () => {
  it('a switch becomes a redirect of her tap, an undo a void, in the order of the presses', async () => {
    const id = await tapped()
    expect((await act({ do: 'switch', id, claim: 'out' })).status).toBe(204)
    expect((await act({ do: 'undo', id })).status).toBe(204)
    await until('both arrived', () => bench.appliance.records.size === 3)
    const [, redirect, gone] = [...bench.appliance.records.values()]
    expect(redirect).toMatchObject({ t: 'redirect', target: id, claim: 'out' })
    expect(gone).toMatchObject({ t: 'void', target: id })
    expect(await act({ do: 'switch', id, claim: 'in' })).toEqual({ status: 409, code: 'tap_unknown' })
  })

  it('the answer about yesterday becomes a correction request that cites what the appliance named', async () => {
    const id = await tapped()
    expect((await act({ do: 'tell-end', id, end: yesterday + HOUR_MS })).status).toBe(204)
    expect(await act({ do: 'tell-end', id, end: yesterday - 1 })).toEqual({ status: 409, code: 'interval_invalid' })
    await until('it arrived', () => bench.appliance.records.size === 2)
    expect([...bench.appliance.records.values()][1]).toMatchObject({
      t: 'answer',
      tap: id,
      base: 'v1',
      reason: 'forgot_out',
      wanted: [{ start: yesterday, end: yesterday + HOUR_MS, place: '塩尻' }],
    })
  })

  it('only a work the appliance offered can be chosen', async () => {
    const id = await tapped()
    expect((await act({ do: 'choose', id, assignment })).status).toBe(204)
    expect(await act({ do: 'choose', id, assignment: 'a_zzzzzzzzzzzzzzzzzzzz' })).toEqual({
      status: 409,
      code: 'assignment_unknown',
    })
  })
})

describe('the way without a card', () => {
  it('asks the appliance about the PIN and keeps a tap by PIN; the PIN is on no disk', async () => {
    expect((await act({ do: 'without-card', code: 'W001', pin: '2468' })).status).toBe(204)
    await until('it arrived', () => bench.appliance.taps.length === 1)
    expect(bench.appliance.taps[0]?.tap).toMatchObject({
      identified: 'pin',
      worker: people.hana.row.worker,
      digests: [],
    })
    const { readdir, readFile } = await import('node:fs/promises')
    for (const name of await readdir(bench.dir, { recursive: true, withFileTypes: true })) {
      // A file that is being written beside its old one is read under its final name.
      if (!name.isFile() || name.name.endsWith('.new')) continue
      expect(await readFile(`${name.parentPath}/${name.name}`, 'latin1')).not.toContain('2468')
    }
  })

  it('is refused with a wrong PIN and keeps nothing', async () => {
    expect(await act({ do: 'without-card', code: 'W001', pin: '1111' })).toEqual({
      status: 409,
      code: 'sign_in_failed',
    })
    expect(bench.lines).toHaveLength(0)
  })

  it('without the appliance keeps the tap as unverified, for a code the roster knows', async () => {
    const { port } = bench.appliance
    await bench.appliance.close()
    await until('offline', () => !bench.kiosk.online)
    expect((await act({ do: 'without-card', code: 'w002', pin: '9999' })).status).toBe(204)
    expect(await act({ do: 'without-card', code: 'W999', pin: '9999' })).toEqual({
      status: 409,
      code: 'worker_unknown',
    })
    expect(bench.lines).toHaveLength(1)
    await bench.appliance.listen(port)
    await until('it arrived', () => bench.appliance.taps.length === 1)
    expect(bench.appliance.taps[0]?.tap).toMatchObject({
      identified: 'unverified',
      worker: people.minh.row.worker,
      online: false,
    })
  })
})

describe('enrolling a card', () => {
  it('asks for card, away, card and sends only digests', async () => {
    const events = await hearing()
    bench.appliance.send({ t: 'enrol', token: 'tok', greeting: 'はな さん', expires: systemClock.now() + 60_000 })
    await until('asked', () => events.some((event) => event.t === 'enrolment' && event.step === 'first'))
    bench.reader.touch('04AABBCCDDEEFF')
    await until('asked again', () => events.some((event) => event.t === 'enrolment' && event.step === 'second'))
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    bench.reader.touch('04AABBCCDDEEFF')
    await until('done', () => events.some((event) => event.t === 'enrolment-ended' && event.ok))
    const enrolled = bench.appliance.frames.find((frame) => frame.t === 'enrolled')
    expect(enrolled).toMatchObject({ token: 'tok', tail: 'EEFF', digests: [{ k: 0 }] })
    expect(JSON.stringify(bench.appliance.frames)).not.toContain('04AABBCCDDEEFF')
    expect(bench.appliance.taps).toHaveLength(0)
  })
})
