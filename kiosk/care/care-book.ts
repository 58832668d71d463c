/**
 * The children of this kiosk's room: the appliance's last list and what this kiosk recorded since, kept on disk for the
 * hours without a network and sealed under a key of this device. Lost or unreadable it is fetched again; what was
 * recorded lies in the spool besides until the appliance has it.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type DeviceId, newIdentifier, parseDeviceEventId } from '../../central-sync/protocol/identifier.ts'
import { open, seal } from '../../central-sync/protocol/sealed.ts'
import { addDays, type CalendarDay, type Instant, instant } from '../../central-sync/protocol/time.ts'
import {
  type CareChild,
  type CareListFrame,
  type CarePart,
  type CareRecord,
  type CareRoom,
  type CareStaff,
  carePart,
  careRecord,
  careSecrets,
  listContext,
  openCare,
  recordContext,
} from '../../central-sync/protocol/wire/care.ts'
import { readIfThere, replaceFile } from '../check-in/durable-file.ts'
import { childrenNow, type OwnFact } from './children-now.ts'

/** The list names the bookings of its own day and of so many days after. */
export const LIST_DAYS_AHEAD = 2

const kept = z.strictObject({
  rev: z.string().max(64),
  at: instant,
  have: z.number().int().min(0),
  list: carePart,
  own: z.array(careRecord),
})
type Kept = z.infer<typeof kept>
const sealedFile = z.strictObject({ k: z.string(), n: z.string(), c: z.string() })

export interface CareBookOptions {
  readonly dir: string
  readonly device: DeviceId
  /** Of the cache on disk, 32 bytes. */
  readonly cacheKey: Uint8Array
  /** Between this kiosk and its appliance, 32 bytes. */
  readonly careKey: Uint8Array
}

type Held = Omit<Kept, 'own'>

export class CareBook {
  readonly #options: CareBookOptions
  #held: Held | undefined
  #own: readonly { readonly record: CareRecord; readonly seq: number; readonly fact: OwnFact | undefined }[] = []
  /** Parts of the list that is arriving. */
  #arriving: { rev: string; parts: Map<number, CarePart> } | undefined
  #acknowledged = 0
  #saving: Promise<void> = Promise.resolve()

  private constructor(options: CareBookOptions) {
    this.#options = options
  }

  /** A damaged file counts as none. */
  static async open(options: CareBookOptions): Promise<CareBook> {
    const book = new CareBook(options)
    const read = await readKept(options)
    if (read === undefined) return book
    const { own, ...held } = read
    book.#held = held
    for (const record of own) book.add(record)
    return book
  }

  /** This kiosk stands at a childcare room, as far as it knows. */
  get known(): boolean {
    return this.#held !== undefined
  }

  /** To ask from; empty = everything. */
  get rev(): string {
    return this.#held?.rev ?? ''
  }

  /** When the list was true. */
  get at(): Instant | undefined {
    return this.#held?.at
  }

  get room(): CareRoom | undefined {
    return this.#held?.list.room
  }

  get staff(): readonly CareStaff[] {
    return this.#held?.list.staff ?? []
  }

  /** Records of this kiosk that the appliance has not acknowledged. */
  get waiting(): number {
    return this.#own.filter(({ seq }) => seq > this.#acknowledged).length
  }

  get children(): readonly CareChild[] {
    const facts = this.#own.map(({ fact }) => fact).filter((fact) => fact !== undefined)
    return childrenNow(this.#held?.list.children ?? [], facts, this.#held?.have ?? 0)
  }

  /** The list names the bookings of `day`. */
  reaches(day: CalendarDay): boolean {
    const first = this.#held?.list.day
    return first !== undefined && first <= day && day <= addDays(first, LIST_DAYS_AHEAD)
  }

  /** One frame of the list. True when the children look different now. */
  take(frame: CareListFrame): boolean {
    if (frame.x === undefined) {
      if (frame.rev !== this.#held?.rev) return false
      this.#held = { ...this.#held, at: frame.at, have: Math.max(this.#held.have, frame.have) }
      this.#forgetCovered()
      return true
    }
    const plain = openCare(frame.x, this.#options.careKey, listContext(this.#options.device, frame))
    const part = carePart.safeParse(plain)
    if (!part.success) return false
    if (this.#arriving?.rev !== frame.rev) this.#arriving = { rev: frame.rev, parts: new Map() }
    this.#arriving.parts.set(frame.part, part.data)
    if (this.#arriving.parts.size < frame.parts) return false
    const list = joined([...this.#arriving.parts].sort(([a], [b]) => a - b).map(([, one]) => one))
    this.#arriving = undefined
    if (list === undefined) return false
    this.#hold({ rev: frame.rev, at: frame.at, have: frame.have, list })
    return true
  }

  /** Recorded here: now, or by an earlier process whose spool is read again. */
  add(record: CareRecord): void {
    const seq = parseDeviceEventId(record.id)?.seq ?? 0
    if (this.#own.some((one) => one.seq === seq)) return
    this.#own = [...this.#own, { record, seq, fact: this.#factOf(record, seq) }]
  }

  /** The disk refused it: it never was. */
  remove(id: CareRecord['id']): void {
    this.#own = this.#own.filter(({ record }) => record.id !== id)
  }

  acknowledged(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq)
    this.#forgetCovered()
  }

  /** Resolves when everything known now is on the disk. */
  save(): Promise<void> {
    const held = this.#held
    if (held === undefined) return this.#saving
    const body: Kept = { ...held, own: this.#own.map(({ record }) => record) }
    const { dir, device, cacheKey } = this.#options
    const sealed = seal(body, { id: newIdentifier('key'), key: cacheKey }, contextOf(device))
    this.#saving = this.#saving.catch(() => undefined).then(() => replaceFile(fileOf(dir), JSON.stringify(sealed)))
    return this.#saving
  }

  /** Staff gave this kiosk another purpose: nothing about children stays on it but what was not delivered yet. */
  async forget(): Promise<void> {
    this.#held = undefined
    this.#arriving = undefined
    await this.#saving.catch(() => undefined)
    await rm(fileOf(this.#options.dir), { force: true })
  }

  /**
   * A child who is here by this kiosk's own word stays on the board until the list has that word, also when the list
   * does not name her.
   */
  #hold(held: Held): void {
    const named = new Set(held.list.children.map(({ child }) => child))
    const mine = this.children.filter(({ child, stay }) => stay !== undefined && !named.has(child))
    const fresh = new Set(this.#own.filter(({ seq }) => seq > held.have).map(({ fact }) => fact?.child))
    const missing = mine.filter(({ child }) => fresh.has(child)).map(({ stay: _, ...child }) => child)
    this.#held = { ...held, list: { ...held.list, children: [...held.list.children, ...missing] } }
    this.#forgetCovered()
  }

  /** What the list contains and the appliance acknowledged needs no overlay. */
  #forgetCovered(): void {
    const have = this.#held?.have ?? 0
    this.#own = this.#own.filter(({ seq }) => seq > have || seq > this.#acknowledged)
  }

  #factOf(record: CareRecord, seq: number): OwnFact | undefined {
    if (record.t !== 'care-arrived' && record.t !== 'care-handed-over') return undefined
    const { id, child, stay, at } = record
    if (record.t === 'care-handed-over') return { id, seq, kind: 'handed_over', child, stay, at, code: '' }
    const secret = careSecrets[record.t].safeParse(openCare(record.x, this.#options.careKey, recordContext(record)))
    return { id, seq, kind: 'arrived', child, stay, at, code: secret.success ? secret.data.code : '' }
  }
}

function joined(parts: readonly CarePart[]): CarePart | undefined {
  const [first] = parts
  if (first === undefined) return undefined
  return { ...first, children: parts.flatMap(({ children }) => children), staff: parts.flatMap(({ staff }) => staff) }
}

function fileOf(dir: string): string {
  return join(dir, 'care.sealed')
}

function contextOf(device: DeviceId) {
  return { id: device, type: 'kiosk.care', version: 1, subject: device }
}

async function readKept(options: CareBookOptions): Promise<Kept | undefined> {
  const bytes = await readIfThere(fileOf(options.dir))
  if (bytes === undefined) return undefined
  try {
    const sealed = sealedFile.parse(JSON.parse(bytes.toString('utf8')))
    const plain = open({ ...sealed, k: newIdentifier('key') }, options.cacheKey, contextOf(options.device))
    const parsed = kept.safeParse(plain)
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
