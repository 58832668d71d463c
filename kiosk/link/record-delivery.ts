/**
 * Brings the spool to the appliance with the house's one delivery machine: one batch in flight, a record leaves the
 * spool only after the appliance has committed it, and a lost answer costs one resend of the same records.
 */

import {
  type DeliveryAction,
  type DeliveryInput,
  type DeliverySettings,
  type DeliveryState,
  deliveryStart,
  stepDelivery,
} from '../../central-sync/protocol/delivery.ts'
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { parseDeviceEventId } from '../../central-sync/protocol/identifier.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import {
  FRAME_BYTES_MAX,
  FRAME_RECORDS_MAX,
  type KioskRecord,
  kioskRecord,
  type ServerFrame,
  type TapAnswer,
} from '../../central-sync/protocol/wire/device.ts'
import type { Spool } from '../../central-sync/spool/spool.ts'
import type { KioskLog } from '../check-in/kiosk-log.ts'

export type AckFrame = ServerFrame & { t: 'ack' }

/** What the appliance has committed. `records` = those of the batch that are acknowledged now. */
export interface Acknowledged {
  readonly seq: number
  readonly records: readonly KioskRecord[]
  readonly answers: readonly TapAnswer[]
}

export interface DeliveryOptions {
  readonly spool: Spool
  readonly clock: Clock
  readonly log: KioskLog
  /** 0 ≤ x < 1. */
  readonly random: () => number
  readonly settings?: Partial<DeliverySettings>
  /** Puts one batch on the wire. */
  send(records: readonly KioskRecord[]): void
  /** The records are forgotten here; their answers may be shown. */
  acknowledged(ack: Acknowledged): void
}

const DEFAULTS: DeliverySettings = {
  batchMax: FRAME_RECORDS_MAX,
  timeoutMs: 8_000,
  backOffMs: { first: 500, max: 30_000 },
}
/** Room for counter, mac and the frame around the records. */
const BATCH_BYTES_MAX = FRAME_BYTES_MAX - 1_024

export class RecordDelivery {
  readonly #options: DeliveryOptions
  #state: DeliveryState = deliveryStart
  /** Grows with every connection: an answer of an older one changes nothing. */
  #turn = 0
  #inFlight: readonly { readonly seq: number; readonly record: KioskRecord }[] = []
  /** Answers whose note is on its way to the disk: the batch is not overdue, however slow that disk is. */
  #settling = 0

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  get state(): DeliveryState {
    return this.#state
  }

  /**
   * The appliance holds everything up to `have`. Records it holds but whose answer was lost are sent once more: it
   * answers a known record as it did the first time, and the person may still stand there.
   */
  connected(have: number): void {
    this.#turn += 1
    this.#step({ kind: 'connected', have: Math.min(have, this.#options.spool.acked) })
  }

  disconnected(): void {
    this.#turn += 1
    this.#step({ kind: 'disconnected' })
  }

  /** Something was appended, or time has passed. */
  tick(): void {
    if (this.#settling === 0) this.#step({ kind: 'tick' })
  }

  refusedFor(retryMs: number): void {
    this.#step({ kind: 'failed', retryMs })
  }

  /** Quarantined records are set aside before anything is forgotten; then the answers are told. */
  async acknowledge(frame: AckFrame): Promise<void> {
    const { spool, log, acknowledged } = this.#options
    if (this.#state.kind !== 'sending' || frame.seq < this.#state.acked) return
    // A receiver that already holds higher numbers of this device (its spool was replaced) holds these as well.
    const seq = Math.min(frame.seq, this.#state.upTo)
    const turn = this.#turn
    // Of this batch, whatever a new connection sends while the disk is slow.
    const records = this.#inFlight.filter((sent) => sent.seq <= seq).map(({ record }) => record)
    this.#settling += 1
    try {
      for (const { id, code } of frame.quarantined) {
        log.warn({ record: id, code }, 'the appliance could not apply a record; it is kept aside')
        await spool.quarantine(seqOf(id), code)
      }
      await spool.forget(seq)
    } finally {
      this.#settling -= 1
    }
    this.#inFlight = this.#inFlight.filter((sent) => sent.seq > seq)
    acknowledged({ seq, records, answers: frame.answers })
    if (turn === this.#turn) this.#step({ kind: 'acked', seq })
  }

  #step(input: DeliveryInput): void {
    const { spool, clock, random, settings } = this.#options
    const context = {
      head: spool.head,
      now: clock.monotonicMs(),
      jitter: random(),
      settings: { ...DEFAULTS, ...settings },
    }
    const { state, actions } = stepDelivery(this.#state, input, context)
    this.#state = state
    for (const action of actions) this.#perform(action)
  }

  #perform(action: DeliveryAction): void {
    // `forget` is done before the step, when the acknowledgement arrives.
    if (action.kind === 'send') void this.#send(action.from, action.to, this.#turn)
  }

  async #send(from: number, to: number, turn: number): Promise<void> {
    try {
      const kept = await this.#options.spool.read(from, to - from + 1, BATCH_BYTES_MAX)
      if (turn !== this.#turn) return
      this.#inFlight = kept.map(({ seq, bytes }) => ({ seq, record: readRecord(bytes) }))
      this.#options.send(this.#inFlight.map(({ record }) => record))
    } catch (error) {
      this.#options.log.error({ error, from, to }, 'the spool could not be read')
      if (turn === this.#turn) this.#step({ kind: 'failed' })
    }
  }
}

/** A record as it was appended. Anything else is a damaged program, not a damaged disk: the spool checks its bytes. */
export function readRecord(bytes: Uint8Array): KioskRecord {
  return kioskRecord.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
}

function seqOf(id: EventId): number {
  const seq = parseDeviceEventId(id)?.seq
  if (seq === undefined) throw new Error('the appliance named a record that is not of a device')
  return seq
}
