/** くり返しの予約: every day is shown before anything is booked, and what happens to days that cannot be had is chosen. */
import { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf, minuteFace, weekdayOf } from '../../../central-sync/protocol/time.ts'
import { expandSeries } from '../../../central-sync/rules/expand-series.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { listOf } from '../../http/shape.ts'
import { bookings, bookingsFree, seriesMake } from '../../http/shape-booking.ts'
import { workerQuery } from '../../http/shape-queries.ts'
import { resources } from '../../http/shape-seats.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage, DESK } from '../staff-page.ts'
import { bookingWords } from '../words/booking-words.ts'
import { byName, clockAsked, clockOptions, dayAsked, optionsOf, spanText } from './view-booking.ts'

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
const EVERY = ['1', '2', '4'] as const
/** Proposed when nothing was asked for. */
const WEEKS_AHEAD = 8
const PREVIEW_MAX = 120
const DAY = { start: 8 * 60, end: 20 * 60 }

export function seriesPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/series',
    access: DESK,
    title: { ja: 'くり返しの予約', en: 'Repeated booking' },
    template: 'booking/series',
    input: {
      worker: identifier('worker'),
      resource: identifier('resource').optional().catch(undefined),
      day: dayAsked,
      from: dayAsked,
      until: dayAsked,
      start: clockAsked,
      end: clockAsked,
      days: listOf(z.enum(WEEKDAYS), 7).catch([]),
      every: z.enum(EVERY).catch('1').default('1'),
      preview: z.string().max(5).catch('').default(''),
    },
    load: async (input, context) => {
      const person = await ask(workerQuery, { worker: input.worker }, context)
      if (isRefusal(person)) return person
      const all = await orElse(ask(resources, {}, context), { floors: [], resources: [] })
      const seats = all.resources.filter(({ kind, open }) => open && kind !== 'nursery').toSorted(byName)
      const from = input.from ?? input.day ?? calendarDayOf(context.now)
      const days = input.days.length === 0 ? [weekdayCode(from)] : input.days
      const wish: Wish = {
        worker: input.worker,
        resource: seats.find(({ resource }) => resource === input.resource)?.resource ?? seats[0]?.resource,
        from,
        until: input.until ?? addDays(from, WEEKS_AHEAD * 7 - 1),
        start: input.start ?? 9 * 60,
        end: input.end ?? 12 * 60,
        rule: `FREQ=WEEKLY;INTERVAL=${input.every};BYDAY=${days.join(',')}`,
      }
      const preview = input.preview === '' ? undefined : await previewOf(ask, wish, seats, context)
      const answered = context.answered?.command === seriesMake.name ? context.answered.output : undefined
      return {
        tab: 'day',
        person: person.person,
        ...wish,
        resource: wish.resource ?? '',
        startText: minuteFace(wish.start),
        endText: minuteFace(wish.end),
        span: spanText(wish),
        today: calendarDayOf(context.now),
        resourceOptions: seats.map((one) => ({
          value: one.resource,
          label: one.name,
          checked: one.resource === wish.resource,
        })),
        startOptions: clockOptions(DAY, wish.start),
        endOptions: clockOptions(DAY, wish.end),
        dayOptions: weekdayOptions(days, context),
        everyOptions: optionsOf(
          EVERY,
          (one) => bookingWords[`series.every.${one as (typeof EVERY)[number]}`],
          context,
          input.every,
        ),
        preview,
        answer: answerOf(answered),
      }
    },
  })
}

interface Wish {
  readonly worker: z.infer<typeof seriesMake.input>['worker']
  readonly resource: z.infer<typeof seriesMake.input>['resource'] | undefined
  readonly from: CalendarDay
  readonly until: CalendarDay
  readonly start: number
  readonly end: number
  readonly rule: string
}

/** Each day of the series and whether it can be had now; the refusal when the wish itself is none. */
async function previewOf(
  ask: Ask,
  wish: Wish,
  seats: readonly { readonly resource: string; readonly kind: string }[],
  context: RequestContext,
) {
  const days = wish.end <= wish.start ? [] : expandSeries(wish)
  if (isRefusal(days)) return { refused: true, words: wordsOf(days), rows: [], ok: 0, no: 0 }
  const kind = seats.find(({ resource }) => resource === wish.resource)?.kind
  const own = await orElse(
    ask(
      bookings,
      { worker: wish.worker, from: wish.from, to: wish.until, state: ['held', 'confirmed', 'in'] },
      context,
    ),
    {
      bookings: [],
    },
  )
  const rows = []
  for (const day of days.slice(0, PREVIEW_MAX)) {
    const clash = own.bookings.some((one) => one.day === day && one.start < wish.end && wish.start < one.end)
    const free = await ask(bookingsFree, { day, start: wish.start, end: wish.end, kind: asKind(kind) }, context)
    const code = clash ? 'worker_overlap' : codeOf(free, wish.resource)
    rows.push({ day, ok: code === undefined, whyKey: code === undefined ? '' : `series.why.${knownWhy(code)}` })
  }
  const ok = rows.filter((row) => row.ok).length
  return { refused: false, rows, ok, no: rows.length - ok }
}

type Free = z.infer<typeof bookingsFree.output>

function codeOf(free: Free | Refusal, wanted: string | undefined): string | undefined {
  if (isRefusal(free)) return free.refused
  if (free.closedBy !== null) return free.closedBy
  return free.resources.some(({ resource }) => resource === wanted) ? undefined : 'booking_overlap'
}

const KNOWN = new Set(Object.keys(bookingWords).filter((key) => key.startsWith('series.why.')))

function knownWhy(code: string): string {
  return KNOWN.has(`series.why.${code}`) ? code : 'other'
}

function asKind(kind: string | undefined) {
  return kind === 'booth' || kind === 'room' ? kind : 'seat'
}

function wordsOf({ detail, refused }: Refusal) {
  const text = detail ?? refused
  return { ja: text, en: text }
}

function weekdayCode(day: CalendarDay) {
  return WEEKDAYS[(weekdayOf(day) + 6) % 7] ?? 'MO'
}

function weekdayOptions(chosen: readonly string[], { language }: RequestContext) {
  const labels =
    language === 'en' ? ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] : ['月', '火', '水', '木', '金', '土', '日']
  return WEEKDAYS.map((value, index) => ({ value, label: labels[index] ?? value, checked: chosen.includes(value) }))
}

function answerOf(output: unknown) {
  const answer = output === undefined ? undefined : seriesMake.output.safeParse(output)
  if (answer?.success !== true) return undefined
  const { made, skipped } = answer.data
  return { made, skipped: skipped.map(({ day, code }) => ({ day, whyKey: `series.why.${knownWhy(code)}` })) }
}
