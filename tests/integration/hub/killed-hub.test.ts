import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import { TestCentre } from '../../support/hub-centre.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'
import { serveHub } from '../../support/served-hub.ts'

const program = fileURLToPath(new URL('../../support/hub-that-dies.ts', import.meta.url))
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function startProcess(
  ...given: string[]
): Promise<{ child: ChildProcess; url: string; code: string; port: number }> {
  const child = spawn(process.execPath, [program, ...given], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('no output')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, ...(JSON.parse(line.toString('utf8')) as { url: string; code: string; port: number }) }
}

const databases = [
  ['SQLite', async () => ''],
  ['PostgreSQL', () => server.newDatabase()],
] as const

async function signIn(url: string): Promise<string> {
  const response = await post(url, '/sign-in/staff', { login: 'kanri', password: 'tanpopo-no-wata-7' }, {})
  return (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
}

async function send(url: string, path: string, input: object, as: { cookie: string; key?: string }): Promise<unknown> {
  return (await post(url, path, input, as)).json()
}

function post(url: string, path: string, input: object, { cookie = '', key }: { cookie?: string; key?: string }) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key ?? randomUUID(), cookie }
  return fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(input) })
}

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('a hub that is killed after the commit and before the answer', () => {
  it.each(databases)('has every entry once after the centre sends again (%s)', async (_name, newDatabase) => {
    const dir = await mkdtemp(join(tmpdir(), 'kado-killed-hub-'))
    const database = await newDatabase()
    await using centre = await TestCentre.create(systemClock, 'SHI')
    try {
      const first = await startProcess(dir, database, '0', 'live')
      await centre.joinHub(first.url, first.code)
      await centre.push()
      first.child.kill('SIGKILL')
      await once(first.child, 'exit')

      const second = await startProcess(dir, database, String(first.port), 'die')
      const dies = once(second.child, 'exit')
      const drafts = Array.from({ length: 50 }, (_, index) =>
        centre.tapDraft(undefined, systemClock.now() - 60_000 * (50 - index), 'in'),
      )
      await centre.writeAll(drafts)
      await expect(centre.push()).rejects.toThrow()
      await dies

      const served = await serveHub(
        { dir, databaseUrl: database === '' ? undefined : database, clock: systemClock, log: quiet },
        { port: first.port, prefix: '/hub' },
      )
      try {
        const { seq, hash } = centre.journal.head()
        const stored = await served.hub.journal.receive.current(centre.site)
        expect(stored?.seq).toBe(seq)
        expect(await centre.push()).toMatchObject({ ack: { seq, hash: hash.toString('base64url') } })
        await served.hub.caughtUp()
        expect(await served.hub.journal.read.one('SELECT count(*) AS n FROM tap')).toEqual({ n: 50 })
        expect(await served.hub.journal.verify()).toMatchObject({ ok: true })
      } finally {
        await served.stop()
      }
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })

  it.each(databases)(
    'gives a request that comes again the answer of the first, and does nothing twice (%s)',
    async (_name, newDatabase) => {
      const dir = await mkdtemp(join(tmpdir(), 'kado-killed-hub-'))
      const database = await newDatabase()
      try {
        const first = await startProcess(dir, database, '0', 'live')
        const cookie = await signIn(first.url)
        const { client } = z
          .object({ client: z.string() })
          .parse(await send(first.url, '/clients', { name: '架空社' }, { cookie }))
        first.child.kill('SIGKILL')
        await once(first.child, 'exit')

        const second = await startProcess(dir, database, '0', 'die', 'order.received')
        const dies = once(second.child, 'exit')
        const [wish, key] = [{ client, title: '台帳の入力' }, 'the-same-press-of-the-button']
        await expect(send(second.url, '/orders', wish, { cookie, key })).rejects.toThrow()
        await dies

        const third = await startProcess(dir, database, '0', 'die', 'order.received')
        const again = await send(third.url, '/orders', wish, { cookie, key })
        const refused = await send(third.url, '/orders', wish, { cookie, key: 'another-press-of-it' })
        third.child.kill('SIGKILL')
        await once(third.child, 'exit')
        expect(again).toEqual({ order: expect.stringMatching(/^o_/) })
        expect(refused).toMatchObject({ code: 'name_taken' })
        const options = { dir, databaseUrl: database === '' ? undefined : database, clock: systemClock, log: quiet }
        await using served = await serveHub(options, { port: 0 })
        await served.hub.caughtUp()
        expect(await served.hub.journal.read.all('SELECT work_order AS "order" FROM work_order')).toEqual([again])
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    },
  )
})
