/** シフト: a week of carers as a calendar; where hours are short it says so before the day comes. */
import { z } from 'zod'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf, mondayOf } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { pickWords } from '../../../central-sync/web/write-text.ts'
import { writeDay } from '../../../central-sync/web/write-time.ts'
import { CARE } from '../../http/shape-care-rows.ts'
import { careConflicts, careDays, careShifts } from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage, holds } from '../staff-page.ts'
import { carePlanWords } from '../words/care-plan-words.ts'
import { dayAsked, roomAsked } from './day-page.ts'
import { chosenRoom, dayOr, startSteps } from './room-steps.ts'
import { minuteOptions, writeMinute, writeSpan } from './write-minute.ts'

const DAYS = [0, 1, 2, 3, 4, 5, 6]
/** Shifts may be entered for these hours; opening and closing the room lies within. */
const FROM = 6 * 60
const TO = 22 * 60
const clock = z.string().max(5).catch('')

export function weekPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/week',
    access: CARE,
    title: { ja: '託児室：シフト', en: 'Childcare: shifts' },
    template: 'childcare/week',
    input: { day: dayAsked, room: roomAsked, start: clock.optional(), end: clock.optional() },
    load: async (input, context) => {
      const asked = dayOr(input.day, context)
      const monday = mondayOf(asked)
      const { room, roomOptions } = await chosenRoom(ask, input.room, context)
      const week = await weekOf(ask, context, monday, room?.room)
      if (isRefusal(week)) return week
      const link = (to: CalendarDay) => `${context.base}/childcare/week?day=${to}`
      return {
        ...week,
        monday,
        sunday: addDays(monday, 6),
        previous: link(addDays(monday, -7)),
        following: link(addDays(monday, 7)),
        room: room?.room ?? '',
        roomOptions,
        start: room === undefined ? await startSteps(ask, context) : undefined,
        dayOptions: week.days.map(({ day }) => ({ value: day, label: writeDay(day, context.language) })),
        dayValue: asked,
        startValue: input.start ?? '9:00',
        endValue: input.end ?? '13:00',
        timeOptions: minuteOptions(FROM, TO),
        weekOptions: weekOptions(context),
        asked: input.start !== undefined,
        mayAct: holds(context, CARE),
      }
    },
  })
}

/** The seven days with their shifts and the hours that are short. */
export async function weekOf(ask: Ask, context: RequestContext, monday: CalendarDay, room: string | undefined) {
  const range = { from: monday, to: addDays(monday, 6) }
  const [found, days, short] = await Promise.all([
    ask(careShifts, range, context),
    orElse(ask(careDays, range, context), { days: [] }),
    orElse(ask(careConflicts, range, context), { conflicts: [] }),
  ])
  if (isRefusal(found)) return found
  const today = calendarDayOf(context.now)
  const open = pickWords(carePlanWords['care.week.staff.open'], context.language)
  const staffOptions = [
    { value: '', label: open },
    ...found.carers.map((one) => ({ value: one.staff, label: one.name })),
  ]
  const inRoom = (row: { room: string }) => room === undefined || row.room === room
  return {
    staffOptions,
    days: DAYS.map((offset) => {
      const day = addDays(monday, offset)
      const facts = days.days.find((one) => one.day === day)
      return {
        day,
        isToday: day === today,
        past: day < today,
        bookings: facts?.bookings ?? 0,
        peak: facts?.peak ?? 0,
        shifts: found.shifts
          .filter((one) => one.day === day && inRoom(one))
          .toSorted((a, b) => a.start - b.start || a.end - b.end)
          .map((one) => ({
            ...one,
            span: writeSpan(one.start, one.end),
            absent: one.attendance === 'absent',
            startText: writeMinute(one.start),
            endText: writeMinute(one.end),
          })),
        short: short.conflicts
          .filter((one) => one.day === day && inRoom(one))
          .map((one) => ({ day, span: writeSpan(one.start, one.end) })),
      }
    }),
  }
}

function weekOptions({ language }: RequestContext) {
  const label = (weeks: number) => {
    const words = weeks === 0 ? carePlanWords['care.week.once'] : carePlanWords['care.week.repeat']
    return pickWords(words, language).replace('{count}', String(weeks))
  }
  return [0, 3, 7, 12, 25].map((weeks) => ({ value: String(weeks), label: label(weeks + (weeks === 0 ? 0 : 1)) }))
}
