import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64Url } from '../../../central-sync/protocol/hash.ts'
import { isRefusal, type RefusalCode, refusals, refuse } from '../../../central-sync/protocol/refusal.ts'
import { type Identity, newIdentity, signBytes } from '../../../central-sync/protocol/signing-key.ts'
import { HOUR_MS, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import {
  type EnrolHello,
  type EnrolOffer,
  parseEnrolmentCode,
  proveKnowledge,
  stretchSecret,
  transcript,
} from '../../../central-sync/protocol/wire/enrolment.ts'
import { signRequest } from '../../../central-sync/protocol/wire/signed-request.ts'
import { enrol } from '../../../central-sync/web/enrolment-client.ts'
import { refusalAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, type Caller } from '../../support/attacked-house.ts'

let house: AttackedHouse
let caller: Caller
/** A centre of the attacker's own, lawfully admitted. */
let site = ''
let identity: Identity

beforeAll(async () => {
  house = await AttackedHouse.open()
  await house.claimed()
  caller = house.hub()
  const { code } = (await house.house.hub?.newCentreCode('糸魚川')) ?? { code: '' }
  site = `s_${'0123456789abcdefghjk'}`
  identity = newIdentity()
  const enrolled = await enrol(
    `${house.url}/hub`,
    code,
    'centre',
    { site, code: 'ITO', name: '糸魚川' } as never,
    identity,
  )
  if (isRefusal(enrolled)) throw new Error(enrolled.refused)
})
afterAll(() => house?.[Symbol.asyncDispose]())

interface Signed {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly keyId?: string
  readonly by?: Identity
  readonly created?: number
  readonly nonce?: string
}

function header({ method = 'POST', path, body = '', keyId = site, by = identity, created, nonce }: Signed): string {
  const target = `/hub${path}`
  const at = created ?? house.clock.now()
  return signRequest(
    { method, target, body: Buffer.from(body) },
    keyId,
    by.signing,
    at,
    nonce ?? toBase64Url(randomBytes(12)),
  )
}

function send(request: Signed, signature = header(request)) {
  const { method = 'POST', path, body } = request
  return caller.fetch(path, { method, headers: { 'kado-signature': signature }, ...(body !== undefined && { body }) })
}

function expectProblem(answer: Awaited<ReturnType<typeof send>>, code: string): void {
  const text = refusals.get(code as never)
  const said = answer.as(refusalAnswer)
  expect([answer.status, said.code]).toEqual([text?.status, code])
  expect(said.ja).toContain(text?.ja)
  expect(said.en).toContain(text?.en)
}

const KEYS = '{"parcels":[]}'

describe('a signed request', () => {
  test('is good once, and a replay is refused and logged', async () => {
    const request = { path: `/sync/v1/keys/${site}`, body: KEYS }
    const signature = header(request)
    expect((await send(request, signature)).status).toBe(200)
    const before = await house.state()
    expectProblem(await send(request, signature), 'REPLAY')
    expectProblem(await send(request, signature), 'REPLAY')
    expect(await house.state()).toEqual(before)
    expect(house.log).toMatch(/"code":"REPLAY".*a signed request was refused/)
  })

  test.each([
    ['no signature', () => ({}), '', 'SIG'],
    ['a signature that is no signature', () => ({}), ';;;', 'SIG'],
    ['another body', () => ({ body: '{"parcels":[] }' }), undefined, 'SIG'],
    ['another key', () => ({ by: newIdentity() }), undefined, 'SIG'],
    ['a key nobody knows', () => ({ keyId: `s_${'z'.repeat(20)}` }), undefined, 'UNKNOWN_DEVICE'],
    ['the key id of a neighbour', () => ({ keyId: house.house.centre?.site ?? '' }), undefined, 'SIG'],
    ['a clock of the year 2000', () => ({ created: Date.UTC(2000, 0, 1) }), undefined, 'CLOCK'],
    ['a clock of the year 2063', () => ({ created: Date.UTC(2063, 3, 5) }), undefined, 'CLOCK'],
    ['six minutes of age', () => ({ created: house.clock.now() - 6 * MINUTE_MS }), undefined, 'CLOCK'],
  ] as const)('with %s is refused by name', async (_what, change, given, code) => {
    const before = await house.state()
    const request = { path: `/sync/v1/keys/${site}`, body: KEYS }
    const signed = header({ ...request, ...change() })
    expectProblem(await send(request, given ?? signed), code)
    expect(await house.state()).toEqual(before)
  })

  test('for one path or method is none for another', async () => {
    const up = { path: `/sync/v1/up/${site}`, body: KEYS }
    expectProblem(await send(up, header({ ...up, path: `/sync/v1/keys/${site}` })), 'SIG')
    const get = { method: 'GET', path: `/sync/v1/keys/${site}` } as const
    expectProblem(await send(get, header({ ...get, method: 'POST' })), 'SIG')
  })

  test('of one centre opens nothing of another', async () => {
    const before = await house.state()
    const other = house.house.centre?.site ?? ''
    for (const path of [`/sync/v1/up/${other}`, `/sync/v1/keys/${other}`])
      expectProblem(await send({ path, body: KEYS }), 'SIG')
    for (const path of [`/sync/v1/down/${other}?after=0`, `/sync/v1/keys/${other}?after=0`])
      expectProblem(await send({ method: 'GET', path }), 'SIG')
    expect(await house.state()).toEqual(before)
  })

  test('that carries garbage is refused by name and keeps nothing', async () => {
    const before = await house.state()
    const bodies = [
      '',
      'x',
      '{}',
      '[]',
      '\n\n\n',
      '{"v":1}\n{"v":1}\n',
      `{"p":1,"site":"${site}"}\n${'y'.repeat(100_000)}\n`,
      '\u0000'.repeat(50),
      '{"__proto__":{"a":1}}',
    ]
    for (const body of bodies) {
      for (const path of [`/sync/v1/up/${site}`, `/sync/v1/keys/${site}`]) {
        const answer = await send({ path, body })
        expect([body.slice(0, 20), answer.status >= 400 && answer.status < 500]).toEqual([body.slice(0, 20), true])
        expect(refusals.has(answer.as(refusalAnswer).code as RefusalCode)).toBe(true)
      }
    }
    expectProblem(await send({ path: `/sync/v1/up/${site}`, body: 'z'.repeat(4 * 1_048_576 + 10) }), 'SIZE')
    expect(await house.state()).toEqual(before)
  })
})

async function newCode(part: 'centre' | 'kiosk'): Promise<string> {
  const { hub, centre } = house.house
  const made = part === 'centre' ? await hub?.newCentreCode('x') : await centre?.newKioskCode('受付9', '')
  return made?.code ?? ''
}

/** The two steps by hand, so that each can be sent again or changed. */
async function steps(code: string, prefixOnly = false) {
  const typed = parseEnrolmentCode(code)
  const thief = newIdentity()
  const door = house.centre()
  const hello: EnrolHello = {
    prefix: typed?.prefix ?? '',
    role: 'kiosk',
    signingKey: thief.signing.publicKey,
    boxKey: thief.box.publicKey,
    nonce: toBase64Url(randomBytes(32)),
  }
  const post = (step: string, body: object) =>
    door.fetch(`/enrol/v1/${step}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const offered = await post('hello', hello)
  const offer = offered.body as EnrolOffer
  const key = prefixOnly ? randomBytes(32) : await stretchSecret(typed?.secret ?? '', typed?.prefix ?? '')
  const proof = () => {
    const seen = transcript(hello, offer)
    return {
      ticket: offer.ticket,
      mac: proveKnowledge(key, 'device', seen),
      signature: signBytes(seen, thief.signing),
      boot: '1',
    }
  }
  return { offered, hello, prove: () => post('prove', proof()), helloAgain: () => post('hello', hello) }
}

describe('an enrolment code', () => {
  test('is good once: what was captured of it is worth nothing', async () => {
    const code = await newCode('kiosk')
    const lawful = await steps(code)
    expect((await lawful.prove()).status).toBe(200)
    const before = await house.state()
    expectProblem(await lawful.prove(), 'code_unknown')
    expectProblem(await lawful.helloAgain(), 'code_unknown')
    expect(await enrol(house.url, code, 'kiosk')).toEqual(refuse('code_unknown'))
    expect(await house.state()).toEqual(before)
  })

  test('dies of five wrong tries, also when they come all at once', async () => {
    const code = await newCode('kiosk')
    const before = await house.state()
    const guesses = await Promise.all(Array.from({ length: 12 }, () => steps(code, true)))
    const answers = await Promise.all(guesses.map((guess) => guess.prove()))
    for (const answer of answers) expectProblem(answer, 'code_unknown')
    expect(await enrol(house.url, code, 'kiosk')).toEqual(refuse('code_unknown'))
    expect(await house.state()).toEqual(before)
  })

  test('that is too old, of another kind, of another program or garbled has the answer of an unknown one', async () => {
    const before = await house.state()
    const [kiosk, centre] = [await newCode('kiosk'), await newCode('centre')]
    expect(await enrol(house.url, centre, 'kiosk')).toEqual(refuse('code_unknown'))
    expect(await enrol(`${house.url}/hub`, kiosk, 'kiosk')).toEqual(refuse('code_unknown'))
    expect(await enrol(house.url, kiosk, 'centre')).toEqual(refuse('code_unknown'))
    for (const typed of ['', '-', 'AAAA', 'AAAA-AAAA-AAAA-AAAA', `${kiosk}X`, 'あいうえ-おかきく-けこさし-すせそた'])
      expect(await enrol(house.url, typed, 'kiosk')).toEqual(refuse('code_unknown'))
    house.clock.jump(3 * HOUR_MS)
    expect(await enrol(house.url, kiosk, 'kiosk')).toEqual(refuse('code_unknown'))
    expect(await house.state()).toEqual(before)
  })

  test('asked for by the hundred is slowed down', async () => {
    house.clock.jump(2 * MINUTE_MS)
    const asked = await Promise.all(Array.from({ length: 60 }, () => steps('ZZZZ-ZZZZ-ZZZZ-ZZZZ')))
    const slowed = asked.filter(({ offered }) => offered.status === 429)
    expect(slowed.length).toBeGreaterThanOrEqual(30)
    expectProblem(slowed[0]?.offered as never, 'rate_limited')
  })
})
