/** キャンセル待ち and 足りなかった希望: who waits for a place, and who got none. */
import type { z } from 'zod'
import { isRefusal, type RefusalCode, refusals } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf } from '../../../central-sync/protocol/time.ts'
import type { Page, Words } from '../../../central-sync/web/port.ts'
import { demand } from '../../http/shape-seats.ts'
import { waitingList, type waitingRow } from '../../http/shape-waiting.ts'
import type { Ask } from '../ask.ts'
import { centrePage, DESK, holds } from '../staff-page.ts'
import { bookingWords } from '../words/booking-words.ts'
import { hoursText, tallyMonths } from './tally-months.ts'
import { address, dayAsked, spanText } from './view-booking.ts'

const LOOK_BACK_DAYS = 365
const LOOK_AHEAD_DAYS = 90
const ROWS_SHOWN = 60
const OVER_SHOWN = 20

export function waitingPages(ask: Ask): Page[] {
  return [waitingPage(ask), demandPage(ask)]
}

function waitingPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/waiting',
    access: waitingList.access,
    title: { ja: 'キャンセル待ち', en: 'Waiting list' },
    template: 'booking/waiting',
    load: async (_input, context) => {
      const found = await ask(waitingList, {}, context)
      if (isRefusal(found)) return found
      const rows = found.rows.map(waitingView)
      return {
        tab: 'waiting',
        mayBook: holds(context, DESK),
        offers: rows.filter(({ state }) => state === 'offered'),
        waiting: rows.filter(({ state }) => state === 'waiting'),
        over: rows.filter(({ state }) => state !== 'offered' && state !== 'waiting').slice(0, OVER_SHOWN),
        questions: found.questions.map((row) => ({ ...row, span: spanText(row) })),
      }
    },
  })
}

/** What is waited for, in word keys: a kind or one seat by name, with or without a childcare place. */
export function waitingView<R extends z.infer<typeof waitingRow>>(row: R) {
  const { want, wantName, child, offer } = row
  const known = want === 'seat' || want === 'booth' || want === 'room'
  return {
    ...row,
    span: spanText(row),
    wantKey: known ? `wait.want.${want}` : '',
    wantName: wantName ?? '',
    childOnly: want === null,
    withChild: want !== null && child !== null,
    first: row.before === 0,
    stateKey: `wait.state.${row.state}`,
    offered: offer,
  }
}

function demandPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/demand',
    access: 'staff',
    title: { ja: '足りなかった希望', en: 'Unmet demand' },
    template: 'booking/demand',
    input: { from: dayAsked, to: dayAsked },
    load: async ({ from, to }, context) => {
      const today = calendarDayOf(context.now)
      // Wishes are counted by the day they were for, so the days ahead belong to it.
      const found = await ask(
        demand,
        { from: from ?? yearBefore(today), to: to ?? addDays(today, LOOK_AHEAD_DAYS) },
        context,
      )
      if (isRefusal(found)) return found
      const newest = found.rows.toSorted((a, b) => b.at - a.at)
      return {
        tab: 'demand',
        from: found.from,
        to: found.to,
        total: found.total,
        months: tallyMonths(found.byMonth),
        whatKeys: WHATS.map((what) => `demand.what.${what}`),
        why: found.byWhy.map((row) => ({ ...row, words: reasonWords(row.key), hours: hoursText(row.minutes) })),
        weekdays: found.byWeekday.map((row) => ({
          ...row,
          dayKey: `hours.day.${row.key}`,
          width: shareOf(row.count, found.byWeekday),
        })),
        rows: newest.slice(0, ROWS_SHOWN).map((row) => ({
          ...row,
          span: spanText(row),
          whatKey: `demand.what.${row.what}`,
          words: reasonWords(row.why),
        })),
        cut: newest.length > ROWS_SHOWN ? ROWS_SHOWN : 0,
        csv: address(`${context.base}/downloads/demand.csv`, { from: found.from, to: found.to }),
      }
    },
  })
}

export const WHATS = ['seat', 'booth', 'room', 'childcare', 'pair'] as const

/** A short reason for a report; else the sentence of the refusal, or the code of a newer version. */
export function reasonWords(code: string): Words {
  const short: Words | undefined = Object.hasOwn(bookingWords, `demand.why.${code}`)
    ? bookingWords[`demand.why.${code}` as keyof typeof bookingWords]
    : undefined
  const text = short ?? refusals.get(code as RefusalCode)
  return text === undefined ? { ja: code, en: code } : { ja: text.ja, en: text.en }
}

function yearBefore(today: CalendarDay): CalendarDay {
  return addDays(today, -LOOK_BACK_DAYS)
}

const BAR = 200

/** Width of a bar in units of its drawing. */
function shareOf(count: number, all: readonly { readonly count: number }[]): number {
  const most = Math.max(1, ...all.map((row) => row.count))
  return Math.round((count / most) * BAR)
}
