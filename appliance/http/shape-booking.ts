/**
 * Bookings: making, moving, cancelling, series, what is free, the calendar address. Every command exists twice, for the
 * worker herself under `/my` and for the front desk, which says for whom. What there is to book: `shape-seats.ts`.
 */
import { z } from 'zod'
import { bookingState, onConflict } from '../../central-sync/protocol/event/booking.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay, month, wallMinute } from '../../central-sync/protocol/time.ts'
import { blankable, flag, listOf, nothing, shape } from './shape.ts'
import { bookableKind, bookingRow, DESK, dayBoard, freeBoard, monthBoard, wallClock } from './shape-booking-rows.ts'
import { termFields } from './shape-seats.ts'

const forWhom = { worker: identifier('worker') }
const slot = { day: calendarDay, start: wallClock, end: wallClock }
const made = z.strictObject({ booking: identifier('booking') })

const makeFields = { resource: identifier('resource'), ...slot }
const madeWords = {
  ja: '予約しました。',
  easy: '{予約|よやく}しました。',
  en: 'Booked.',
}

/** 409 `booking_overlap`, `worker_overlap`, `parent_blocked`, `closed_then`, `quota_reached` …: nothing is made then. */
export const bookingsMake = shape({
  name: 'bookings.make',
  path: '/bookings',
  summary: { ja: '本人にかわって予約する', en: 'Book for a worker' },
  access: DESK,
  input: z.strictObject({ ...forWhom, ...makeFields }),
  output: made,
  done: madeWords,
  creates: true,
  remembers: true,
})
export const myBookingsMake = shape({
  name: 'my.bookings.make',
  path: '/my/bookings',
  summary: { ja: '自分の席・部屋を予約する', en: 'Book for yourself' },
  access: 'worker',
  input: z.strictObject(makeFields),
  output: made,
  done: madeWords,
  creates: true,
  remembers: true,
})

export const moveFields = {
  booking: identifier('booking'),
  /** What is empty stays as it is. */
  resource: blankable(identifier('resource')),
  day: blankable(calendarDay),
  start: blankable(wallClock),
  end: blankable(wallClock),
}
export const movedWords = {
  ja: '予約を変えました。',
  easy: '{予約|よやく}を かえました。',
  en: 'The booking is changed.',
}

export const bookingsMove = shape({
  name: 'bookings.move',
  path: '/bookings/move',
  summary: { ja: '予約の席・日・時間を変える（短くするのも）', en: 'Move or shorten a booking' },
  access: DESK,
  input: z.strictObject(moveFields),
  output: nothing,
  done: movedWords,
})
export const myBookingsMove = shape({
  name: 'my.bookings.move',
  path: '/my/bookings/move',
  summary: { ja: '自分の予約を変える', en: 'Move or shorten your booking' },
  access: 'worker',
  input: z.strictObject(moveFields),
  output: nothing,
  done: movedWords,
})

const cancelledWords = {
  ja: '予約を取り消しました。',
  easy: '{予約|よやく}を やめました。',
  en: 'The booking is cancelled.',
}

export const bookingsCancel = shape({
  name: 'bookings.cancel',
  path: '/bookings/cancel',
  summary: { ja: '予約を取り消す', en: 'Cancel a booking' },
  access: DESK,
  input: z.strictObject({ booking: identifier('booking') }),
  output: nothing,
  done: cancelledWords,
})
export const myBookingsCancel = shape({
  name: 'my.bookings.cancel',
  path: '/my/bookings/cancel',
  summary: { ja: '自分の予約を取り消す', en: 'Cancel your booking' },
  access: 'worker',
  input: z.strictObject({ booking: identifier('booking') }),
  output: nothing,
  done: cancelledWords,
})

const rangeFields = { from: calendarDay, to: calendarDay }
/** Seats and, with them, the childcare places of the same worker. */
const rangeDone = z.strictObject({ bookings: z.number().int(), places: z.number().int() })
const rangeWords = {
  ja: 'この期間の予約をまとめて取り消しました。',
  easy: 'この {日|ひ}までの {予約|よやく}を ぜんぶ やめました。',
  en: 'All bookings of these days are cancelled.',
}

export const bookingsCancelRange = shape({
  name: 'bookings.cancel-range',
  path: '/bookings/cancel-range',
  summary: { ja: '期間の予約をまとめて取り消す', en: 'Cancel all bookings of a worker in a range of days' },
  access: DESK,
  input: z.strictObject({ ...forWhom, ...rangeFields }),
  output: rangeDone,
  done: rangeWords,
})
export const myBookingsCancelRange = shape({
  name: 'my.bookings.cancel-range',
  path: '/my/bookings/cancel-range',
  summary: { ja: '期間の予約をまとめて取り消す（子どもの体調不良など）', en: 'Cancel everything until a day' },
  access: 'worker',
  input: z.strictObject(rangeFields),
  output: rangeDone,
  done: rangeWords,
})

const seriesFields = {
  resource: identifier('resource'),
  /** First and last day; days before today are refused. */
  from: calendarDay,
  until: calendarDay,
  start: wallClock,
  end: wallClock,
  /** Every `every` days, weeks (on `days`, else the weekday of `from`), or months (the same nth weekday as `from`). */
  repeat: z.enum(['daily', 'weekly', 'monthly']).default('weekly'),
  every: z.coerce.number().int().min(1).max(52).default(1),
  days: listOf(z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']), 7),
  /** Instead of the three above: an RRULE of RFC 5545 in the supported subset. */
  rule: blankable(z.string().trim().min(1).max(200)),
  /** `abort`: one day that cannot be had makes nothing. `skip`: the other days are booked. */
  onConflict,
}
const seriesAnswer = z.strictObject({
  series: identifier('series'),
  made: z.number().int(),
  skipped: z.array(z.strictObject({ day: calendarDay, code: z.string() })),
})
const seriesWords = {
  ja: 'くり返しの予約を入れました。',
  easy: 'くりかえしの {予約|よやく}を しました。',
  en: 'The repeated booking is made.',
}

export const seriesMake = shape({
  name: 'series.make',
  path: '/series',
  summary: { ja: '本人にかわってくり返し予約する', en: 'Book a series for a worker' },
  access: DESK,
  input: z.strictObject({ ...forWhom, ...seriesFields }),
  output: seriesAnswer,
  done: seriesWords,
  creates: true,
})
export const mySeriesMake = shape({
  name: 'my.series.make',
  path: '/my/series',
  summary: { ja: 'くり返し予約する', en: 'Book a series for yourself' },
  access: 'worker',
  input: z.strictObject(seriesFields),
  output: seriesAnswer,
  done: seriesWords,
  creates: true,
})

/** From today when `from` is empty; what was is never touched. */
const seriesCancelFields = { series: identifier('series'), from: blankable(calendarDay) }
const seriesCancelled = z.strictObject({ bookings: z.number().int() })

export const seriesCancel = shape({
  name: 'series.cancel',
  path: '/series/cancel',
  summary: { ja: 'くり返し予約の残りを取り消す', en: 'Cancel the rest of a series' },
  access: DESK,
  input: z.strictObject(seriesCancelFields),
  output: seriesCancelled,
  done: cancelledWords,
})
export const mySeriesCancel = shape({
  name: 'my.series.cancel',
  path: '/my/series/cancel',
  summary: { ja: 'くり返し予約の残りを取り消す', en: 'Cancel the rest of your series' },
  access: 'worker',
  input: z.strictObject(seriesCancelFields),
  output: seriesCancelled,
  done: cancelledWords,
})

/** The address is shown once; asking for a new one ends the old. */
export const myCalendarIssue = shape({
  name: 'my.calendar.issue',
  path: '/my/calendar',
  summary: { ja: 'カレンダー用の秘密のアドレスを作る', en: 'Make a secret address for calendar programs' },
  access: 'worker',
  input: nothing,
  /** Path below the address of the centre, `/calendar/v1/<secret>.ics`. */
  output: z.strictObject({ path: z.string(), url: z.string() }),
  done: {
    ja: 'アドレスを作りました。いまだけ表示します。',
    easy: 'アドレスを つくりました。いまだけ 見えます。',
    en: 'The address is made. It is shown only now.',
  },
  unrepeatable: true,
})
export const myCalendarRevoke = shape({
  name: 'my.calendar.revoke',
  path: '/my/calendar/revoke',
  summary: { ja: 'カレンダーのアドレスを止める', en: 'End the secret calendar address' },
  access: 'worker',
  input: nothing,
  output: nothing,
  done: { ja: 'アドレスを止めました。', easy: 'アドレスを とめました。', en: 'The address no longer works.' },
})

// ── reads

const dayInput = z.object({
  /** Today when empty. */
  day: blankable(calendarDay),
  floor: z.string().max(60).default(''),
})
const dayWords = { ja: '席と部屋の一日', en: 'A day of all seats and rooms' }

/** With the workers' names. */
export const bookingsDay = shape({
  name: 'bookings.day',
  path: '/bookings/day',
  summary: dayWords,
  access: 'staff',
  input: dayInput,
  output: dayBoard,
})
/** Without any name but her own. */
export const myBookingsDay = shape({
  name: 'my.bookings.day',
  path: '/my/bookings/day',
  summary: dayWords,
  access: 'worker',
  input: dayInput,
  output: dayBoard,
})

const wish = {
  kind: bookableKind.default('seat'),
  monitor: flag,
  standing: flag,
  accessible: flag,
  quiet: flag,
  /** At least for so many people. */
  people: z.coerce.number().int().min(1).max(200).default(1),
}

const monthInput = z.object({
  /** This month when empty. */
  month: blankable(month),
  /** The whole opening hours of each day when both are empty. */
  start: blankable(wallClock),
  end: blankable(wallClock),
  ...wish,
})
const monthWords = { ja: '月ごとの空き', en: 'Free places per day of a month' }

export const bookingsMonth = shape({
  name: 'bookings.month',
  path: '/bookings/month',
  summary: monthWords,
  access: 'staff',
  input: monthInput,
  output: monthBoard,
})
export const myBookingsMonth = shape({
  name: 'my.bookings.month',
  path: '/my/bookings/month',
  summary: monthWords,
  access: 'worker',
  input: monthInput,
  output: monthBoard,
})

const freeInput = z.object({ ...slot, ...wish })
const freeWords = { ja: 'この時間に空いている席・部屋', en: 'What is free from–to with these attributes' }

export const bookingsFree = shape({
  name: 'bookings.free',
  path: '/bookings/free',
  summary: freeWords,
  access: 'staff',
  input: freeInput,
  output: freeBoard,
})
export const myBookingsFree = shape({
  name: 'my.bookings.free',
  path: '/my/bookings/free',
  summary: freeWords,
  access: 'worker',
  /** `asked`: she has chosen this day and time herself. When nothing is free, that is kept as demand. */
  input: freeInput.extend({ asked: flag }),
  output: freeBoard,
})

const bookingList = z.strictObject({ bookings: z.array(bookingRow), total: z.number().int() })

export const bookings = shape({
  name: 'bookings',
  path: '/bookings',
  summary: { ja: '予約の一覧', en: 'Bookings' },
  access: 'staff',
  input: z.object({
    /** Today when empty. */
    from: blankable(calendarDay),
    to: blankable(calendarDay),
    worker: blankable(identifier('worker')),
    resource: blankable(identifier('resource')),
    state: listOf(bookingState, 8),
  }),
  output: bookingList,
})
export const myBookings = shape({
  name: 'my.bookings',
  path: '/my/bookings',
  summary: { ja: '自分の予約', en: 'Your bookings' },
  access: 'worker',
  input: z.object({
    /** Today when empty; up to 400 days. */
    from: blankable(calendarDay),
    to: blankable(calendarDay),
    /** `1`: also cancelled ones. */
    all: z.string().max(5).default(''),
  }),
  output: bookingList.extend({
    today: calendarDay,
    now: wallMinute,
    /** Resources with plan and attributes are in `my.bookings.day`. */
    calendar: z.strictObject({ issued: z.boolean(), issuedAt: z.number().nullable() }),
    terms: z.strictObject(termFields),
  }),
})
