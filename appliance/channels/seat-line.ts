/** What kiosks hear and say about seats: the word after an IN, a seat that was pressed, free places for the first screen. */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { DeviceId, EventId } from '../../central-sync/protocol/identifier.ts'
import type { ServerFrame, TapAnswer } from '../../central-sync/protocol/wire/device.ts'
import type { SeatWord } from '../../central-sync/protocol/wire/seat.ts'
import { type DeviceCursors, noteNumber } from '../attendance/device-cursors.ts'
import type { DeviceAck, DeviceBatch, Poison } from '../attendance/device-record.ts'
import type { PlacesFeed } from '../booking/places-feed.ts'
import type { SeatBook } from '../booking/seat-book.ts'
import type { WalkInDesk } from '../booking/walk-in-desk.ts'
import { deviceQuarantine } from '../migrations.ts'
import type { SeatArrival } from './split-records.ts'

/** A word about a seat is for who stands there: nobody waits at a tap that is older. */
const STANDING_MS = 120_000

export interface SeatLineOptions {
  readonly journal: Journal
  readonly cursors: DeviceCursors
  readonly seatBook: SeatBook
  readonly walkIn: WalkInDesk
  readonly places: PlacesFeed
  now(): number
}

export class SeatLine {
  readonly #options: SeatLineOptions

  constructor(options: SeatLineOptions) {
    this.#options = options
  }

  /** Nothing for a centre without seats. */
  async placesNow(): Promise<ServerFrame[]> {
    const places = await this.#options.places.now()
    return places === undefined ? [] : [{ t: 'places', places }]
  }

  /** Of memory only: an answer to a tap waits for nothing here. */
  wordsAfter(batch: DeviceBatch, answers: readonly TapAnswer[]): SeatWord[] {
    const { seatBook, now } = this.#options
    if (!seatBook.hasSeats) return []
    const at = now()
    const targets = new Map<EventId, EventId>()
    for (const { record } of batch.records) if (record.t === 'redirect') targets.set(record.id, record.target)
    return answers.flatMap(({ id, result, worker, time }) => {
      if (result !== 'in' || worker === undefined || Math.abs(at - time) > STANDING_MS) return []
      return seatBook.seatFor(worker, targets.get(id) ?? id, at) ?? []
    })
  }

  /** Resolves once everything is committed with fsync. Throws `Refused` when it is not. */
  async accept(device: DeviceId, arrivals: readonly SeatArrival[], words: SeatWord[]): Promise<DeviceAck> {
    const { cursors, walkIn } = this.#options
    await cursors.have(device)
    const aside: Poison[] = []
    for (const arrival of arrivals) {
      if ('poison' in arrival) aside.push(arrival.poison)
      else {
        const word = await walkIn.take(device, arrival.record)
        if (word !== undefined) words.push(word)
      }
      await this.#note(device, arrival)
    }
    const quarantined = aside.map(({ id, code }) => ({ id, code }))
    return { seq: cursors.known(device), answers: [], quarantined }
  }

  #note(device: DeviceId, arrival: SeatArrival): Promise<void> {
    const { journal, cursors } = this.#options
    return journal.write('seat.record', async (tx) => {
      if ('poison' in arrival) {
        await tx.insert(deviceQuarantine, [{ ...arrival.poison, device, at: tx.now }], 'ignore')
      }
      await noteNumber(tx, cursors, device, arrival.seq)
    })
  }
}
