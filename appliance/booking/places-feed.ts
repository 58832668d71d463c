/**
 * Free seats, rooms and childcare places as numbers for kiosks: told when they change, looked at once a minute because a
 * booking begins without anybody doing anything. No name and no child is in them.
 */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import { type Clock, calendarDayOf, type Instant, MINUTE_MS, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { PlacesNow, CareSlot as ShownSlot } from '../../central-sync/protocol/wire/seat.ts'
import { headCount, placesLeft, staffNeeded } from '../../central-sync/rules/care-need.ts'
import { SLOT_MINUTES } from '../../central-sync/rules/fill-slots.ts'
import { type CareDay, readCareDays, slotsOf } from '../childcare/care-day.ts'
import type { FloorBook, FloorPlan, Resource } from './floor-plan.ts'
import type { SeatBook } from './seat-book.ts'

const QUIET_MS = 300
const FRESH_MS = 1_000
const ROOMS_MAX = 4
/** Now, and the beginning of the next two hours. */
const HOURS_AHEAD = 2
/** Counted for a child of one or two, the commonest. */
const USUAL_BAND = 'a12'
const PLACES_MAX = 20
const ABOUT = /^(?:resource|hours|closure|booking|care|shift)\./

export interface PlacesFeedOptions {
  readonly journal: Journal
  readonly clock: Clock
  readonly floor: FloorBook
  readonly seats: SeatBook
  changed(places: PlacesNow): void
}

export class PlacesFeed implements Disposable {
  readonly #options: PlacesFeedOptions
  #stop: (() => void) | undefined
  #due: NodeJS.Timeout | undefined
  #every: NodeJS.Timeout | undefined
  #counted: { readonly mono: number; readonly places: Promise<PlacesNow | undefined> } | undefined
  /** What was told last, without its time. */
  #told = ''

  constructor(options: PlacesFeedOptions) {
    this.#options = options
  }

  start(): void {
    this.#stop = this.#options.journal.onCommitted((entries) => {
      if (entries.some(({ t }) => ABOUT.test(t))) this.#note()
    })
    this.#every = setInterval(() => this.#note(), MINUTE_MS)
    this.#every.unref()
  }

  [Symbol.dispose](): void {
    this.#stop?.()
    clearTimeout(this.#due)
    clearInterval(this.#every)
  }

  /** Counted at most once a second, however many kiosks ask; nothing for a centre without seats. */
  now(): Promise<PlacesNow | undefined> {
    const mono = this.#options.clock.monotonicMs()
    if (this.#counted === undefined || mono - this.#counted.mono > FRESH_MS) {
      const places = this.#count()
      this.#counted = { mono, places }
      places.catch(() => {
        this.#counted = undefined
      })
    }
    return this.#counted.places
  }

  #note(): void {
    if (this.#due !== undefined) return
    this.#due = setTimeout(() => {
      this.#due = undefined
      this.#counted = undefined
      // What could not be counted is counted with the next change.
      this.#tell().catch(() => undefined)
    }, QUIET_MS)
    this.#due.unref()
  }

  async #tell(): Promise<void> {
    const places = await this.now()
    if (places === undefined) return
    const { at: _at, ...rest } = places
    const text = JSON.stringify({ ...rest, hour: Math.floor(places.at / (60 * MINUTE_MS)) })
    if (text === this.#told) return
    this.#told = text
    this.#options.changed(places)
  }

  async #count(): Promise<PlacesNow | undefined> {
    const { journal, clock, floor, seats } = this.#options
    await seats.fresh()
    if (!seats.hasSeats) return undefined
    const at = clock.now()
    return { at, ...seats.numbers(at), care: await careNumbers(journal.read, await floor.now(), at) }
  }
}

async function careNumbers(rows: Rows, plan: FloorPlan, at: Instant): Promise<PlacesNow['care']> {
  const rooms = [...plan.resources.values()].filter((one) => one.kind === 'nursery' && plan.isOpen(one))
  const shown = rooms.slice(0, ROOMS_MAX)
  if (shown.length === 0) return []
  const day = calendarDayOf(at)
  const days = await readCareDays(
    rows,
    day,
    shown.map(({ resource }) => resource),
    { now: at },
  )
  const inside = await rows.all<{ room: string; count: number }>(
    'SELECT room, count(*) AS count FROM care_stay WHERE departed_at IS NULL AND twin = 0 GROUP BY room',
  )
  return shown.map((room, index) => {
    const present = inside.find((one) => one.room === room.resource)?.count ?? 0
    return { name: room.name, slots: slotsFrom(plan, room, days[index] as CareDay, { at, present }) }
  })
}

/** Times after closing are left out. */
function slotsFrom(
  plan: FloorPlan,
  room: Resource,
  day: CareDay,
  { at, present }: { readonly at: Instant; readonly present: number },
): ShownSlot[] {
  const minute = wallMinuteOf(at)
  const { hours, closures } = plan.openingOf(day.day, room)
  const hour = Math.floor(minute / 60) * 60
  const times = [minute, ...Array.from({ length: HOURS_AHEAD }, (_, ahead) => hour + (ahead + 1) * 60)]
  const open = times.filter((time) => hours !== null && hours.start <= time && time < hours.end)
  return open.map((time) => {
    const start = Math.floor(time / SLOT_MINUTES) * SLOT_MINUTES
    const [slot] = slotsOf(day, { start, end: start + SLOT_MINUTES })
    const closed = closures.some((one) => one.start <= time && time < one.end)
    const { policy } = day
    const load = slot?.load
    const counts =
      slot === undefined || load === undefined || policy === undefined
        ? { booked: 0, staff: slot?.means.staff ?? 0, needed: 0, free: 0 }
        : {
            booked: headCount(load.heads),
            staff: slot.means.staff,
            needed: staffNeeded(load, policy),
            free: closed ? 0 : placesLeft(load, slot.means, policy, USUAL_BAND, PLACES_MAX),
          }
    const first = time === minute
    return { at: first ? at : at + (time - minute) * MINUTE_MS, ...(first ? { present } : {}), ...counts }
  })
}
