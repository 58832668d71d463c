/**
 * A day as a table: one row per seat or room, one column per five minutes. Cells span columns, so that the day is a real
 * table for screen readers and paper and needs no inline style. Pure.
 */

/** [start, end) in wall minutes of the day. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type Cell<B extends Span> =
  | ({ readonly kind: 'booked'; readonly columns: number; readonly booking: B } & Span)
  | ({ readonly kind: 'free' | 'past' | 'closed' | 'gap'; readonly columns: number; readonly note?: string } & Span)

export const COLUMN_MIN = 5
/** A shorter gap is not offered: nobody books ten minutes, and a cell that narrow cannot be pressed. */
const OFFERED_MIN = 15

export interface DayFacts<B extends Span> {
  /** The part of the day that is shown; whole hours. */
  readonly shown: Span
  /** Wall minute of now, on the day that is today; undefined on other days. */
  readonly now?: number | undefined
  /** True for a day that is over: nothing can be booked any more. */
  readonly over: boolean
  readonly bookings: readonly B[]
  /** Outside opening hours, closures, the room around it being taken. */
  readonly closed: readonly (Span & { readonly note?: string })[]
}

/** Cells from left to right; their columns add up to the shown part, whatever the facts are. */
export function layDay<B extends Span>({ shown, now, over, bookings, closed }: DayFacts<B>): Cell<B>[] {
  const cells: Cell<B>[] = []
  const inside = bookings.filter((booking) => booking.start < shown.end && shown.start < booking.end)
  let at = shown.start
  for (const booking of inside.toSorted((a, b) => a.start - b.start)) {
    const start = Math.max(at, down(booking.start))
    const end = Math.min(shown.end, Math.max(start + COLUMN_MIN, up(booking.end)))
    if (end <= start) continue
    cells.push(...layGap({ start: at, end: start }, { now, over, closed }))
    cells.push({
      kind: 'booked',
      start: booking.start,
      end: booking.end,
      columns: (end - start) / COLUMN_MIN,
      booking,
    })
    at = end
  }
  return [...cells, ...layGap({ start: at, end: shown.end }, { now, over, closed })]
}

type Ground = Pick<DayFacts<Span>, 'now' | 'over' | 'closed'>

/** A gap between bookings, cut where it closes and where the present runs through it. */
function layGap(gap: Span, { now, over, closed }: Ground): Exclude<Cell<never>, { kind: 'booked' }>[] {
  if (gap.end <= gap.start) return []
  const cuts = [
    gap.start,
    ...closed.flatMap(({ start, end }) => [down(start), up(end)]),
    ...(now === undefined ? [] : [up(now)]),
    gap.end,
  ]
  const edges = [...new Set(cuts)].filter((at) => gap.start <= at && at <= gap.end).sort((a, b) => a - b)
  const parts = edges.slice(1).map((end, index) => {
    const start = edges[index] ?? gap.start
    const why = closed.find((one) => one.start < end && start < one.end)
    const past = over || (now !== undefined && end <= up(now))
    const kind = why !== undefined ? 'closed' : past ? 'past' : end - start < OFFERED_MIN ? 'gap' : 'free'
    return { kind, start, end, ...(why?.note === undefined ? {} : { note: why.note }) } as const
  })
  return joined(parts).map((part) => ({ ...part, columns: (part.end - part.start) / COLUMN_MIN }))
}

function joined<P extends Span & { readonly kind: string; readonly note?: string }>(parts: readonly P[]): P[] {
  const result: P[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (last !== undefined && last.kind === part.kind && last.note === part.note)
      result[result.length - 1] = { ...last, end: part.end }
    else result.push(part)
  }
  return result
}

/** Whole hours around everything that happens: the opening hours, and bookings outside them. */
export function shownHours(open: Span | undefined, bookings: readonly Span[]): Span {
  const starts = [...(open === undefined ? [] : [open.start]), ...bookings.map(({ start }) => start)]
  const ends = [...(open === undefined ? [] : [open.end]), ...bookings.map(({ end }) => end)]
  if (starts.length === 0) return { start: 9 * 60, end: 17 * 60 }
  return {
    start: Math.floor(Math.min(...starts) / 60) * 60,
    end: Math.ceil(Math.max(...ends) / 60) * 60,
  }
}

function down(minute: number): number {
  return Math.floor(minute / COLUMN_MIN) * COLUMN_MIN
}

function up(minute: number): number {
  return Math.ceil(minute / COLUMN_MIN) * COLUMN_MIN
}
