/** Each centre as the hub sees it: head, last contact, what waits in either direction, the named error that stands. */
import type { Rows } from '../../journal/port.ts'
import { DAY_MS, type Instant } from '../../protocol/time.ts'
import { allContacts, type Contact, errorStands, unheard } from './contacts.ts'

/** A centre that was not heard for so long needs a look. */
export const SILENT_MS = DAY_MS

export interface CentreStatus {
  readonly site: string
  readonly code: string
  readonly name: string
  readonly inc: string
  /** Entries stored here. */
  readonly head: number
  /** Entries stored but not yet read by the followers. */
  readonly unread: number
  readonly incarnations: number
  readonly lastAt: Instant | undefined
  readonly silent: boolean
  readonly downHead: number
  /** Entries the centre has not fetched. */
  readonly downWaiting: number
  readonly error?: { readonly code: string; readonly detail: string; readonly at: Instant } | undefined
  readonly typesAhead: readonly string[]
  /** Entries put aside because this hub cannot read them; what merely came twice is not among them. */
  readonly quarantined: number
}

interface CentreRow {
  readonly site: string
  readonly code: string
  readonly name: string
  readonly down_head: number | null
}

interface StreamRow {
  readonly site: string
  readonly inc: string
  readonly head_seq: number
  readonly sealed_at: number | null
}

export async function listCentres(rows: Rows, now: Instant): Promise<CentreStatus[]> {
  const centres = await rows.all<CentreRow>(
    `SELECT c.site AS site, c.code AS code, c.name AS name, d.head_seq AS down_head
     FROM centre c LEFT JOIN down_stream d ON d.site = c.site WHERE c.public_key IS NOT NULL ORDER BY c.code`,
  )
  const streams = await rows.all<StreamRow>(
    "SELECT site, inc, head_seq, sealed_at FROM stream WHERE kind = 'received' ORDER BY stream",
  )
  const [contacts, waiting] = [await allContacts(rows), await countsBySite(rows)]
  return centres.map((centre) =>
    statusOf(centre, {
      streams: streams.filter(({ site }) => site === centre.site),
      contact: contacts.get(centre.site) ?? unheard(centre.site),
      counts: waiting.get(centre.site) ?? { unread: 0, quarantined: 0 },
      now,
    }),
  )
}

interface StatusFacts {
  readonly streams: readonly StreamRow[]
  readonly contact: Contact
  readonly counts: { readonly unread: number; readonly quarantined: number }
  readonly now: Instant
}

function statusOf(centre: CentreRow, { streams, contact, counts, now }: StatusFacts): CentreStatus {
  const current = streams.findLast(({ sealed_at }) => sealed_at === null)
  const downHead = centre.down_head ?? 0
  return {
    site: centre.site,
    code: centre.code,
    name: centre.name,
    inc: current?.inc ?? '',
    head: current?.head_seq ?? 0,
    incarnations: streams.length,
    lastAt: contact.lastAt === 0 ? undefined : contact.lastAt,
    silent: now - contact.lastAt > SILENT_MS,
    downHead,
    downWaiting: Math.max(0, downHead - contact.downSeen),
    error: errorStands(contact, now) ? contact.error : undefined,
    typesAhead: contact.typesAhead,
    ...counts,
  }
}

async function countsBySite(rows: Rows): Promise<ReadonlyMap<string, { unread: number; quarantined: number }>> {
  const counts = new Map<string, { unread: number; quarantined: number }>()
  const add = (site: string, part: Partial<{ unread: number; quarantined: number }>) =>
    counts.set(site, { unread: 0, quarantined: 0, ...counts.get(site), ...part })
  const unread = await rows.all<{ site: string; n: number }>(
    `SELECT s.site AS site, count(*) AS n FROM entry e JOIN stream s ON s.stream = e.stream
     WHERE e.pos > (SELECT projected FROM journal_state WHERE one = 1) GROUP BY s.site`,
  )
  for (const { site, n } of unread) add(site, { unread: n })
  const aside = await rows.all<{ site: string; n: number }>(
    `SELECT s.site AS site, count(DISTINCT q.pos) AS n FROM quarantine q JOIN entry e ON e.pos = q.pos
     JOIN stream s ON s.stream = e.stream WHERE q.error NOT LIKE 'duplicate:%' GROUP BY s.site`,
  )
  for (const { site, n } of aside) add(site, { quarantined: n })
  return counts
}
