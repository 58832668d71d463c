/**
 * Names. No projection holds one: rows keep the sealed sheet, and here it is opened on read, in memory only. What was
 * opened is remembered until a data key comes or goes, so a shredded person is gone from the next answer on.
 */
import { z } from 'zod'
import { workerSheet } from '../protocol/event/person.ts'
import { type Language, language } from '../protocol/event/place.ts'
import { eventId, type SiteId, type WorkerId } from '../protocol/identifier.ts'
import { sealedPart } from '../protocol/sealed.ts'
import type { Rows, Unsealer } from './port.ts'

export interface Person {
  readonly worker: WorkerId
  readonly code: string
  readonly home: SiteId
  readonly active: boolean
  /** Empty when this server may not know it, or no longer. */
  readonly name: string
  readonly kana: string
  /** Short name for a shared screen; empty = greet by code. */
  readonly callName: string
  readonly language: Language
}

interface PersonRow {
  readonly worker: WorkerId
  readonly code: string
  readonly home: SiteId
  readonly active: number
  readonly sheet: string | null
  readonly introduction: string | null
}

type Named = Pick<Person, 'name' | 'kana' | 'callName' | 'language'>

/** The sealed part of an entry as a projection keeps it. */
const sealedSheet = z.object({
  id: eventId,
  t: z.string(),
  v: z.number(),
  sub: z.string().optional(),
  x: sealedPart.optional(),
})

const greeting = z.object({ callName: z.string(), kana: z.string(), language })
const pin = z.object({ pinVerifier: z.string() })
const NAMELESS: Named = { name: '', kana: '', callName: '', language: 'ja' }

const SELECT = `SELECT w.worker, w.code, w.home, w.active, w.sheet, i.sheet AS introduction
  FROM worker w LEFT JOIN introduction i ON i.worker = w.worker`

export class People {
  private readonly rows: Rows
  private readonly unsealer: Unsealer & { readonly revision?: number }
  private readonly opened = new Map<string, { readonly sealed: string; readonly named: Named }>()
  private revision: number | undefined

  constructor(rows: Rows, unsealer: Unsealer & { readonly revision?: number }) {
    this.rows = rows
    this.unsealer = unsealer
  }

  async get(worker: WorkerId): Promise<Person | undefined> {
    const row = await this.rows.one<PersonRow>(`${SELECT} WHERE w.worker = ?`, [worker])
    return row === undefined ? undefined : this.person(row)
  }

  /** What her PIN is checked against away from home: it came with her introduction. Not remembered. */
  async introducedPin(worker: WorkerId): Promise<string | undefined> {
    const row = await this.rows.one<{ sheet: string }>('SELECT sheet FROM introduction WHERE worker = ?', [worker])
    const parsed = pin.safeParse(this.unseal(row?.sheet ?? null))
    return parsed.success && parsed.data.pinVerifier !== '' ? parsed.data.pinVerifier : undefined
  }

  /** Everybody, also who is no longer active, in the order of the reading (kana), then of the code. */
  async list(): Promise<Person[]> {
    const people = (await this.rows.all<PersonRow>(SELECT)).map((row) => this.person(row))
    return people.sort((a, b) => order.compare(a.kana, b.kana) || order.compare(a.code, b.code))
  }

  private person(row: PersonRow): Person {
    const { worker, code, home } = row
    return { worker, code, home, active: row.active === 1, ...this.named(row) }
  }

  private named({ worker, sheet, introduction }: PersonRow): Named {
    if (this.revision !== this.unsealer.revision) {
      this.opened.clear()
      this.revision = this.unsealer.revision
    }
    const sealed = `${sheet ?? ''}\n${introduction ?? ''}`
    const known = this.opened.get(worker)
    if (known?.sealed === sealed) return known.named
    const named = this.openSheet(sheet) ?? this.openIntroduction(introduction)
    if (named !== undefined) this.opened.set(worker, { sealed, named })
    return named ?? NAMELESS
  }

  private openSheet(text: string | null): Named | undefined {
    const parsed = workerSheet.safeParse(this.unseal(text))
    return parsed.success ? parsed.data : undefined
  }

  private openIntroduction(text: string | null): Named | undefined {
    const parsed = greeting.safeParse(this.unseal(text))
    return parsed.success ? { ...NAMELESS, ...parsed.data } : undefined
  }

  private unseal(text: string | null): unknown {
    if (text === null) return undefined
    const parsed = sealedSheet.safeParse(JSON.parse(text))
    return parsed.success ? this.unsealer.open(parsed.data) : undefined
  }
}

const order = new Intl.Collator('ja', { numeric: true, sensitivity: 'base' })
