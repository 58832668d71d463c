/** Sorts the entries of one disk into what each worker's days rest on. Knows the entries' published shapes only. */
import type { DiskEntry } from './disk.ts'
import { compare, type Decision, type EvidentTap, type ExpectedSession, expectDay } from './expect-day.ts'

export interface Evidence {
  /** By `worker day`. */
  readonly days: ReadonlyMap<string, readonly ExpectedSession[]>
  /** Every tap, also of nobody, with whose it is. */
  readonly taps: ReadonlyMap<string, EvidentTap & { readonly worker: string | undefined; readonly day: string }>
}

interface Correction {
  readonly worker: string
  readonly day: string
  readonly decision: Decision
}

export function gatherEvidence(entries: readonly DiskEntry[]): Evidence {
  const taps = new Map(tapsOf(entries).map((tap) => [tap.id, tap]))
  const decisions = decisionsOf(entries)
  const keys = new Set(
    [...taps.values()].flatMap(({ worker, day }) => (worker === undefined ? [] : [`${worker} ${day}`])),
  )
  for (const { worker, day } of decisions) keys.add(`${worker} ${day}`)
  const days = new Map(
    [...keys].map((key): [string, ExpectedSession[]] => {
      const own = [...taps.values()].filter(({ worker, day }) => `${worker} ${day}` === key)
      const about = decisions.filter(({ worker, day }) => `${worker} ${day}` === key)
      return [
        key,
        expectDay(
          own,
          about.map(({ decision }) => decision),
        ),
      ]
    }),
  )
  return { days, taps }
}

/** Five in the morning in Japan is where a day begins. */
export function dayOf(time: number): string {
  return new Date(time + 4 * 3_600_000).toISOString().slice(0, 10)
}

function tapsOf(entries: readonly DiskEntry[]) {
  const closed = new Map(of(entries, 'payroll.closed').map(({ data, pos }) => [String(data.month), pos]))
  const attributed = new Map(of(entries, 'tap.attributed').map(({ data }) => [data.target, String(data.worker)]))
  const redirects = lastRedirects(entries)
  const voided = new Set(of(entries, 'tap.voided').map(({ data }) => data.target))
  return of(entries, 'tap.recorded').map(({ id, data, pos }) => {
    const time = Number(data.time)
    const day = dayOf(time)
    const given = data.known === 'unknown_card' ? attributed.get(id) : undefined
    return {
      id,
      worker: data.known === 'known' ? String(data.worker) : given,
      day,
      site: String(data.site),
      device: String(data.device),
      seq: seqOf(id),
      place: String(data.place),
      time,
      claim: (redirects.get(id) ?? data.claim) as 'in' | 'out',
      redirected: redirects.has(id),
      voided: voided.has(id),
      clock: String(data.clock),
      offsetAge: data.offsetAge as number | null,
      identified: String(data.identified),
      attributed: given !== undefined,
      late: pos > (closed.get(day.slice(0, 7)) ?? Number.POSITIVE_INFINITY),
    }
  })
}

/** The device's own counter says which press was the last. */
function lastRedirects(entries: readonly DiskEntry[]): ReadonlyMap<string, 'in' | 'out'> {
  const sorted = of(entries, 'tap.redirected').sort((a, b) => compare([seqOf(a.id)], [seqOf(b.id)]))
  return new Map(sorted.map(({ data }) => [String(data.target), data.claim as 'in' | 'out']))
}

/** In the order in which the home centre wrote them. */
function decisionsOf(entries: readonly DiskEntry[]): Correction[] {
  const decided = of(entries, 'correction.decided')
  const reverted = new Set(decided.filter(({ data }) => data.outcome === 'reverted').map(({ data }) => data.correction))
  const granted = decided.filter(({ data }) => data.outcome === 'approved' && !reverted.has(data.correction))
  const confirmed = of(entries, 'session.confirmed')
  return [
    ...granted.map(({ id, data }) => ({
      worker: String(data.worker),
      day: String(data.day),
      decision: { kind: 'granted', id, taps: data.taps, granted: data.granted } as Decision,
    })),
    ...confirmed.map(({ data }) => ({
      worker: String(data.worker),
      day: String(data.day),
      decision: { ...data, kind: 'confirmed' } as unknown as Decision,
    })),
  ]
}

export function of(entries: readonly DiskEntry[], type: string): DiskEntry[] {
  return entries.filter((entry) => entry.type === type)
}

export function seqOf(id: string): number {
  return Number(id.split('.')[2] ?? 0)
}
