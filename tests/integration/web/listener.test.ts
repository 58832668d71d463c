import { connect } from 'node:net'
import { Router } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Refused } from '../../../central-sync/protocol/refusal.ts'
import { type Listening, listen } from '../../../central-sync/web/listener.ts'
import type { WebProgram } from '../../../central-sync/web/port.ts'

function program(name: string): WebProgram {
  const routes = Router()
  routes.get('/', (_request, response) => {
    response.send(name)
  })
  const door = {
    path: '/channel/v1',
    handle: (_request: unknown, socket: { end(text: string): void }) =>
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nx-door: ${name}\r\n\r\n`),
  }
  return { routes, upgrades: [door] }
}

/** Sends raw text and gives everything that comes back until the server hangs up, with the ms it took. */
function talk(port: number, text: string): Promise<{ answer: string; tookMs: number }> {
  return new Promise((resolve) => {
    const began = performance.now()
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (part) => {
      answer += part.toString()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve({ answer, tookMs: performance.now() - began }))
  })
}

describe('a listener', () => {
  let listening: Listening
  beforeAll(async () => {
    const programs = { '/': program('centre'), '/hub': program('hub') }
    listening = await listen(programs, { port: 0, headersTimeoutMs: 300 })
  })
  afterAll(() => listening.close(100))

  it('serves several programs by prefix', async () => {
    expect(listening.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${listening.url}/hub`)).text()).toBe('hub')
    expect(await (await fetch(`${listening.url}/`)).text()).toBe('centre')
  })

  const upgrade = (path: string, more = '') =>
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${listening.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n${more}\r\n`

  it('leads sockets to the door of their program', async () => {
    expect((await talk(listening.port, upgrade('/hub/channel/v1'))).answer).toContain('x-door: hub')
    expect((await talk(listening.port, upgrade('/channel/v1?x=1'))).answer).toContain('x-door: centre')
    expect((await talk(listening.port, upgrade('/channel/v12'))).answer).toContain('404')
  })

  it('refuses a socket opened by another site', async () => {
    const foreign = upgrade('/channel/v1', 'origin: https://elsewhere.example\r\n')
    expect((await talk(listening.port, foreign)).answer).toContain('403')
    const own = upgrade('/channel/v1', `origin: http://127.0.0.1:${listening.port}\r\n`)
    expect((await talk(listening.port, own)).answer).toContain('101')
  })

  it('cuts a client that never finishes its headers, and serves others meanwhile', async () => {
    const slow = Array.from({ length: 50 }, () => talk(listening.port, 'GET / HTTP/1.1\r\nhost: x\r\nx-slow: '))
    expect((await fetch(listening.url)).status).toBe(200)
    for (const { tookMs } of await Promise.all(slow)) expect(tookMs).toBeLessThan(20_000)
  })

  it('tells who was late so in a way after which browsers ask again', async () => {
    expect((await talk(listening.port, 'GET / HTTP/1.1\r\n')).answer).toContain('408')
    expect((await talk(listening.port, 'nonsense\r\n\r\n')).answer).toContain('400')
  })

  it('refuses headers over the limit', async () => {
    const { answer } = await talk(listening.port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/)
  })

  it('names a port in use and an address that is not ours', async () => {
    const port = await listen({ '/': program('x') }, { port: listening.port }).catch((error: unknown) => error)
    expect(port).toBeInstanceOf(Refused)
    expect((port as Refused).refusal.refused).toBe('port_in_use')
    const address = await listen({ '/': program('x') }, { host: '203.0.113.7', port: 0 }).catch((e: unknown) => e)
    expect((address as Refused).refusal.refused).toBe('address_unavailable')
  })

  it('names a certificate it cannot read', async () => {
    const tls = { cert: 'no certificate', key: 'no key' }
    const error = await listen({ '/': program('x') }, { port: 0, tls }).catch((e: unknown) => e)
    expect((error as Refused).refusal.refused).toBe('tls_invalid')
  })

  it('closes while a client holds a connection open', async () => {
    const other = await listen({ '/': program('x') }, { port: 0 })
    const held = talk(other.port, 'GET / HTTP/1.1\r\nhost: x\r\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await other.close(50)
    await held
    await expect(fetch(other.url)).rejects.toThrow()
  })
})
