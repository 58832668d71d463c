/** What routing remembers between entries, loaded for one batch and written with it. Lives in one transaction. */
import type { ProjectionTx, StoredEntry } from '../../journal/port.ts'
import { DAY_MS, type Instant } from '../../protocol/time.ts'
import type { RoutingFacts } from './decide-extract.ts'
import {
  routeAcquaintanceTable,
  routeConcernTable,
  routeHomeTable,
  routeNoteTable,
  routeParkedTable,
} from './routing-tables.ts'

const CHUNK = 200
/** Being seen is written down once in a while, not at every tap. */
const SEEN_EVERY_MS = DAY_MS
const SEEN_AGAIN = 'UPDATE route_acquaintance SET seen_at = ? WHERE worker = ? AND site = ? AND seen_at < ?'

export class RoutingMemory implements RoutingFacts {
  private readonly tx: ProjectionTx
  private readonly homes = new Map<string, string>()
  private readonly newHomes: { worker: string; site: string }[] = []
  /** Workers for whom entries wait until their home is known. */
  private readonly parked = new Set<string>()
  private readonly sitesOfWorker = new Map<string, Set<string>>()
  private readonly sitesOfPackage = new Map<string, Set<string>>()
  private readonly notes = new Map<string, string>()

  constructor(tx: ProjectionTx) {
    this.tx = tx
  }

  /** Loads what these entries refer to. */
  async load(entries: readonly StoredEntry[]): Promise<void> {
    const texts = (name: string) => [...new Set(entries.map(({ d }) => d[name]).filter((id) => typeof id === 'string'))]
    await this.loadNotes([
      ...texts('target').map((id) => `tap:${id}`),
      ...texts('assignment').map((id) => `assignment:${id}`),
      ...texts('package').map((id) => `package:${id}`),
    ])
    await this.loadWorkers([...new Set([...texts('worker'), ...this.notes.values()])])
    for (const { package: work, site } of await this.select<{ package: string; site: string }>(
      'SELECT package, site FROM route_concern WHERE package',
      texts('package'),
    )) {
      this.remember(this.sitesOfPackage, work, site)
    }
  }

  async loadWorkers(workers: readonly string[]): Promise<void> {
    for (const { worker, site } of await this.select<{ worker: string; site: string }>(
      'SELECT worker, site FROM route_home WHERE worker',
      workers,
    )) {
      this.homes.set(worker, site)
    }
    for (const { worker, site } of await this.select<{ worker: string; site: string }>(
      'SELECT worker, site FROM route_acquaintance WHERE worker',
      workers,
    )) {
      this.remember(this.sitesOfWorker, worker, site)
    }
    for (const { worker } of await this.select<{ worker: string }>(
      'SELECT DISTINCT worker FROM route_parked WHERE worker',
      workers,
    )) {
      this.parked.add(worker)
    }
  }

  /** Writes what was kept for the end of the step. */
  async flush(): Promise<void> {
    await this.tx.insert(routeHomeTable, this.newHomes.splice(0), 'ignore')
  }

  home(worker: string): string | undefined {
    return this.homes.get(worker)
  }

  acquainted(worker: string): readonly string[] {
    return [...(this.sitesOfWorker.get(worker) ?? [])]
  }

  concerned(work: string): readonly string[] {
    return [...(this.sitesOfPackage.get(work) ?? [])]
  }

  workerOfTap(tap: string): string | undefined {
    return this.notes.get(`tap:${tap}`)
  }

  workerOfAssignment(assignment: string): string | undefined {
    return this.notes.get(`assignment:${assignment}`)
  }

  /** False when the home was known already: the first registration counts. */
  setHome(worker: string, site: string): boolean {
    if (this.homes.has(worker)) return false
    this.homes.set(worker, site)
    this.newHomes.push({ worker, site })
    return true
  }

  /** The entry at `pos` waits until her home is known. */
  async park(worker: string, pos: number): Promise<void> {
    this.parked.add(worker)
    await this.tx.insert(routeParkedTable, [{ worker, pos }], 'ignore')
  }

  /** Positions that waited for her, in order; they wait no more. */
  async unpark(worker: string): Promise<number[]> {
    if (!this.parked.delete(worker)) return []
    const rows = await this.tx.all<{ pos: number }>('SELECT pos FROM route_parked WHERE worker = ? ORDER BY pos', [
      worker,
    ])
    await this.tx.deleteWhere(routeParkedTable, ['worker'], [[worker]])
    return rows.map(({ pos }) => pos)
  }

  /** False when they were acquainted already; seen there again in any case. */
  async acquaint(worker: string, site: string, now: Instant): Promise<boolean> {
    const known = this.sitesOfWorker.get(worker)?.has(site) === true
    this.remember(this.sitesOfWorker, worker, site)
    if (known) await this.tx.run(SEEN_AGAIN, [now, worker, site, now - SEEN_EVERY_MS])
    else await this.tx.insert(routeAcquaintanceTable, [{ worker, site, seen_at: now }], 'ignore')
    return !known
  }

  /** Ends an acquaintance. False when she was seen there after `before`, or is not known there. */
  async part(worker: string, site: string, before: Instant): Promise<boolean> {
    const row = await this.tx.one<{ seen_at: number }>(
      'SELECT seen_at FROM route_acquaintance WHERE worker = ? AND site = ?',
      [worker, site],
    )
    if (row === undefined || row.seen_at > before) return false
    this.sitesOfWorker.get(worker)?.delete(site)
    await this.tx.deleteWhere(routeAcquaintanceTable, ['worker', 'site'], [[worker, site]])
    return true
  }

  async concern(work: string, site: string): Promise<boolean> {
    if (this.sitesOfPackage.get(work)?.has(site) === true) return false
    this.remember(this.sitesOfPackage, work, site)
    await this.tx.insert(routeConcernTable, [{ package: work, site }], 'ignore')
    return true
  }

  async note(note: string, value: string): Promise<void> {
    this.notes.set(note, value)
    await this.tx.insert(routeNoteTable, [{ note, value }], 'replace')
  }

  async noted(note: string): Promise<string | undefined> {
    if (!this.notes.has(note)) await this.loadNotes([note])
    return this.notes.get(note)
  }

  /** Values of all notes that begin with `prefix`, in order of the note. */
  async notedUnder(prefix: string): Promise<string[]> {
    const rows = await this.tx.all<{ value: string }>(
      'SELECT value FROM route_note WHERE note >= ? AND note < ? ORDER BY note',
      [prefix, `${prefix}\u007f`],
    )
    return rows.map(({ value }) => value)
  }

  private async loadNotes(notes: readonly string[]): Promise<void> {
    const rows = await this.select<{ note: string; value: string }>(
      'SELECT note, value FROM route_note WHERE note',
      notes,
    )
    for (const { note, value } of rows) this.notes.set(note, value)
  }

  private async select<T extends object>(sql: string, keys: readonly string[]): Promise<T[]> {
    const rows: T[] = []
    for (let from = 0; from < keys.length; from += CHUNK) {
      const part = keys.slice(from, from + CHUNK)
      rows.push(...(await this.tx.all<T>(`${sql} IN (${part.map(() => '?').join(', ')})`, part)))
    }
    return rows
  }

  private remember(sets: Map<string, Set<string>>, key: string, site: string): void {
    const set = sets.get(key)
    if (set === undefined) sets.set(key, new Set([site]))
    else set.add(site)
  }
}
