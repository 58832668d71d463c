/** When each centre was last heard, by which of its processes, and the last named error. Operational, never rebuilt. */
import type { ProjectionTx, Rows, TableShape } from '../../journal/port.ts'
import type { Refusal } from '../../protocol/refusal.ts'
import type { Instant } from '../../protocol/time.ts'
import { LEASE_MS, type Lease } from '../intake/decide-lease.ts'

export interface Contact {
  readonly site: string
  readonly lease: Lease
  /** Last accepted upload or greeting. */
  readonly lastAt: Instant
  readonly error?: { readonly code: string; readonly detail: string; readonly at: Instant } | undefined
  /** Event types the centre writes in a newer version than this hub reads. */
  readonly typesAhead: readonly string[]
  /** Seq of the down stream the centre last asked after. */
  readonly downSeen: number
}

type Column =
  | 'site'
  | 'instance'
  | 'lease_at'
  | 'superseded'
  | 'last_at'
  | 'error_code'
  | 'error_detail'
  | 'error_at'
  | 'types_ahead'
  | 'down_seen'

const contactTable: TableShape<Column> = {
  name: 'site_contact',
  columns: {
    site: 'text',
    instance: 'text',
    lease_at: 'integer',
    superseded: 'text',
    last_at: 'integer',
    error_code: 'text',
    error_detail: 'text',
    error_at: 'integer',
    types_ahead: 'text',
    down_seen: 'integer',
  },
  key: ['site'],
}

interface ContactRow {
  readonly site: string
  readonly instance: string
  readonly lease_at: number
  readonly superseded: string
  readonly last_at: number
  readonly error_code: string | null
  readonly error_detail: string | null
  readonly error_at: number | null
  readonly types_ahead: string
  readonly down_seen: number
}

export async function readContact(rows: Rows, site: string): Promise<Contact | undefined> {
  const row = await rows.one<ContactRow>('SELECT * FROM site_contact WHERE site = ?', [site])
  return row === undefined ? undefined : contactOf(row)
}

export async function allContacts(rows: Rows): Promise<ReadonlyMap<string, Contact>> {
  const found = await rows.all<ContactRow>('SELECT * FROM site_contact')
  return new Map(found.map((row) => [row.site, contactOf(row)]))
}

export async function writeContact(tx: ProjectionTx, contact: Contact): Promise<void> {
  const { site, lease, lastAt, error, typesAhead, downSeen } = contact
  const row = {
    site,
    instance: lease.instance,
    lease_at: lease.lastAt,
    superseded: JSON.stringify(lease.superseded),
    last_at: lastAt,
    error_code: error?.code ?? null,
    error_detail: error?.detail ?? null,
    error_at: error?.at ?? null,
    types_ahead: JSON.stringify(typesAhead),
    down_seen: downSeen,
  }
  await tx.insert(contactTable, [row], 'replace')
}

/** Keeps a named error beside what is known of the centre. */
export async function noteError(tx: ProjectionTx, site: string, refusal: Refusal, now: Instant): Promise<void> {
  const error = { code: refusal.refused, detail: refusal.detail ?? '', at: now }
  const known = (await readContact(tx, site)) ?? unheard(site)
  await writeContact(tx, { ...known, error })
}

export async function noteDownSeen(tx: ProjectionTx, site: string, downSeen: number): Promise<void> {
  const known = (await readContact(tx, site)) ?? unheard(site)
  if (known.downSeen !== downSeen) await writeContact(tx, { ...known, downSeen })
}

/** True while a person should look at it: nothing good came after it, or two processes were seen within the lease. */
export function errorStands({ error }: Contact, now: Instant): boolean {
  return error !== undefined && (error.code !== 'CLONE' || now - error.at < LEASE_MS)
}

export function unheard(site: string): Contact {
  return { site, lease: { instance: '', lastAt: 0, superseded: [] }, lastAt: 0, typesAhead: [], downSeen: 0 }
}

function contactOf(row: ContactRow): Contact {
  const error =
    row.error_code === null || row.error_at === null
      ? undefined
      : { code: row.error_code, detail: row.error_detail ?? '', at: row.error_at }
  return {
    site: row.site,
    lease: {
      instance: row.instance,
      lastAt: row.lease_at,
      superseded: JSON.parse(row.superseded) as string[],
    },
    lastAt: row.last_at,
    error,
    typesAhead: JSON.parse(row.types_ahead) as string[],
    downSeen: row.down_seen,
  }
}
