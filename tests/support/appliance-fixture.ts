/** A real centre on real files behind a real listener, with a clock that tests can turn, staff who sign in, and kiosks. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Appliance } from '../../appliance/appliance.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { DeviceLine, type LineIdentity } from './device-line.ts'
import { TurnedClock } from './hub-fixture.ts'

/** Anything JSON can say, without asking first. */
export type Json = ReturnType<typeof JSON.parse>

export interface Answered {
  readonly status: number
  /** As it came; each test says what it looks at. */
  readonly body: Json
}

/** Somebody with a cookie. */
export class Visitor {
  readonly #url: string
  cookie = ''

  constructor(url: string) {
    this.#url = url
  }

  /** The same person, after the server has come back at another address. */
  at(url: string): Visitor {
    const visitor = new Visitor(url)
    visitor.cookie = this.cookie
    return visitor
  }

  async send(path: string, input: unknown, key: string = randomUUID()): Promise<Answered> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key, cookie: this.cookie }
    const response = await fetch(`${this.#url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(input) })
    const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith('sid'))
    if (set !== undefined) this.cookie = set.split(';')[0] ?? ''
    return { status: response.status, body: await response.json() }
  }

  async ask(path: string): Promise<Answered> {
    const response = await fetch(`${this.#url}/api/v1${path}`, { headers: { cookie: this.cookie } })
    return { status: response.status, body: await response.json() }
  }
}

export interface LogLine {
  readonly level: string
  readonly fields: object
  readonly message: string
}

export class ApplianceFixture implements AsyncDisposable {
  readonly clock: TurnedClock
  readonly folder: string
  readonly log: LogLine[] = []
  readonly code: string
  #running: { appliance: Appliance; listening: Listening } | undefined
  readonly #lines: DeviceLine[] = []

  private constructor(clock: TurnedClock, folder: string, code: string) {
    this.clock = clock
    this.folder = folder
    this.code = code
  }

  static async create(at: Instant, code = 'SHI', clock = new TurnedClock(at)): Promise<ApplianceFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'kado-centre-'))
    const fixture = new ApplianceFixture(clock, folder, code)
    await fixture.start()
    return fixture
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  get appliance(): Appliance {
    if (this.#running === undefined) throw new Error('the centre is stopped')
    return this.#running.appliance
  }

  get url(): string {
    if (this.#running === undefined) throw new Error('the centre is stopped')
    return this.#running.listening.url
  }

  async start(port = 0): Promise<void> {
    const note = (level: string) => (fields: object, message: string) => void this.log.push({ level, fields, message })
    const log = { info: note('info'), warn: note('warn'), error: note('error') }
    const name = `センター${this.code}`
    const appliance = await Appliance.create({ dir: this.folder, clock: this.clock, log, code: this.code, name })
    await appliance.start()
    this.#running = { appliance, listening: await listen({ '/': appliance.web }, { port }) }
  }

  async stop(): Promise<number> {
    if (this.#running === undefined) return 0
    const { appliance, listening } = this.#running
    this.#running = undefined
    await appliance.stop()
    await listening.close(100)
    return listening.port
  }

  /** The administrator of the first run, signed in. */
  async claimed(): Promise<Visitor> {
    const visitor = new Visitor(this.url)
    const claim = await this.appliance.claimCode()
    const answer = await visitor.send('/centre/claim', {
      claim,
      code: this.code,
      name: `センター${this.code}`,
      login: 'kanri',
      adminName: '管理 花子',
      password: 'tanpopo-no-wata-7',
    })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return visitor
  }

  /** After the clock was turned: a session at the desk lives for half an hour without a touch. */
  async signInAgain(administrator: Visitor): Promise<void> {
    const signed = await administrator.send('/sign-in/staff', { login: 'kanri', password: 'tanpopo-no-wata-7' })
    if (signed.status !== 200) throw new Error(JSON.stringify(signed.body))
  }

  /** After a restart on another port. */
  async administrator(): Promise<Visitor> {
    const visitor = new Visitor(this.url)
    await this.signInAgain(visitor)
    return visitor
  }

  /** Another staff member, signed in with a password of her own. */
  async staff(administrator: Visitor, login: string, roles: readonly string[], worker?: string): Promise<Visitor> {
    const added = await administrator.send('/staff', { login, name: `職員 ${login}`, roles, worker: worker ?? '' })
    if (added.status !== 200) throw new Error(JSON.stringify(added.body))
    const visitor = new Visitor(this.url)
    const signed = await visitor.send('/sign-in/staff', { login, password: added.body.password })
    if (signed.status !== 200) throw new Error(JSON.stringify(signed.body))
    return visitor
  }

  async newKiosk(label = '受付1', place = ''): Promise<LineIdentity> {
    const { code } = await this.appliance.newKioskCode(label, place)
    const enrolled = await enrol(this.url, code, 'kiosk')
    if (isRefusal(enrolled)) throw new Error(enrolled.refused)
    return { enrolled, seq: 0 }
  }

  /** A kiosk's connection, authenticated. */
  async line(identity: LineIdentity, boot = 1): Promise<DeviceLine> {
    const line = await DeviceLine.open(this.url, identity, boot, this.clock)
    this.#lines.push(line)
    return line
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines) line.close()
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}
