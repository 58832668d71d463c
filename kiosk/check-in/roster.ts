/**
 * Whom this kiosk can greet: the appliance's roster, cached on disk for the hours without a network. It holds call names,
 * so the file is sealed under a key of this device. It is a cache: lost or unreadable, it is fetched again.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import { type DeviceId, newIdentifier, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { open, seal } from '../../central-sync/protocol/sealed.ts'
import { HOUR_MS, type Instant, instant } from '../../central-sync/protocol/time.ts'
import { type RosterRow, rosterRow } from '../../central-sync/protocol/wire/device.ts'
import { readIfThere, replaceFile } from './durable-file.ts'

/** Older than this, a proposal made from the roster is marked. */
export const ROSTER_STALE_MS = 24 * HOUR_MS

const cached = z.strictObject({ rev: z.number().int().min(0), checkedAt: instant, rows: z.array(rosterRow) })
const sealedFile = z.strictObject({ k: z.string(), n: z.string(), c: z.string() })

export interface FoundCard {
  readonly row: RosterRow
  readonly revoked: boolean
}

interface RosterOptions {
  readonly dir: string
  readonly device: DeviceId
  /** 32 bytes. */
  readonly key: Uint8Array
}

export class Roster implements AsyncDisposable {
  readonly #options: RosterOptions
  readonly #rows = new Map<WorkerId, RosterRow>()
  readonly #byDigest = new Map<string, FoundCard>()
  readonly #byCode = new Map<string, WorkerId>()
  /** Rows of a full copy under way: the old ones stay in use until its last page is here. */
  #staged: Map<WorkerId, RosterRow> | undefined
  #rev = 0
  #checkedAt: Instant | undefined
  #saving: Promise<void> = Promise.resolve()
  #dirty = false

  private constructor(options: RosterOptions) {
    this.#options = options
  }

  /** Opens the cache in `dir`; a damaged file counts as none. */
  static async open(options: RosterOptions): Promise<Roster> {
    const roster = new Roster(options)
    const kept = await readCache(options)
    if (kept !== undefined) {
      roster.#rev = kept.rev
      roster.#checkedAt = kept.checkedAt
      for (const row of kept.rows) roster.#rows.set(row.worker, row)
      roster.#index()
    }
    return roster
  }

  /** The revision to ask from; 0 = everything. */
  get rev(): number {
    return this.#rev
  }

  /** False until the appliance has sent a whole roster once: then "not found" means nothing. */
  get known(): boolean {
    return this.#checkedAt !== undefined
  }

  get size(): number {
    return this.#rows.size
  }

  isStale(now: Instant): boolean {
    return this.#checkedAt === undefined || now - this.#checkedAt > ROSTER_STALE_MS
  }

  /** The person of a card; a valid card wins over a revoked one of the same number. */
  find(digests: readonly CardDigest[]): FoundCard | undefined {
    const found = digests.map((digest) => this.#byDigest.get(keyOf(digest))).filter((one) => one !== undefined)
    return found.find(({ revoked }) => !revoked) ?? found[0]
  }

  /** By the code people type: any case, full width too. */
  byCode(code: string): RosterRow | undefined {
    const worker = this.#byCode.get(plainCode(code))
    return worker === undefined ? undefined : this.#rows.get(worker)
  }

  row(worker: WorkerId): RosterRow | undefined {
    return this.#rows.get(worker)
  }

  /** One page of the appliance's answer to a question from revision `from`. */
  apply(from: number, page: { rev: number; more: boolean; rows: readonly RosterRow[] }, now: Instant): void {
    if (from === 0) this.#staged = new Map()
    const target = this.#staged ?? this.#rows
    for (const row of page.rows) target.set(row.worker, row)
    this.#rev = page.rev
    if (page.more) return
    if (this.#staged !== undefined) {
      this.#rows.clear()
      for (const [worker, row] of this.#staged) this.#rows.set(worker, row)
      this.#staged = undefined
    }
    this.#checkedAt = now
    this.#index()
    this.#dirty = true
  }

  /** What the appliance made of a tap here, so that a restart without a network still proposes the right direction. */
  noteStanding(worker: WorkerId, standing: { claim: Direction; time: Instant; place: string }): void {
    const row = this.#rows.get(worker)
    if (row === undefined || (row.last !== undefined && row.last.time > standing.time)) return
    this.#replace({ ...row, last: standing })
    this.#dirty = true
  }

  /** Writes the cache when it changed. One write at a time; the caller decides how often. */
  save(): Promise<void> {
    if (!this.#dirty || this.#checkedAt === undefined || this.#staged !== undefined) return this.#saving
    this.#dirty = false
    const body = { rev: this.#rev, checkedAt: this.#checkedAt, rows: [...this.#rows.values()] }
    const sealed = seal(body, { id: newIdentifier('key'), key: this.#options.key }, contextOf(this.#options.device))
    this.#saving = this.#saving.then(() => replaceFile(fileOf(this.#options.dir), JSON.stringify(sealed)))
    return this.#saving
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.save()
  }

  #replace(row: RosterRow): void {
    this.#rows.set(row.worker, row)
    for (const digest of row.digests) this.#byDigest.set(keyOf(digest), { row, revoked: false })
  }

  #index(): void {
    this.#byDigest.clear()
    this.#byCode.clear()
    for (const row of this.#rows.values()) {
      this.#byCode.set(plainCode(row.code), row.worker)
      for (const digest of row.revoked) {
        if (!this.#byDigest.has(keyOf(digest))) this.#byDigest.set(keyOf(digest), { row, revoked: true })
      }
    }
    for (const row of this.#rows.values()) this.#replace(row)
  }
}

function plainCode(code: string): string {
  return code.normalize('NFKC').trim().toUpperCase()
}

function keyOf({ k, h }: CardDigest): string {
  return `${k}:${h}`
}

function fileOf(dir: string): string {
  return join(dir, 'roster.sealed')
}

function contextOf(device: DeviceId) {
  return { id: device, type: 'kiosk.roster', version: 1, subject: device }
}

async function readCache(options: RosterOptions): Promise<z.infer<typeof cached> | undefined> {
  const bytes = await readIfThere(fileOf(options.dir))
  if (bytes === undefined) return undefined
  try {
    const sealed = sealedFile.parse(JSON.parse(bytes.toString('utf8')))
    const plain = open({ ...sealed, k: newIdentifier('key') }, options.key, contextOf(options.device))
    const parsed = cached.safeParse(plain)
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
