/** What is known of each device beyond its records: connected, last seen, readers, how complete, suspected clones. */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import type { ReaderHealth } from '../../central-sync/protocol/wire/device.ts'

export interface DeviceState {
  readonly connected: boolean
  /** It has said on this connection that everything it saw is here; what it sees now comes at once. */
  readonly caughtUp: boolean
  readonly lastSeen: Instant | undefined
  readonly spooled: number
  readonly readers: readonly ReaderHealth[]
}

interface Live {
  connections: number
  caughtUp: boolean
  lastSeen: Instant
  spooled: number
  readers: readonly ReaderHealth[]
}

export class DeviceStates {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #live = new Map<DeviceId, Live>()
  readonly #writing = new Set<Promise<void>>()
  #changed: () => void = () => undefined

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal
    this.#clock = clock
  }

  /** `listener` is called when a page that shows devices would look different. */
  onChange(listener: () => void): void {
    this.#changed = listener
  }

  of(device: DeviceId): DeviceState {
    const live = this.#live.get(device)
    return {
      connected: (live?.connections ?? 0) > 0,
      caughtUp: live?.caughtUp ?? false,
      lastSeen: live?.lastSeen,
      spooled: live?.spooled ?? 0,
      readers: live?.readers ?? [],
    }
  }

  noteConnected(device: DeviceId): void {
    const live = this.#liveOf(device)
    live.connections += 1
    live.caughtUp = false
    this.#changed()
  }

  async noteDisconnected(device: DeviceId): Promise<void> {
    const live = this.#liveOf(device)
    live.connections = Math.max(0, live.connections - 1)
    this.#changed()
    await this.#keep(device, undefined)
  }

  noteHealth(device: DeviceId, readers: readonly ReaderHealth[], spooled: number): void {
    const live = this.#liveOf(device)
    live.readers = readers
    live.spooled = spooled
    this.#changed()
  }

  /** "Everything up to `seq` was sent at `at`": what the watermark of a day rests on. Kept before it is relied on. */
  noteComplete(device: DeviceId, seq: number, at: Instant): Promise<void> {
    const live = this.#liveOf(device)
    live.spooled = 0
    live.caughtUp = true
    // Its own clock may run ahead; nothing after now is complete.
    return this.#keep(device, { seq, at: Math.min(at, this.#clock.now()) })
  }

  async noteClone(device: DeviceId): Promise<void> {
    await this.#journal.write('device.clone', (tx) =>
      tx.run('INSERT OR REPLACE INTO device_clone (device, noticed_at) VALUES (?, ?)', [device, tx.now]),
    )
    this.#changed()
  }

  /** Staff looked into it and re-enrolled or retired the device. */
  clearClone(device: DeviceId): Promise<void> {
    return this.#journal.write('device.clone-cleared', (tx) =>
      tx.run('DELETE FROM device_clone WHERE device = ?', [device]),
    )
  }

  #liveOf(device: DeviceId): Live {
    let live = this.#live.get(device)
    if (live === undefined) {
      live = { connections: 0, caughtUp: false, lastSeen: this.#clock.now(), spooled: 0, readers: [] }
      this.#live.set(device, live)
    }
    live.lastSeen = this.#clock.now()
    return live
  }

  /** Resolves when what was noted before is on disk or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#writing)
  }

  #keep(device: DeviceId, complete: { seq: number; at: Instant } | undefined): Promise<void> {
    const writing = this.#write(device, complete).finally(() => this.#writing.delete(writing))
    this.#writing.add(writing)
    return writing
  }

  #write(device: DeviceId, complete: { seq: number; at: Instant } | undefined): Promise<void> {
    return this.#journal.write('device.seen', (tx) =>
      tx.run(
        `INSERT INTO device_cursor (device, complete_seq, complete_at, last_seen) VALUES (?, ?, ?, ?)
         ON CONFLICT (device) DO UPDATE SET last_seen = excluded.last_seen,
           complete_seq = CASE WHEN ${NEWER} THEN excluded.complete_seq ELSE complete_seq END,
           complete_at = CASE WHEN ${NEWER} THEN excluded.complete_at ELSE complete_at END`,
        [device, complete?.seq ?? null, complete?.at ?? null, tx.now],
      ),
    )
  }
}

/** A declaration from later than now was made while this clock was wrong: any other one is better. */
const NEWER = `excluded.complete_at IS NOT NULL
  AND (complete_at IS NULL OR complete_at > excluded.last_seen OR excluded.complete_at >= complete_at)`

/** The device as the journal knows it. */
export async function findDevice(rows: Rows, device: DeviceId) {
  const row = await rows.one<{
    device: DeviceId
    public_key: string
    box_key: string
    label: string
    place: string
    retired_at: number | null
  }>('SELECT device, public_key, box_key, label, place, retired_at FROM device WHERE device = ? AND kind = ?', [
    device,
    'kiosk',
  ])
  if (row === undefined) return undefined
  const { public_key, box_key, label, place, retired_at } = row
  return { device, publicKey: public_key, boxKey: box_key, label, place, retired: retired_at !== null }
}
