/** A real centre with seats, a room, hours and workers with phones, for everything about bookings. */
import { join } from 'node:path'
import { type Instant, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { ApplianceFixture, type Json, Visitor } from './appliance-fixture.ts'
import { TurnedClock } from './hub-fixture.ts'
import { readIndependently } from './independent-reader.ts'

/** A Friday. */
export const TODAY = '2026-11-20'
/** The Tuesday after it; Monday the 23rd is a national holiday. */
export const TUESDAY = '2026-11-24'
export const EIGHT: Instant = parseIsoInstant('2026-11-20T08:00:00+09:00') ?? 0

export interface Seated {
  readonly worker: string
  readonly code: string
  /** Signed in on her phone. */
  readonly phone: Visitor
}

export class BookingFixture implements AsyncDisposable {
  readonly centre: ApplianceFixture
  readonly desk: Visitor
  #people = 0

  private constructor(centre: ApplianceFixture, desk: Visitor) {
    this.centre = centre
    this.desk = desk
  }

  static async create(at: Instant = EIGHT, clock = new TurnedClock(at)): Promise<BookingFixture> {
    const centre = await ApplianceFixture.create(at, 'SHI', clock)
    const fixture = new BookingFixture(centre, await centre.claimed())
    const open = { start: '9:00', end: '18:00' }
    const weekdays = [open, open, open, open, open, {}, {}]
    await fixture.must('/hours', { weekdays, holidays: false })
    return fixture
  }

  /** As the front desk; throws unless it is done. */
  async must(path: string, input: unknown): Promise<Json> {
    const answer = await this.desk.send(path, input)
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async resource(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return (await this.must('/resources', { kind: 'seat', name, ...more })).resource
  }

  async worker(): Promise<Seated> {
    this.#people += 1
    const code = `W${String(this.#people).padStart(3, '0')}`
    const { worker, pin } = await this.must('/workers', { code, name: `席 ${code}`, kana: 'せき', callName: '' })
    const phone = new Visitor(this.centre.url)
    await phone.send('/sign-in/worker', { code, pin })
    await phone.send('/pin/change', { current: pin, next: '270841' })
    return { worker, code, phone }
  }

  /** Independent of our own code: pairs of bookings that share a minute of one seat, or of one person. */
  async doubleBookings(): Promise<number> {
    const [row] = await readIndependently<{ count: number }>(
      join(this.centre.folder, 'journal.db'),
      `SELECT count(*) AS count FROM booking a JOIN booking b ON a.day = b.day AND a.booking < b.booking
        AND (a.resource = b.resource OR a.worker = b.worker) AND a.start_min < b.end_min AND b.start_min < a.end_min
       WHERE a.state IN ('held', 'confirmed', 'in') AND b.state IN ('held', 'confirmed', 'in')`,
    )
    return row?.count ?? -1
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.centre[Symbol.asyncDispose]()
  }
}
