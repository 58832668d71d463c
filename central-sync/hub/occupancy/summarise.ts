/** Sums of a month, as its pages, downloads and the API say them. Pure. Times in minutes. */
import type { AgeBand } from '../../protocol/event/childcare.ts'
import type { CalendarDay } from '../../protocol/time.ts'
import { bands, bandTotal, type CareDay } from './care-days.ts'
import { hiddenRows } from './hide-small.ts'
import { type MonthOccupancy, type SeatDay, seatKinds } from './month-occupancy.ts'

export interface KindSum extends Omit<SeatDay, 'day' | 'places'> {
  /** Most places on one day of the month. */
  readonly places: number
  /** Open time of the days up to today: what use can be a part of. */
  readonly elapsedMin: number
}

export function kindSums({ seats }: Pick<MonthOccupancy, 'seats'>, today: CalendarDay): KindSum[] {
  return seatKinds.flatMap((kind) => {
    const days = seats.filter((one) => one.kind === kind)
    const sum = (key: Exclude<keyof SeatDay, 'day' | 'kind'>) => days.reduce((total, day) => total + day[key], 0)
    const places = Math.max(0, ...days.map((day) => day.places))
    if (places === 0 && sum('bookings') === 0) return []
    return {
      ...{ kind, places, openMin: sum('openMin'), bookedMin: sum('bookedMin'), usedMin: sum('usedMin') },
      elapsedMin: days.reduce((total, { day, openMin }) => total + (day <= today ? openMin : 0), 0),
      ...{ bookings: sum('bookings'), noShows: sum('noShows'), released: sum('released') },
    }
  })
}

/** Whole percent; undefined where there is nothing to be a part of. */
export function percentOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : Math.round((part / whole) * 100)
}

/** Tenths of an hour, rounded half up. */
export function tenthsOfHours(minutes: number): number {
  return Math.round(minutes / 6) / 10
}

/** One day of the childcare room in figures; `hidden`: too few children to be told outside. */
export interface CareFigures {
  readonly day: CalendarDay
  readonly children: number
  readonly bookedMin: number
  readonly presentMin: number
  readonly noShows: number
  readonly peakChildren: number
  readonly needed: number | undefined
  readonly staff: number | undefined
  /** Wall minute of the tightest quarter of an hour. */
  readonly at: number | undefined
  readonly short: boolean
  readonly hidden: boolean
}

export function careFigures(care: readonly CareDay[]): CareFigures[] {
  const hidden = hiddenRows(care.map(({ children }) => children.size))
  return care.map(({ day, children, booked, present, noShows, peak }, index) => ({
    ...{ day, children: children.size, noShows },
    bookedMin: bandTotal(booked),
    presentMin: bandTotal(present),
    peakChildren: peak?.children ?? 0,
    needed: peak?.needed,
    staff: peak?.staff,
    at: peak?.at,
    short: peak?.short ?? false,
    hidden: hidden[index] ?? false,
  }))
}

export interface BandFigures {
  readonly band: AgeBand
  readonly children: number
  readonly bookedMin: number
  readonly presentMin: number
  readonly hidden: boolean
}

export function bandFigures({ care, children }: Pick<MonthOccupancy, 'care' | 'children'>): BandFigures[] {
  const hidden = hiddenRows(bands.map((band) => children[band]))
  return bands.map((band, index) => ({
    ...{ band, children: children[band], hidden: hidden[index] ?? false },
    bookedMin: care.reduce((sum, day) => sum + day.booked[band], 0),
    presentMin: care.reduce((sum, day) => sum + day.present[band], 0),
  }))
}

export interface CareSum {
  readonly children: number
  readonly bookedMin: number
  readonly presentMin: number
  readonly noShows: number
  /** Days with fewer carers than needed at some time. */
  readonly shortDays: number
  readonly peakChildren: number
  readonly hidden: boolean
}

export function careSum({ care, children }: Pick<MonthOccupancy, 'care' | 'children'>): CareSum {
  const figures = careFigures(care)
  const sum = (key: 'bookedMin' | 'presentMin' | 'noShows') => figures.reduce((total, day) => total + day[key], 0)
  return {
    children: children.all,
    ...{ bookedMin: sum('bookedMin'), presentMin: sum('presentMin'), noShows: sum('noShows') },
    shortDays: figures.filter(({ short }) => short).length,
    peakChildren: Math.max(0, ...figures.map(({ peakChildren }) => peakChildren)),
    hidden: hiddenRows([children.all])[0] ?? false,
  }
}

export function hasCare({ care }: Pick<MonthOccupancy, 'care'>): boolean {
  return care.some(({ peak, noShows }) => peak !== undefined || noShows > 0)
}
