/** The worker's own page on her phone: every tap, every minute, every reason, and a way to ask for a correction. */
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type BusinessDay, businessDay, nextMonth } from '../../central-sync/protocol/time.ts'
import type { Page } from '../../central-sync/web/port.ts'
import { myStatements } from '../http/shape-pay.ts'
import { myDay, myEvidence } from '../http/shape-queries.ts'
import type { Ask } from './ask.ts'
import { centrePage } from './staff-page.ts'
import { monthAsked, previousMonth, reasonOptions } from './time-pages.ts'
import { correctionView, draftOf, type SessionView, sessionView, tapView } from './view-session.ts'

export function myPages(ask: Ask): Page[] {
  return [myTodayPage(ask), myRecordPage(ask), myDayPage(ask), myRequestsPage(ask)]
}

function myTodayPage(ask: Ask): Page {
  return centrePage({
    path: '/my',
    access: 'worker',
    title: { ja: 'きょう', easy: 'きょう', en: 'Today' },
    template: 'my',
    shell: 'worker',
    load: async (_input, context) => {
      const found = await ask(myDay, {}, context)
      if (isRefusal(found)) return found
      const paid = await ask(myStatements, {}, context)
      const sessions = found.sessions.map(sessionView)
      const today = sessions.filter(({ day }) => day === found.day)
      const open = today.find((session) => session.open)
      return {
        person: found.person,
        day: found.day,
        present: found.present,
        since: open?.startedAt ?? null,
        today: today.map((session) => ({ ...session, choices: found.assignments.length > 1 })),
        assignments: assignmentOptions(found.assignments, found.day),
        week: weekBars(found.week.days),
        weekSeconds: found.week.seconds,
        month: found.month,
        pending: found.month.pending,
        statements: isRefusal(paid) ? [] : paid.statements.slice(0, 2),
      }
    },
  })
}

function assignmentOptions(
  rows: readonly { assignment: string; title: string; last: BusinessDay | null }[],
  day: BusinessDay,
) {
  return rows
    .filter(({ last }) => last === null || last >= day)
    .map(({ assignment, title }) => ({ value: assignment, label: title }))
}

/** Heights in steps of 5 %, so that a style sheet can draw them without inline styles. */
function weekBars(days: readonly { day: BusinessDay; seconds: number }[]) {
  const most = Math.max(1, ...days.map(({ seconds }) => seconds))
  return days.map(({ day, seconds }) => ({
    day,
    seconds,
    height: seconds === 0 ? 0 : Math.max(5, Math.round((seconds / most) * 20) * 5),
  }))
}

function myRecordPage(ask: Ask): Page {
  return centrePage({
    path: '/my/record',
    access: 'worker',
    title: { ja: 'きろく', easy: 'きろく', en: 'Record' },
    template: 'my-record',
    shell: 'worker',
    input: { month: monthAsked },
    load: async (input, context) => {
      const found = await ask(myDay, { month: input.month }, context)
      if (isRefusal(found)) return found
      const shown = found.month.month
      return {
        person: found.person,
        month: found.month,
        days: byDay(found.sessions.map(sessionView).filter(({ day }) => day.startsWith(shown))),
        previousMonth: `${context.base}/my/record?month=${previousMonth(shown)}`,
        nextMonth: `${context.base}/my/record?month=${nextMonth(shown)}`,
      }
    },
  })
}

/** Newest day first; its sessions in order. */
function byDay(sessions: readonly SessionView[]) {
  const days = Map.groupBy(sessions, ({ day }) => day)
  return [...days]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([day, rows]) => ({
      day,
      rows,
      seconds: rows.filter(({ status }) => status === 'payable').reduce((total, { seconds }) => total + seconds, 0),
    }))
}

function myDayPage(ask: Ask): Page {
  return centrePage({
    path: '/my/record/:day',
    access: 'worker',
    title: { ja: '一日のきろく', easy: '一日の きろく', en: 'One day' },
    template: 'my-day',
    shell: 'worker',
    input: { day: businessDay },
    load: async (input, context) => {
      const found = await ask(myEvidence, { day: input.day }, context)
      if (isRefusal(found)) return found
      const mine = await ask(myDay, {}, context)
      const sessions = found.sessions.map(sessionView)
      return {
        day: found.day,
        version: found.version,
        draft: draftOf(sessions),
        sessions,
        taps: found.taps.map(tapView),
        corrections: found.corrections.map(correctionView),
        assignments: isRefusal(mine) ? [] : assignmentOptions(mine.assignments, found.day),
        place: sessions.find(({ place }) => place !== '')?.place ?? '',
        reasonOptions: reasonOptions(context),
      }
    },
  })
}

function myRequestsPage(ask: Ask): Page {
  return centrePage({
    path: '/my/requests',
    access: 'worker',
    title: { ja: '申請', easy: 'おねがい', en: 'Requests' },
    template: 'my-requests',
    shell: 'worker',
    load: async (_input, context) => {
      const found = await ask(myDay, {}, context)
      if (isRefusal(found)) return found
      return { corrections: found.corrections.map(correctionView) }
    },
  })
}
