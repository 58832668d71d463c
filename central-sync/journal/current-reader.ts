/**
 * Reads of a centre see everything that was acknowledged before: when followers are behind, a read first waits until
 * they have seen what was committed at its call. A job of the write lane reads as it is, because it must not wait for
 * the lane; and nobody waits longer than `PATIENCE_MS`: a full disk keeps projections old, and people can still read.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Row, Rows } from './port.ts'

const PATIENCE_MS = 5_000

export interface FollowersAtWork {
  /** Position up to which entries are committed, and up to which of them projections are. */
  readonly committed: number
  readonly followed: number
  /** The caller is a job of the lane, or the lane is closed: nobody could serve it. */
  readonly mayWait: boolean
  /** Resolves when another part was followed; rejects when that failed. */
  follow(): Promise<void>
}

export class CurrentReader implements Rows {
  private readonly rows: Rows
  private readonly work: FollowersAtWork

  constructor(rows: Rows, work: FollowersAtWork) {
    this.rows = rows
    this.work = work
  }

  async all<T extends object = Row>(sql: string, params?: Parameters<Rows['all']>[1]): Promise<T[]> {
    if (this.isBehind) await this.current()
    return this.rows.all<T>(sql, params)
  }

  async one<T extends object = Row>(sql: string, params?: Parameters<Rows['all']>[1]): Promise<T | undefined> {
    return (await this.all<T>(sql, params))[0]
  }

  private get isBehind(): boolean {
    const { committed, followed, mayWait } = this.work
    return followed < committed && mayWait
  }

  private async current(): Promise<void> {
    const enough = new AbortController()
    const { signal } = enough
    await Promise.race([this.followUpTo(this.work.committed, signal), delay(PATIENCE_MS, undefined, { signal })]).catch(
      () => undefined,
    )
    enough.abort()
  }

  private async followUpTo(position: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.work.followed < position && this.work.mayWait) await this.work.follow()
  }
}
