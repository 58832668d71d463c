/**
 * Where the journal stands: the own head, the arrival position and how far the followers are. The memory copy is only
 * a cache of committed facts plus the open transaction; it is read again after a lost group, and on PostgreSQL, where
 * another process may write, at the start of every group under the lock of the state's row.
 */
import type { SetSql, WriterConnection } from './dialect/port.ts'
import type { StreamHead } from './streams.ts'

/** What a unit changes and what its rollback brings back. */
export interface Mark {
  readonly seq: number
  readonly hash: Buffer
  readonly pos: number
  readonly projected: number
}

interface StateRow {
  readonly pos: number
  readonly projected: number
  readonly head_seq: number
  readonly head_hash: Buffer
}

const READ = `SELECT j.pos, j.projected, s.head_seq, s.head_hash
  FROM journal_state j JOIN stream s ON s.stream = j.own WHERE j.one = 1 AND j.own = ?`

export class JournalState {
  readonly streams: Map<number, StreamHead>
  readonly own: StreamHead
  seq: number
  hash: Buffer
  pos = 0
  projected = 0
  private committed: Mark
  private stale = true

  constructor(own: StreamHead, streams: readonly StreamHead[]) {
    this.own = own
    this.streams = new Map(streams.map((stream) => [stream.stream, stream]))
    this.seq = own.seq
    this.hash = own.hash
    this.committed = this.mark()
  }

  mark(): Mark {
    return { seq: this.seq, hash: this.hash, pos: this.pos, projected: this.projected }
  }

  restore(mark: Mark): void {
    this.seq = mark.seq
    this.hash = mark.hash
    this.pos = mark.pos
    this.projected = mark.projected
  }

  /** The own head, committed. */
  get head(): Mark {
    return this.committed
  }

  /** At the start of a group: PostgreSQL always, under the row lock; SQLite after a lost group only. */
  async read(connection: WriterConnection, set: SetSql): Promise<void> {
    if (set.dialect === 'sqlite' && !this.stale) return
    const lock = set.dialect === 'postgres' ? ' FOR UPDATE' : ''
    const [row] = await connection.query<StateRow>(`${READ}${lock}`, [this.own.stream])
    if (row === undefined) throw new Error('another process opened a new incarnation of this journal')
    this.restore({ seq: row.head_seq, hash: row.head_hash, pos: row.pos, projected: row.projected })
    this.committed = this.mark()
    this.stale = false
  }

  /** What changed in this group, as texts that run right before COMMIT. */
  parting(set: SetSql): string[] {
    const before = this.committed
    const texts: string[] = []
    if (this.seq !== before.seq) {
      const hash = set.bytes(this.hash)
      texts.push(`UPDATE stream SET head_seq = ${this.seq}, head_hash = ${hash} WHERE stream = ${this.own.stream}`)
    }
    if (this.pos !== before.pos || this.projected !== before.projected) {
      texts.push(`UPDATE journal_state SET pos = ${this.pos}, projected = ${this.projected} WHERE one = 1`)
    }
    return texts
  }

  /** A unit was rolled back: a stream it opened may not exist. Streams are found again when an entry names them. */
  forgetStreams(): void {
    this.streams.clear()
    this.streams.set(this.own.stream, this.own)
  }

  confirm(): void {
    this.committed = this.mark()
  }

  /** The group is lost: what memory holds is not what the database holds. */
  forget(): void {
    this.restore(this.committed)
    this.forgetStreams()
    this.stale = true
  }
}
