/** Seats, booths and rooms: what there is, when it is open, when it is closed, and what one person may take. */
import { z } from 'zod'
import { closureReason, resourceKind } from '../../central-sync/protocol/event/booking.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay, wallMinute } from '../../central-sync/protocol/time.ts'
import { blankable, flag, listOf, nothing, shape } from './shape.ts'
import { closureRow, conflicts, DESK, resourceRow, wallClock } from './shape-booking-rows.ts'

const permille = z.coerce.number().int().min(0).max(1_000)
const box = { x: permille, y: permille, w: permille, h: permille }
const minutes = z.coerce.number().int().min(0).max(240)

/** Without `resource` a new one is made; with it the whole sheet is replaced. */
export const resourcesDescribe = shape({
  name: 'resources.describe',
  path: '/resources',
  summary: { ja: '席・ブース・部屋を登録する、直す', en: 'Describe a seat, booth or room' },
  access: DESK,
  input: z.strictObject({
    resource: blankable(identifier('resource')),
    kind: resourceKind,
    name: z.string().trim().min(1).max(60),
    /** The room it stands in. A room inside a room is refused (`malformed`). */
    parent: blankable(identifier('resource')),
    monitor: flag,
    standing: flag,
    accessible: flag,
    quiet: flag,
    capacity: z.coerce.number().int().min(1).max(200).default(1),
    bufferMin: minutes.default(0),
    checkInRequired: flag,
    graceMin: minutes.default(15),
    /** Closed ones keep their bookings, which become conflicts. */
    closed: flag,
    floor: z.string().trim().min(1).max(60).default('1階'),
    x: permille.default(0),
    y: permille.default(0),
    w: permille.default(60),
    h: permille.default(60),
  }),
  output: z.strictObject({ resource: identifier('resource') }),
  done: { ja: '保存しました。', en: 'Saved.' },
})

/** Several at once: what was dragged on the map, or aligned from the list. */
export const resourcesPlace = shape({
  name: 'resources.place',
  path: '/resources/place',
  summary: { ja: '見取り図の上で動かす', en: 'Move resources on the map' },
  access: DESK,
  input: z.strictObject({
    places: z
      .array(z.strictObject({ resource: identifier('resource'), ...box }))
      .min(1)
      .max(100),
  }),
  output: nothing,
  done: { ja: '配置を保存しました。', en: 'The places are saved.' },
})

/** Bookings stay: the answer lists those that now need a word with somebody. */
export const resourcesSetOpen = shape({
  name: 'resources.set-open',
  path: '/resources/set-open',
  summary: { ja: '席・部屋を使えるようにする、止める', en: 'Open or close a resource' },
  access: DESK,
  input: z.strictObject({ resource: identifier('resource'), open: flag }),
  output: conflicts,
  done: { ja: '変更しました。', en: 'Changed.' },
})

/** `start[0]`, `end[0]` … Monday first; both empty = closed. */
export const hoursSet = shape({
  name: 'hours.set',
  path: '/hours',
  summary: { ja: '開館時間を決める', en: 'Set the opening hours' },
  access: DESK,
  input: z.strictObject({
    weekdays: z.array(z.strictObject({ start: blankable(wallClock), end: blankable(wallClock) })).length(7),
    /** Open on national holidays. */
    holidays: flag,
    /** Today when empty. */
    from: blankable(calendarDay),
  }),
  output: conflicts,
  done: { ja: '開館時間を保存しました。', en: 'The opening hours are saved.' },
})

export const closuresMake = shape({
  name: 'closures.make',
  path: '/closures',
  summary: { ja: '休み・使えない時間を入れる', en: 'Close the centre or a resource for a time' },
  access: DESK,
  input: z.strictObject({
    /** `centre` or a resource. */
    target: z.union([z.literal('centre'), identifier('resource')]),
    fromDay: calendarDay,
    /** The same day when empty. */
    toDay: blankable(calendarDay),
    /** The whole day when both are empty. */
    start: blankable(wallClock),
    end: blankable(wallClock),
    reason: closureReason,
    /** Shown to workers: never a name. */
    note: z.string().trim().max(200).default(''),
  }),
  output: conflicts.extend({ closure: identifier('closure') }),
  done: { ja: '休みを入れました。', en: 'The closure is set.' },
})

export const closuresLift = shape({
  name: 'closures.lift',
  path: '/closures/lift',
  summary: { ja: '入れた休みを取り消す', en: 'Lift a closure' },
  access: DESK,
  input: z.strictObject({ closure: identifier('closure') }),
  output: nothing,
  done: { ja: '休みを取り消しました。', en: 'The closure is lifted.' },
})

export const termFields = {
  /** Longest single booking, minutes. */
  durationMaxMin: z.coerce.number().int().min(15).max(1_440),
  /** How many days ahead one may book. */
  horizonDays: z.coerce.number().int().min(1).max(400),
  /** How long before the start one must book, minutes; 0 = also while the time is running. */
  noticeMin: z.coerce.number().int().min(0).max(10_080),
  /** Bookings a worker may have ahead of her; 0 = any number. */
  upcomingMax: z.coerce.number().int().min(0).max(500),
  /** Bookings a worker may have on one day; 0 = any number. */
  sameDayMax: z.coerce.number().int().min(0).max(20),
}

export const termsSet = shape({
  name: 'booking-terms.set',
  path: '/booking-terms',
  summary: { ja: '予約のきまり（長さ・何日先まで・一人の上限）', en: 'Set the limits of bookings' },
  access: ['director', 'administrator'],
  input: z.strictObject(termFields),
  output: nothing,
  done: { ja: 'きまりを保存しました。', en: 'The limits are saved.' },
})

/** As `waits.set` is written down. */
export const waitFields = {
  /** How long a place is held for who was offered it, by day, minutes. */
  offerMin: z.coerce.number().int().min(10).max(1_440),
  /** How long a childcare place waits for its child after the start, minutes. */
  careGraceMin: z.coerce.number().int().min(5).max(240),
}

export const waitsSetCommand = shape({
  name: 'booking-waits.set',
  path: '/booking-waits',
  summary: { ja: '空きの返事と、お子さんの来室を待つ長さ', en: 'Set how long offers and childcare places wait' },
  access: ['director', 'administrator'],
  input: z.strictObject(waitFields),
  output: nothing,
  done: { ja: '待つ長さを保存しました。', en: 'The waits are saved.' },
})

// ── reads

const asked = z.object({ all: z.string().max(5).default('') })

export const resources = shape({
  name: 'resources',
  path: '/resources',
  summary: { ja: '席・ブース・部屋の一覧', en: 'Seats, booths and rooms' },
  access: 'staff',
  input: nothing,
  output: z.strictObject({ floors: z.array(z.string()), resources: z.array(resourceRow) }),
})

export const hours = shape({
  name: 'hours',
  path: '/hours',
  summary: { ja: '開館時間', en: 'Opening hours' },
  access: 'staff',
  input: nothing,
  output: z.strictObject({
    /** What is valid today first, then what was decided for later. Monday first. */
    sets: z.array(
      z.strictObject({
        from: calendarDay,
        holidays: z.boolean(),
        weekdays: z.array(z.strictObject({ start: wallMinute, end: wallMinute }).nullable()),
      }),
    ),
    /** National holidays of the next 60 days. */
    holidays: z.array(z.strictObject({ day: calendarDay, name: z.string() })),
    terms: z.strictObject(termFields),
    waits: z.strictObject(waitFields),
  }),
})

export const closures = shape({
  name: 'closures',
  path: '/closures',
  summary: { ja: '休みの一覧（これから。all=1 で過去も）', en: 'Closures from today on; with all=1 past ones too' },
  access: 'staff',
  input: asked,
  output: z.strictObject({ closures: z.array(closureRow) }),
})

/** Bookings that stand in a closure, outside the hours, or on a closed seat. */
export const bookingConflicts = shape({
  name: 'bookings.conflicts',
  path: '/bookings/conflicts',
  summary: { ja: '休みなどとぶつかっている予約', en: 'Bookings that need a word with somebody' },
  access: 'staff',
  input: nothing,
  output: conflicts,
})

const tally = z.strictObject({ key: z.string(), count: z.number().int(), minutes: z.number().int() })

/** Wishes that could not be met, counted: what, why, at which time of the week. */
export const demand = shape({
  name: 'demand',
  path: '/demand',
  summary: { ja: '足りなかった席・部屋・保育の記録', en: 'Declined demand' },
  access: 'staff',
  input: z.object({
    /** The last 90 days when empty. */
    from: blankable(calendarDay),
    to: blankable(calendarDay),
    what: listOf(z.enum(['seat', 'booth', 'room', 'childcare', 'pair']), 5),
  }),
  output: z.strictObject({
    from: calendarDay,
    to: calendarDay,
    total: z.number().int(),
    byWhat: z.array(tally),
    byWhy: z.array(tally),
    /** Keys `1`…`7`, Monday first. */
    byWeekday: z.array(tally),
    /** Keys `0`…`23`: the hours the wishes covered. */
    byHour: z.array(tally),
    /** Keys `2026-11 seat`: month and what. */
    byMonth: z.array(tally),
    rows: z.array(
      z.strictObject({
        demand: identifier('demand'),
        at: z.number(),
        what: z.string(),
        day: calendarDay,
        start: wallMinute,
        end: wallMinute,
        why: z.string(),
        source: z.string(),
      }),
    ),
  }),
})
