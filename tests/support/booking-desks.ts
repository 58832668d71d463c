/** The desks of seats and bookings on a real centre folder, without the web in between. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BookingDesk } from '../../appliance/booking/booking-desk.ts'
import { cancelPlaces } from '../../appliance/booking/cancel-places.ts'
import { FloorBook } from '../../appliance/booking/floor-plan.ts'
import { SeatDesk } from '../../appliance/booking/seat-desk.ts'
import { SeriesDesk } from '../../appliance/booking/series-desk.ts'
import { type OpenedCentre, openCentre } from '../../appliance/open-centre.ts'
import { silentLog } from '../../central-sync/journal/log.ts'
import { workerRegistered } from '../../central-sync/protocol/event/person.ts'
import { newIdentifier, type ResourceId, type StaffId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import { EIGHT } from './booking-fixture.ts'
import { TurnedClock } from './hub-fixture.ts'

export const clerk: StaffId = newIdentifier('staff')

export class BookingDesks implements AsyncDisposable {
  readonly folder: string
  readonly clock: Clock
  centre: OpenedCentre
  floor: FloorBook
  seats: SeatDesk
  bookings: BookingDesk
  series: SeriesDesk

  private constructor(folder: string, clock: Clock, centre: OpenedCentre) {
    this.folder = folder
    this.clock = clock
    this.centre = centre
    const { journal } = centre
    this.floor = new FloorBook(journal)
    this.seats = new SeatDesk(journal, this.floor)
    this.bookings = new BookingDesk({ journal, floor: this.floor, cancelPlaces })
    this.series = new SeriesDesk(journal, this.floor)
  }

  static async create(clock: Clock = new TurnedClock(EIGHT)): Promise<BookingDesks> {
    const folder = await mkdtemp(join(tmpdir(), 'kado-desks-'))
    return new BookingDesks(folder, clock, await openCentre(folder, clock, silentLog))
  }

  async resource(name: string, more: Partial<Parameters<SeatDesk['describe']>[1]> = {}): Promise<ResourceId> {
    const attrs = { monitor: false, standing: false, accessible: false, quiet: false }
    const shape = { capacity: 1, bufferMin: 0, checkInRequired: true, graceMin: 15, open: true }
    const place = { map: { x: 0, y: 0, w: 50, h: 50 }, floor: '1階' }
    const sheet = { kind: 'seat' as const, name, parent: null, attrs, ...shape, ...place, ...more }
    const made = await this.seats.describe(undefined, sheet, clerk)
    if (isRefusal(made)) throw new Error(made.refused)
    return made.resource
  }

  async workers(count: number): Promise<WorkerId[]> {
    const ids = Array.from({ length: count }, () => newIdentifier('worker'))
    await this.centre.journal.write('workers', async (tx) => {
      tx.append(
        ids.map((worker, index) => ({
          event: workerRegistered,
          data: { worker, code: `W${String(index).padStart(3, '0')}`, home: this.centre.site },
          personal: { name: '見本', kana: 'みほん', callName: '', language: 'ja' as const },
          subject: worker,
          by: 'system',
        })),
      )
    })
    return ids
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.centre[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true, force: true })
  }
}
