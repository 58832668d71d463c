import { type Request, type Response, Router } from 'express'
import { describe, expect, it } from 'vitest'
import { isRefusal, refuse } from '../../../central-sync/protocol/refusal.ts'
import { newIdentity } from '../../../central-sync/protocol/signing-key.ts'
import { HOUR_MS, systemClock } from '../../../central-sync/protocol/time.ts'
import { formatEnrolmentCode, newEnrolmentCode, stretchSecret } from '../../../central-sync/protocol/wire/enrolment.ts'
import { signRequest } from '../../../central-sync/protocol/wire/signed-request.ts'
import { enrol } from '../../../central-sync/web/enrolment-client.ts'
import { type CodeGrant, type CodeStore, enrolmentDoor } from '../../../central-sync/web/enrolment-door.ts'
import { listen } from '../../../central-sync/web/listener.ts'
import { bodyOf, signedDoor, signerOf } from '../../../central-sync/web/signed-door.ts'

class Codes implements CodeStore {
  readonly grants = new Map<string, CodeGrant>()
  readonly order: string[] = []

  async issue(expires: number, role: CodeGrant['role'] = 'kiosk'): Promise<string> {
    const code = newEnrolmentCode()
    const stretched = await stretchSecret(code.secret, code.prefix)
    this.grants.set(code.prefix, {
      prefix: code.prefix,
      stretched,
      role,
      label: '受付',
      place: '1階',
      expires,
      tries: 0,
    })
    return formatEnrolmentCode(code)
  }
  async find(prefix: string) {
    return this.grants.get(prefix)
  }
  async countTry(prefix: string) {
    const grant = this.grants.get(prefix)
    if (grant !== undefined) this.grants.set(prefix, { ...grant, tries: grant.tries + 1 })
  }
  async burn(prefix: string) {
    this.order.push('burn')
    return this.grants.delete(prefix)
  }
}

async function startEnrolment() {
  const codes = new Codes()
  const identity = newIdentity()
  const door = enrolmentDoor({
    clock: systemClock,
    identity,
    codes,
    async admit(hello, _proof, grant) {
      codes.order.push('admit')
      return {
        id: hello.signingKey.slice(0, 20),
        label: grant.label,
        place: grant.place,
        site: 's',
        serverTime: systemClock.now(),
        cardKeys: [],
      }
    },
  })
  const routes = Router()
  routes.use('/enrol/v1', door)
  const listening = await listen({ '/': { routes, upgrades: [] } }, { port: 0 })
  return { codes, identity, url: listening.url, [Symbol.asyncDispose]: () => listening.close(100) }
}

const later = () => systemClock.now() + HOUR_MS

describe('enrolment by a one-time code', () => {
  it('pins the server that knows the code, and burns the code before anything is created', async () => {
    await using door = await startEnrolment()
    const code = await door.codes.issue(later())
    const enrolled = await enrol(door.url, ` ${code.toLowerCase()} `, 'kiosk', { boot: '1' })
    if (isRefusal(enrolled)) throw new Error(enrolled.refused)
    expect(enrolled.server.signingKey).toBe(door.identity.signing.publicKey)
    expect(enrolled.welcome.label).toBe('受付')
    expect(door.codes.order).toEqual(['burn', 'admit'])
  })

  it('takes a code once, also when two devices hurry', async () => {
    await using door = await startEnrolment()
    const code = await door.codes.issue(later())
    const both = await Promise.all([enrol(door.url, code, 'kiosk'), enrol(door.url, code, 'kiosk')])
    expect(both.filter((result) => isRefusal(result)).length).toBe(1)
    expect(await enrol(door.url, code, 'kiosk')).toEqual(refuse('code_unknown'))
  })

  it('burns an expired code on use and gives it the answer of an unknown one', async () => {
    await using door = await startEnrolment()
    const code = await door.codes.issue(systemClock.now() - 1)
    expect(await enrol(door.url, code, 'kiosk')).toEqual(refuse('code_unknown'))
    expect(door.codes.order).toEqual(['burn'])
  })

  it('does not let a kiosk code make a centre', async () => {
    await using door = await startEnrolment()
    expect(await enrol(door.url, await door.codes.issue(later()), 'centre')).toEqual(refuse('code_unknown'))
  })

  it('notices a server that does not know the code', async () => {
    await using door = await startEnrolment()
    const code = await door.codes.issue(later())
    const [prefix = '', ...rest] = code.split('-')
    const wrong = [prefix, ...rest.map((part) => [...part].reverse().join(''))].join('-')
    expect(await enrol(door.url, wrong, 'kiosk')).toEqual(refuse('server_not_proven'))
  })

  it('gives up after five wrong proofs', async () => {
    await using door = await startEnrolment()
    const code = await door.codes.issue(later())
    const prefix = code.slice(0, 4)
    const hello = { prefix, role: 'kiosk', signingKey: 'A'.repeat(43), boxKey: 'A'.repeat(43), nonce: 'A'.repeat(43) }
    const post = (step: string, body: object) =>
      fetch(`${door.url}/enrol/v1/${step}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    for (let n = 0; n < 5; n += 1) {
      const { ticket } = (await (await post('hello', hello)).json()) as { ticket: string }
      expect((await post('prove', { ticket, mac: 'B'.repeat(43), signature: 'C'.repeat(86) })).status).toBe(403)
    }
    expect(await enrol(door.url, code, 'kiosk')).toEqual(refuse('code_unknown'))
  })

  it('says when nobody answers', async () => {
    const answer = await enrol('http://127.0.0.1:9', formatEnrolmentCode(newEnrolmentCode()), 'kiosk')
    expect(isRefusal(answer) && answer.refused).toBe('unreachable')
  })
})

async function startSigned() {
  const device = newIdentity()
  const seen = new Set<string>()
  const routes = Router()
  const door = signedDoor({
    clock: systemClock,
    publicKeyOf: async (id) =>
      id === 'gone' ? refuse('RETIRED_DEVICE') : id === 'd1' ? device.signing.publicKey : undefined,
    nonces: {
      remember: async (key, nonce) => {
        const fresh = !seen.has(`${key} ${nonce}`)
        seen.add(`${key} ${nonce}`)
        return fresh
      },
    },
    bytesMax: 1_000,
  })
  routes.post('/batch', ...door, (request: Request, response: Response) => {
    response.json({ by: signerOf(request), bytes: bodyOf(request).length })
  })
  const listening = await listen({ '/hub': { routes, upgrades: [] } }, { port: 0 })
  const send = async (
    change: { body?: string; sent?: string; keyId?: string; created?: number; nonce?: string; target?: string } = {},
  ) => {
    const body = change.body ?? 'payload'
    const header = signRequest(
      { method: 'POST', target: change.target ?? '/hub/batch?x=1', body: Buffer.from(body) },
      change.keyId ?? 'd1',
      device.signing,
      change.created ?? systemClock.now(),
      change.nonce ?? Math.random().toString(36),
    )
    const answer = await fetch(`${listening.url}/hub/batch?x=1`, {
      method: 'POST',
      headers: { 'kado-signature': header },
      body: change.sent ?? body,
    })
    return { status: answer.status, body: (await answer.json()) as { code?: string; by?: string } }
  }
  return { send, url: listening.url, [Symbol.asyncDispose]: () => listening.close(100) }
}

describe('the door for signed requests', () => {
  it('lets a signed request in, mount prefix and query included', async () => {
    await using door = await startSigned()
    expect(await door.send()).toEqual({ status: 200, body: { by: 'd1', bytes: 7 } })
  })

  it('refuses what was changed, seen, old, unknown, retired or too long, each by its name', async () => {
    await using door = await startSigned()
    expect((await door.send({ sent: 'payl0ad' })).body.code).toBe('SIG')
    expect((await door.send({ target: '/hub/batch?x=2' })).body.code).toBe('SIG')
    await door.send({ nonce: 'same' })
    expect((await door.send({ nonce: 'same' })).body.code).toBe('REPLAY')
    expect((await door.send({ created: systemClock.now() - 301_000 })).body.code).toBe('CLOCK')
    expect((await door.send({ keyId: 'd2' })).body.code).toBe('UNKNOWN_DEVICE')
    expect((await door.send({ keyId: 'gone' })).body.code).toBe('RETIRED_DEVICE')
    expect((await door.send({ body: 'x'.repeat(2_000) })).body.code).toBe('SIZE')
    const bare = await fetch(`${door.url}/hub/batch`, { method: 'POST', body: 'x' })
    expect(((await bare.json()) as { code: string }).code).toBe('SIG')
  })
})
