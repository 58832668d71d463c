/** One place of a child: moved to another time or room, or given back. */
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, calendarDayOf } from '../../../central-sync/protocol/time.ts'
import type { Page } from '../../../central-sync/web/port.ts'
import { carePlace } from '../../http/shape-care-place.ts'
import { CARE } from '../../http/shape-care-rows.ts'
import { careRooms, careSlots } from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { clockOptions } from '../booking/view-booking.ts'
import { centrePage } from '../staff-page.ts'
import { DEFAULT_HOURS, openPart } from './day-page.ts'
import { bookingView } from './view-care.ts'
import { writeMinute } from './write-minute.ts'

const AHEAD_DAYS = 366

export function placePage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/places/:care',
    access: CARE,
    title: { ja: '託児室：予約を変える', en: 'Childcare: change a booking' },
    template: 'childcare/place',
    input: { care: identifier('booking') },
    load: async ({ care }, context) => {
      const today = calendarDayOf(context.now)
      const found = await ask(carePlace, { care }, context)
      if (isRefusal(found)) return found
      const { booking: row } = found
      const { room, day, start, end, state } = row
      const slots = await orElse(ask(careSlots, { room, day }, context), { slots: [] })
      const shown = openPart(slots.slots)
      const hours = { start: shown[0]?.start ?? DEFAULT_HOURS.from, end: shown.at(-1)?.end ?? DEFAULT_HOURS.to }
      const rooms = await orElse(ask(careRooms, {}, context), { rooms: [] })
      return {
        row: { ...bookingView(row), running: state === 'in' },
        today,
        last: addDays(today, AHEAD_DAYS),
        startText: writeMinute(start),
        endText: writeMinute(end),
        startOptions: clockOptions(hours, start),
        endOptions: clockOptions(hours, end),
        roomOptions:
          rooms.rooms.length > 1 ? rooms.rooms.map((one) => ({ value: one.room, label: one.name })) : undefined,
      }
    },
  })
}
