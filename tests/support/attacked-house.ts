/**
 * A whole house in this process, on one port and real files, with people and work in it: for tests that attack it. Every
 * log line it writes and every row that counts can be looked at, so that a test can say that nothing was lost or half-made.
 */
import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import type { z } from 'zod'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type Instant, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import { createLogger } from '../../central-sync/web/log.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'
import { House } from '../../provisioning/house.ts'
import { readSettings } from '../../provisioning/settings.ts'
import { DeviceLine, type LineIdentity } from './device-line.ts'
import { JumpingClock } from './jumping-clock.ts'
import { freshFolder } from './run-kado.ts'

export const PASSWORD = 'tanpopo-no-wata-7'
export const NINE: Instant = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What came as JSON; undefined for everything else. */
  readonly body: unknown
  /** The body, if it has what a test needs to go on; throws otherwise. */
  as<T>(shape: z.ZodType<T>): T
}

/** Somebody at the door of one program of the house, with the cookies that program gave. */
export class Caller {
  readonly #url: string
  #cookies = new Map<string, string>()

  constructor(url: string) {
    this.#url = url
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Answered> {
    const headers = new Headers(init.headers)
    if (this.#cookies.size > 0) headers.set('cookie', this.cookie)
    const response = await fetch(`${this.#url}${path}`, { redirect: 'manual', ...init, headers })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=')
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    const text = await response.text()
    const json =
      /json/.test(response.headers.get('content-type') ?? '') &&
      !/ndjson/.test(response.headers.get('content-type') ?? '')
    const body: unknown = json ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body, as: (shape) => shape.parse(body) }
  }

  /** A command, as JSON. */
  command(path: string, input: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    })
  }

  /** A command, as a form. */
  form(name: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    const body = new URLSearchParams({ _key: randomUUID(), ...fields }).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.fetch(`/do/${name}`, { method: 'POST', headers: { ...type, ...headers }, body })
  }

  query(path: string): Promise<Answered> {
    return this.fetch(`/api/v1${path}`)
  }
}

/** Keeps what was written. */
class Memory extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}

export class AttackedHouse implements AsyncDisposable {
  readonly clock = new JumpingClock(NINE)
  readonly data = freshFolder()
  /** Card numbers, one per line, as from a serial reader. */
  readonly lines = new PassThrough()
  readonly #log = new Memory()
  readonly #devices: DeviceLine[] = []
  #house: House | undefined

  static async open(): Promise<AttackedHouse> {
    const attacked = new AttackedHouse()
    await attacked.start()
    return attacked
  }

  get house(): House {
    if (this.#house === undefined) throw new Error('the house is closed')
    return this.#house
  }

  get url(): string {
    return this.house.url
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Every log line so far, as written. */
  get log(): string {
    return this.#log.text
  }

  async start(): Promise<void> {
    const wanted = [readerSettings.parse({ kind: 'lines' }), readerSettings.parse({ kind: 'page-wedge' })]
    this.#house = await House.create({
      settings: readSettings(this.data, { port: 0, center: 'SHI' }, {}),
      parts: ['hub', 'centre', 'kiosk'],
      clock: this.clock,
      log: (name) => createLogger({ name, level: 'info', destination: this.#log }),
      readers: await openReaders(wanted, { clock: this.clock, lines: this.lines, production: false }),
    })
    await this.#house.start()
  }

  centre(): Caller {
    return new Caller(this.url)
  }

  hub(): Caller {
    return new Caller(`${this.url}/hub`)
  }

  /** The administrator of the first run, signed in at the centre. */
  async claimed(): Promise<Caller> {
    const caller = this.centre()
    const claim = await this.house.claimCode()
    const first = { code: 'SHI', name: '塩尻センター', login: 'kanri', adminName: '管理 花子', password: PASSWORD }
    expectDone(await caller.command('/centre/claim', { claim, ...first }))
    return caller
  }

  async hubAdministrator(): Promise<Caller> {
    const caller = this.hub()
    expectDone(await caller.command('/sign-in/staff', { login: 'kanri', password: PASSWORD }))
    return caller
  }

  async signInAgain(caller: Caller): Promise<void> {
    expectDone(await caller.command('/sign-in/staff', { login: 'kanri', password: PASSWORD }))
  }

  /** A kiosk of the test's own, beside the one of the house. */
  async newKiosk(label = '受付2'): Promise<LineIdentity> {
    const { code } = (await this.house.centre?.newKioskCode(label, '')) ?? { code: '' }
    const enrolled = await enrol(this.url, code, 'kiosk')
    if (isRefusal(enrolled)) throw new Error(enrolled.refused)
    return { enrolled, seq: 0 }
  }

  async line(identity: LineIdentity, boot = 1): Promise<DeviceLine> {
    const line = await DeviceLine.open(this.url, identity, boot, this.clock)
    this.#devices.push(line)
    return line
  }

  /** Entries of both journals and rows of what is made from them: the same before and after means that nothing happened. */
  async state(): Promise<Readonly<Record<string, number>>> {
    await this.house.settle()
    const hub = this.house.hub
    const counts: Record<string, number> = {}
    for (const [part, rows] of [
      ['hub', hub?.journal.read],
      ['centre', undefined],
    ] as const) {
      if (rows === undefined) continue
      for (const table of ['entry', 'worker', 'card', 'tap', 'session', 'client', 'package', 'device']) {
        counts[`${part}.${table}`] = (await rows.one<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n ?? 0
      }
    }
    const verified = await this.house.centre?.journalVerify()
    if (verified?.ok !== true) throw new Error('the chain of the centre is broken')
    counts['centre.entry'] = verified.entries
    return counts
  }

  /** Every file of the data folder with its bytes; one that is replaced at this moment is there under its other name. */
  async files(): Promise<Map<string, Buffer>> {
    const found = await readdir(this.data, { recursive: true, withFileTypes: true })
    const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    const contents = new Map<string, Buffer>()
    for (const file of files) {
      const bytes = await readFile(file).catch(unlessGone)
      if (bytes !== undefined) contents.set(file.slice(this.data.length + 1), bytes)
    }
    return contents
  }

  async stop(): Promise<void> {
    for (const line of this.#devices.splice(0)) line.close()
    const house = this.#house
    this.#house = undefined
    await house?.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(dirname(this.data), { recursive: true, force: true })
  }
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

export function expectDone(answer: Answered): Answered {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text.slice(0, 500)}`)
  return answer
}
