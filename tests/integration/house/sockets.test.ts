import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newIdentity } from '../../../central-sync/protocol/signing-key.ts'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import { signRequest } from '../../../central-sync/protocol/wire/signed-request.ts'
import { AttackedHouse, type Caller } from '../../support/attacked-house.ts'
import type { LineIdentity } from '../../support/device-line.ts'

const CARD = '04A1B2C3D4E580'

let house: AttackedHouse
let administrator: Caller
let kiosk: LineIdentity

beforeAll(async () => {
  house = await AttackedHouse.open()
  administrator = await house.claimed()
  kiosk = await house.newKiosk()
})
afterAll(() => house?.[Symbol.asyncDispose]())

/** What a WebSocket client sees: the number it was closed with, or the HTTP status it was turned away with. */
async function knock(path: string, options: { origin?: string; cookie?: string; say?: readonly (string | Buffer)[] }) {
  const { origin, cookie, say = [] } = options
  const headers = cookie === undefined ? {} : { cookie }
  const socket = new WebSocket(`${house.url.replace('http', 'ws')}${path}`, { headers, ...(origin && { origin }) })
  const heard: string[] = []
  const outcome = await new Promise<{ status?: number; code?: number }>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve({ status: response.statusCode ?? 0 }))
    socket.on('error', () => undefined)
    socket.on('message', (data) => heard.push(String(data)))
    socket.on('close', (code) => resolve({ code }))
    socket.on('open', () => {
      if (say.length === 0) resolve({ code: 0 })
      for (const text of say) socket.send(text)
    })
  })
  socket.terminate()
  return { ...outcome, heard }
}

async function tapIsTaken(boot: number): Promise<void> {
  const line = await house.line(kiosk, boot)
  expect((await line.touch({ card: CARD })).answer.result).toBe('unknown_card')
  line.close()
}

describe('a page of another site', () => {
  test.each([
    ['the device channel', '/channel/v1'],
    ['live pushes', '/live/?EIO=4&transport=websocket'],
    ['hints of the hub', '/hub/sync/v1/hints/s_00000000000000000000'],
    ['a door that does not exist', '/elsewhere'],
  ])('cannot open %s, with or without a cookie of ours', async (_what, path) => {
    const before = await house.state()
    for (const origin of ['https://evil.example', 'null', house.url.replace('127.0.0.1', 'localhost')]) {
      expect(await knock(path, { origin, cookie: administrator.cookie })).toMatchObject({ status: 403 })
      expect(await knock(path, { origin })).toMatchObject({ status: 403 })
    }
    expect(await house.state()).toEqual(before)
    expect(house.log).toContain('refused a socket from another site')
  })
})

describe('a refused socket', () => {
  test.each([
    ['of another site', 'origin: https://evil.example\r\n', '/channel/v1'],
    ['at no door', '', '/nowhere'],
    ['at the device channel', 'ORIGIN', '/channel/v1'],
    ['of a centre nobody knows', '', '/hub/sync/v1/hints/s_00000000000000000000'],
  ])('%s is let go of, although its owner holds on to it', async (_what, header, path) => {
    const own = `origin: ${house.url}\r\n`
    const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${house.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n${header === 'ORIGIN' ? own : header}\r\n`
    const socket = connect({ port: house.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => undefined)
    let answer = ''
    socket.on('data', (part: Buffer) => {
      answer += part.toString()
    })
    socket.write(request)
    await new Promise((resolve) => socket.once('end', resolve))
    expect(answer).toMatch(/^HTTP\/1\.1 40[34] /)
    // Writing to a connection that the other side has dropped fails; to one it keeps half open it does not.
    const dropped = new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(true))
      socket.once('error', () => resolve(true))
    })
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2_000))
    const prodding = setInterval(() => socket.write('x'), 50)
    const outcome = await Promise.race([dropped, late])
    clearInterval(prodding)
    socket.destroy()
    expect(outcome).toBe(true)
  })
})

describe('the device channel', () => {
  test('twenty connections of a thousand one-byte fragments and one of ninety megabytes cost nothing', async () => {
    const before = await house.state()
    const memory = process.memoryUsage().rss
    const crumbs = Array.from({ length: 20 }, async () => {
      const socket = new WebSocket(`${house.url.replace('http', 'ws')}/channel/v1`)
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.once('open', resolve))
      const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)))
      for (let part = 0; part < 1_000; part += 1) socket.send('x', { fin: false })
      return closed
    })
    const flood = knock('/channel/v1', { say: [Buffer.alloc(90_000_000, 120)] })
    for (const code of await Promise.all(crumbs)) expect([1006, 1008]).toContain(code)
    expect([1006, 1009]).toContain((await flood).code)
    expect(process.memoryUsage().rss - memory).toBeLessThan(400_000_000)
    expect(await house.state()).toEqual(before)
    await tapIsTaken(11)
  })

  test('a frame in pieces is one frame', async () => {
    const line = await house.line(kiosk, 12)
    const record = line.tap({ card: CARD })
    const text = line.seal({ t: 'records', records: [record] })
    const answered = line.next((frame) => frame.t === 'ack')
    const third = Math.ceil(text.length / 3)
    for (const part of [0, 1, 2]) line.socket.send(text.slice(part * third, (part + 1) * third), { fin: part === 2 })
    expect(await answered).toMatchObject({ answers: [{ id: record.tap.id, result: 'unknown_card' }] })
    line.close()
  })

  test('what is captured on one connection is worth nothing on the next, nor for another device', async () => {
    const before = await house.state()
    const victim = await house.line(kiosk, 13)
    const captured = victim.seal({ t: 'records', records: [victim.tap({ card: CARD })] })
    kiosk.seq -= 1
    victim.close()
    await victim.ended()
    const next = await house.line(kiosk, 13)
    next.sendText(captured)
    await next.ended()
    expect(next.refused).toBe('SIG')
    const other = await house.line(await house.newKiosk('受付3'))
    other.sendText(captured)
    await other.ended()
    expect(other.refused).toBe('SIG')
    const after = await house.state()
    expect(after['hub.tap']).toBe(before['hub.tap'])
    expect(house.log).toMatch(/channel refused/)
    await tapIsTaken(14)
  })

  test('a hundred broken texts end a hundred connections and nothing else', async () => {
    const before = await house.state()
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '1 x {}',
      '{"t":"auth"}',
      '{"__proto__":{"t":"auth"}}',
      `"${'x'.repeat(60_000)}"`,
    ]
    texts.push(...Array.from({ length: 92 }, (_none, index) => randomBytes(1 + (index % 40) * 50).toString('latin1')))
    const outcomes = await Promise.all(texts.map((text) => knock('/channel/v1', { say: [text] })))
    for (const { code, heard } of outcomes) {
      expect(code).toBe(1008)
      expect(heard.at(-1)).toMatch(/"refused".*"(malformed|PROTO)"/)
    }
    expect(await house.state()).toEqual(before)
    await tapIsTaken(15)
  })
})

describe('live pushes', () => {
  const path = '/live/?EIO=4&transport=websocket'
  const bad = [
    '',
    '9',
    '4',
    '40{',
    '40/x,',
    '42',
    '42["changed"',
    '42["__proto__",{}]',
    '451-["x",{"_placeholder":true,"num":0}]',
    '45999999-["x"]',
    '46',
    '47{}',
    '421e9["x"]',
    '42/../,["x"]',
    `42["x",${'['.repeat(20_000)}${']'.repeat(20_000)}]`,
    '40{"__proto__":{"polluted":true}}',
    '42["x",{"constructor":{"prototype":{"polluted":true}}}]',
    '4\u0000',
    '2probe',
    '5',
    '6',
    '1',
  ]

  test('broken frames end the connection at most, for strangers and for staff; nothing is polluted', async () => {
    for (const cookie of [undefined, administrator.cookie]) {
      const sockets = bad.map(async (frame) => {
        const socket = new WebSocket(
          `${house.url.replace('http', 'ws')}${path}`,
          cookie === undefined ? {} : { headers: { cookie } },
        )
        socket.on('error', () => undefined)
        await new Promise((resolve) => socket.once('open', resolve))
        socket.send('40')
        socket.send(frame)
        socket.send(Buffer.from(frame))
        await new Promise((resolve) => setTimeout(resolve, 150))
        socket.terminate()
      })
      await Promise.all(sockets)
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect((await administrator.query('/today')).status).toBe(200)
  })

  test('a stranger and a worker are told nothing, and what is too large is cut', async () => {
    const hear = async (cookie: string | undefined) => {
      const socket = new WebSocket(
        `${house.url.replace('http', 'ws')}${path}`,
        cookie === undefined ? {} : { headers: { cookie } },
      )
      const heard: string[] = []
      socket.on('message', (data) => heard.push(String(data)))
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send('40')
      await new Promise((resolve) => setTimeout(resolve, 200))
      return { socket, heard }
    }
    const stranger = await hear(undefined)
    expect(stranger.heard.join()).toContain('sign_in_required')
    const staff = await hear(administrator.cookie)
    expect(staff.heard.join()).toContain('hello')
    await tapIsTaken(16)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(stranger.heard.join()).not.toContain('changed')
    const closed = new Promise((resolve) => staff.socket.once('close', resolve))
    staff.socket.send(`42["x","${'y'.repeat(100_000)}"]`)
    await closed
    stranger.socket.terminate()
  })
})

describe('hints of the hub', () => {
  test('only a centre that signs for itself, now and once, may listen', async () => {
    const site = house.house.centre?.site ?? ''
    const thief = newIdentity()
    const target = `/hub/sync/v1/hints/${site}`
    for (const created of [house.clock.now(), systemClock.now(), 0]) {
      const header = signRequest({ method: 'GET', target, body: Buffer.alloc(0) }, site, thief.signing, created, 'n1')
      const socket = new WebSocket(`${house.url.replace('http', 'ws')}${target}`, {
        headers: { 'kado-signature': header },
      })
      const status = await new Promise((resolve) => {
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.on('open', () => resolve('open'))
        socket.on('error', () => undefined)
      })
      expect(status).toBe(403)
    }
  })
})
