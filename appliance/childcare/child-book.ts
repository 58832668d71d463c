/**
 * Children, guardians, permissions and blocks with what is sealed about them, opened on read and in memory only. What was
 * opened is kept while the sealed part is the same and no key came or went. Nothing here writes the audit: whoever shows
 * health, guardians, permissions or blocks to a person does (`read-log.ts`).
 */
import type { z } from 'zod'
import type { Rows, Unsealer } from '../../central-sync/journal/port.ts'
import * as care from '../../central-sync/protocol/event/childcare.ts'
import type { ChildId, PickupId, StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import type { CareChild } from '../../central-sync/rules/decide-care-booking.ts'
import { findBan, isValidOn, type PickupFacts } from '../../central-sync/rules/decide-pickup.ts'
import { openSheet } from './sealed-sheet.ts'

export interface Child extends care.ChildSheet {
  readonly child: ChildId
  readonly state: care.ChildState
  /** Last day of the approval; undefined: until somebody ends it. */
  readonly until: CalendarDay | undefined
  /** The parent who asked. */
  readonly worker: WorkerId
  /** False when the sheet cannot be opened any more: then every text is empty. */
  readonly readable: boolean
}

interface Dated {
  readonly from: CalendarDay
  readonly to: CalendarDay | undefined
}

export interface Guardian extends Dated {
  readonly id: PickupId
  readonly child: ChildId
  readonly worker: WorkerId | undefined
  readonly custody: care.Custody
  readonly name: string
  readonly kana: string
  readonly relation: string
  readonly phone: string
}

export interface Grant extends Dated {
  readonly id: PickupId
  readonly child: ChildId
  readonly scope: 'standing' | 'one_day'
  readonly day: CalendarDay | undefined
  readonly worker: WorkerId | undefined
  readonly by: StaffId | WorkerId
  readonly revoked: boolean
  readonly name: string
  readonly kana: string
  readonly relation: string
  readonly phone: string
  readonly idCheck: string
}

export interface Block extends Dated {
  readonly id: PickupId
  readonly child: ChildId
  readonly worker: WorkerId | undefined
  readonly guardian: PickupId | undefined
  readonly lifted: boolean
  readonly name: string
  readonly kana: string
  readonly reason: string
}

interface ChildRow {
  child: ChildId
  state: care.ChildState
  worker: WorkerId
  sheet: string | null
  until_day: CalendarDay | null
}

interface DatedRow {
  child: ChildId
  from_day: CalendarDay
  to_day: CalendarDay | null
  sheet: string | null
}

type GuardianRow = DatedRow & { guardian: PickupId; worker: WorkerId | null }
type GrantRow = DatedRow & {
  pickup: PickupId
  worker: WorkerId | null
  scope: 'standing' | 'one_day'
  day: CalendarDay | null
  granted_by: StaffId | WorkerId
  revoked: number
}
type BlockRow = DatedRow & { block: PickupId; lifted: number }

/** A sheet that cannot be opened: nothing is known. The birth date is no day, so that no band comes of it. */
const UNREADABLE: care.ChildSheet = {
  name: '',
  kana: '',
  callName: '',
  birthDate: '' as CalendarDay,
  extraUnits: 0,
  allergies: '',
  allergyPlan: false,
  notes: '',
  doctor: '',
}

/** Of a guardian whose part cannot be opened: nobody is let near a child on the strength of it. */
const UNREADABLE_GUARDIAN = { name: '', kana: '', relation: '', phone: '', custody: 'no_contact' } as const

const guardianSheet = care.guardianSet.personal as z.ZodType<
  Record<'name' | 'kana' | 'relation' | 'phone', string> & { custody: care.Custody }
>
const grantSheet = care.pickupGranted.personal as z.ZodType<
  Record<'name' | 'kana' | 'relation' | 'phone' | 'idCheck', string>
>
const blockSheet = care.pickupBlocked.personal as z.ZodType<
  Record<'name' | 'kana' | 'reason', string> & { worker?: WorkerId | undefined; guardian?: PickupId | undefined }
>

export class ChildBook {
  readonly #rows: Rows
  readonly #unsealer: Unsealer & { readonly revision?: number }
  readonly #opened = new Map<string, { readonly sealed: string; readonly value: unknown }>()
  #revision: number | undefined

  constructor(rows: Rows, unsealer: Unsealer & { readonly revision?: number }) {
    this.#rows = rows
    this.#unsealer = unsealer
  }

  async get(child: ChildId, via: Rows = this.#rows): Promise<Child | undefined> {
    const row = await via.one<ChildRow>('SELECT child, state, worker, sheet, until_day FROM child WHERE child = ?', [
      child,
    ])
    return row === undefined ? undefined : this.#child(row)
  }

  async all(): Promise<Child[]> {
    const rows = await this.#rows.all<ChildRow>(
      'SELECT child, state, worker, sheet, until_day FROM child ORDER BY child',
    )
    return rows.map((row) => this.#child(row)).sort((a, b) => order.compare(a.kana || a.name, b.kana || b.name))
  }

  async byId(): Promise<ReadonlyMap<ChildId, Child>> {
    return new Map((await this.all()).map((child) => [child.child, child]))
  }

  /** Her own: registered by her, or she is a guardian today; and nothing that is sealed keeps her away. */
  async ofParent(worker: WorkerId, day: CalendarDay, via: Rows = this.#rows): Promise<Child[]> {
    const rows = await via.all<ChildRow>(
      `SELECT child, state, worker, sheet, until_day FROM child c
        WHERE c.worker = ? OR EXISTS (SELECT 1 FROM guardian g WHERE g.child = c.child AND g.worker = ?
                AND g.from_day <= ? AND (g.to_day IS NULL OR ? <= g.to_day))
        ORDER BY child`,
      [worker, worker, day, day],
    )
    const own: Child[] = []
    for (const row of rows) if (!(await this.#isKeptAway(worker, row.child, day, via))) own.push(this.#child(row))
    return own
  }

  async #isKeptAway(worker: WorkerId, child: ChildId, day: CalendarDay, via: Rows): Promise<boolean> {
    return findBan({ worker }, await this.pickupFacts(child, day, via)) !== undefined
  }

  async guardiansOf(child: ChildId, via: Rows = this.#rows): Promise<Guardian[]> {
    const rows = await via.all<GuardianRow>('SELECT * FROM guardian WHERE child = ? ORDER BY pos', [child])
    return rows.map((row) => ({
      id: row.guardian,
      worker: row.worker ?? undefined,
      ...datedOf(row),
      ...(this.#open(row.guardian, row.sheet, guardianSheet) ?? UNREADABLE_GUARDIAN),
    }))
  }

  async grantsOf(child: ChildId, via: Rows = this.#rows): Promise<Grant[]> {
    const rows = await via.all<GrantRow>('SELECT * FROM pickup WHERE child = ? ORDER BY pos', [child])
    const unknown = { name: '', kana: '', relation: '', phone: '', idCheck: '' }
    return rows.map((row) => ({
      id: row.pickup,
      scope: row.scope,
      day: row.day ?? undefined,
      worker: row.worker ?? undefined,
      by: row.granted_by,
      revoked: row.revoked === 1,
      ...datedOf(row),
      ...(this.#open(row.pickup, row.sheet, grantSheet) ?? unknown),
    }))
  }

  async blocksOf(child: ChildId, via: Rows = this.#rows): Promise<Block[]> {
    const rows = await via.all<BlockRow>('SELECT * FROM pickup_block WHERE child = ? ORDER BY pos', [child])
    return rows.map((row) => ({
      id: row.block,
      lifted: row.lifted === 1,
      ...datedOf(row),
      ...{ worker: undefined, guardian: undefined },
      ...(this.#open(row.block, row.sheet, blockSheet) ?? { name: '', kana: '', reason: '' }),
    }))
  }

  /** Everything the rule about fetching looks at. What somebody granted who is kept away now is void. */
  async pickupFacts(child: ChildId, day: CalendarDay, via: Rows = this.#rows): Promise<PickupFacts> {
    const blocks = (await this.blocksOf(child, via)).filter(({ lifted }) => !lifted)
    const guardians = await this.guardiansOf(child, via)
    const grants = await this.grantsOf(child, via)
    const isKeptAway = (by: string) => findBan({ worker: by }, { day, guardians, grants: [], blocks }) !== undefined
    const valid = grants.map((grant) => (isKeptAway(grant.by) ? { ...grant, revoked: true } : grant))
    return { day, guardians, grants: valid, blocks }
  }

  /** What the rule about places looks at; undefined for an unknown child. */
  async careChild(child: ChildId, day: CalendarDay, via: Rows = this.#rows): Promise<CareChild | undefined> {
    const found = await this.get(child, via)
    if (found === undefined) return undefined
    const { state, until, birthDate, extraUnits } = found
    return { state, until, birthDate, extraUnits, reachable: (await this.phoneOf(child, day, via)) !== '' }
  }

  /** Phone of the first guardian without a ban who has one; empty when nobody can be reached. */
  async phoneOf(child: ChildId, day: CalendarDay, via: Rows = this.#rows): Promise<string> {
    const guardians = await this.guardiansOf(child, via)
    return guardians.find((one) => one.custody === 'normal' && isValidOn(one, day) && one.phone !== '')?.phone ?? ''
  }

  /** Any other sealed part, opened and not kept. */
  open<T>(sheet: string | null, schema: z.ZodType<T>): T | undefined {
    return openSheet(this.#unsealer, sheet, schema)
  }

  #child({ child, state, worker, sheet, until_day }: ChildRow): Child {
    const until = until_day ?? undefined
    const opened = this.#open(child, sheet, care.childSheet)
    // A child of whom nothing is known any more has no age: it is not taken in on the strength of an old approval.
    if (opened === undefined) return { child, state: 'expired', until, worker, readable: false, ...UNREADABLE }
    return { child, state, until, worker, readable: true, ...opened }
  }

  #open<T>(id: string, sheet: string | null, schema: z.ZodType<T>): T | undefined {
    if (this.#revision !== this.#unsealer.revision) {
      this.#opened.clear()
      this.#revision = this.#unsealer.revision
    }
    const known = this.#opened.get(id)
    if (known !== undefined && known.sealed === sheet) return known.value as T
    const value = openSheet(this.#unsealer, sheet, schema)
    if (value !== undefined && sheet !== null) this.#opened.set(id, { sealed: sheet, value })
    return value
  }
}

function datedOf({ child, from_day, to_day }: DatedRow) {
  return { child, from: from_day, to: to_day ?? undefined }
}

const order = new Intl.Collator('ja', { numeric: true, sensitivity: 'base' })
