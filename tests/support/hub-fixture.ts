/** A real hub on real files (or on a real PostgreSQL) behind a real listener, with a clock that tests can turn. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hub } from '../../central-sync/hub/hub.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { TestCentre } from './hub-centre.ts'

/** Stands still until it is turned. */
export class TurnedClock implements Clock {
  private at: Instant
  constructor(at: Instant) {
    this.at = at
  }
  now(): Instant {
    return this.at
  }
  monotonicMs(): number {
    return performance.now()
  }
  turn(ms: number): void {
    this.at += ms
  }
  set(at: Instant): void {
    this.at = at
  }
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

export class HubFixture implements AsyncDisposable {
  readonly clock: TurnedClock
  readonly folder: string
  readonly databaseUrl: string | undefined
  private running: { hub: Hub; listening: Listening } | undefined
  private readonly centres: TestCentre[] = []

  private constructor(clock: TurnedClock, folder: string, databaseUrl: string | undefined) {
    this.clock = clock
    this.folder = folder
    this.databaseUrl = databaseUrl
  }

  static async create(at: Instant, databaseUrl?: string): Promise<HubFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'kado-hub-'))
    const fixture = new HubFixture(new TurnedClock(at), folder, databaseUrl)
    await fixture.start()
    return fixture
  }

  get hub(): Hub {
    if (this.running === undefined) throw new Error('the hub is stopped')
    return this.running.hub
  }

  get url(): string {
    if (this.running === undefined) throw new Error('the hub is stopped')
    return `${this.running.listening.url}/hub`
  }

  /** On the same files and, after a stop, on the same port. */
  async start(port = 0): Promise<void> {
    const hub = await Hub.create({ dir: this.folder, databaseUrl: this.databaseUrl, clock: this.clock, log: quiet })
    await hub.start()
    this.running = { hub, listening: await listen({ '/hub': hub.web }, { port }) }
  }

  async stop(): Promise<number> {
    if (this.running === undefined) return 0
    const { hub, listening } = this.running
    this.running = undefined
    await listening.close(100)
    await hub.stop()
    return listening.port
  }

  /** A new centre, admitted with a one-time code. */
  async centre(code: string, name?: string, standing?: string): Promise<TestCentre> {
    const centre = await TestCentre.create(this.clock, code, name, standing)
    this.centres.push(centre)
    await centre.joinHub(this.url, (await this.hub.newCentreCode(code)).code)
    await this.hub.caughtUp()
    return centre
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    for (const centre of this.centres) await centre[Symbol.asyncDispose]().catch(() => undefined)
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Everything up, everything routed, everything down. */
export async function syncAll(fixture: HubFixture, centres: readonly TestCentre[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (const centre of centres) {
      const reply = await centre.push()
      if ('code' in reply) throw new Error(reply.code)
      await centre.pushKeys()
    }
    await fixture.hub.caughtUp()
    for (const centre of centres) {
      await centre.pull()
      await centre.pullKeys()
    }
  }
}
