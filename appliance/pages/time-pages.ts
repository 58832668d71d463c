/** 時間の修正, 勤務の記録 and one day of one person. */
import { z } from 'zod'
import { correctionReason } from '../../central-sync/protocol/event/attendance.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type BusinessDay,
  businessDay,
  businessDayOf,
  firstDayOf,
  lastDayOf,
  type Month,
  month,
  monthOf,
  nextMonth,
} from '../../central-sync/protocol/time.ts'
import type { Page, RequestContext, Words } from '../../central-sync/web/port.ts'
import { pickWords, writeReading } from '../../central-sync/web/write-text.ts'
import { corrections, dayQuery, sessions, staffList, workerQuery } from '../http/shape-queries.ts'
import { type Ask, orElse } from './ask.ts'
import { cutPage, pageNumber } from './cut-page.ts'
import { APPROVERS, centrePage, holds } from './staff-page.ts'
import { correctionView, draftOf, sessionView, tapView } from './view-session.ts'
import { timeWords } from './words/time-words.ts'

const worker = identifier('worker')
const PAGE_SIZE = 100
const DECIDED_MAX = 30

export function timePages(ask: Ask): Page[] {
  return [correctionsPage(ask), recordsPage(ask), dayPage(ask)]
}

function correctionsPage(ask: Ask): Page {
  return centrePage({
    path: '/corrections',
    access: corrections.access,
    title: { ja: '時間の修正', en: 'Corrections' },
    template: 'corrections',
    load: async (_input, context) => {
      const found = await ask(corrections, {}, context)
      if (isRefusal(found)) return found
      const names = await staffNames(ask, context)
      const views = found.corrections.map((row) => ({ ...correctionView(row), ...authorsOf(row, names) }))
      return {
        waiting: views.filter(({ waiting }) => waiting),
        decided: views
          .filter(({ waiting }) => !waiting)
          .sort((a, b) => (b.decidedAt ?? b.requestedAt) - (a.decidedAt ?? a.requestedAt))
          .slice(0, DECIDED_MAX),
      }
    },
  })
}

/** Staff by id, as far as this person may see them. */
async function staffNames(ask: Ask, context: RequestContext): Promise<ReadonlyMap<string, string>> {
  const found = await orElse(ask(staffList, {}, context), { staff: [] })
  return new Map(found.staff.map(({ staff, name }) => [staff, name]))
}

type Authors = { worker: string; requestedBy: string; decidedBy: string | null }

/** Who asked and who decided: a name where it is known, else the kind of person. */
function authorsOf({ worker: subject, requestedBy, decidedBy }: Authors, names: ReadonlyMap<string, string>) {
  const nameOf = (id: string): Words => {
    const name = names.get(id)
    if (name !== undefined) return { ja: name, en: name }
    return timeWords[
      id === subject ? 'corrections.by.self' : id.startsWith('d_') ? 'corrections.by.kiosk' : 'corrections.by.staff'
    ]
  }
  return { asker: nameOf(requestedBy), decider: decidedBy === null ? undefined : nameOf(decidedBy) }
}

export function previousMonth(value: Month): Month {
  return monthOf(addDays(firstDayOf(value), -1))
}

/** A malformed month in an address is the present one. */
export const monthAsked = month.optional().catch(undefined)

function recordsPage(ask: Ask): Page {
  return centrePage({
    path: '/records',
    access: sessions.access,
    title: { ja: '勤務の記録', en: 'Records' },
    template: 'records',
    input: {
      month: monthAsked,
      worker: worker.optional().catch(undefined),
      status: z.enum(['payable', 'pending', 'void']).optional().catch(undefined),
      page: pageNumber,
    },
    load: async (input, context) => {
      const shown = input.month ?? monthOf(businessDayOf(context.now))
      const { status } = input
      const range = { from: firstDayOf(shown), to: lastDayOf(shown) }
      const found = await ask(sessions, { ...range, worker: input.worker, status }, context)
      if (isRefusal(found)) return found
      const person = input.worker === undefined ? undefined : await ask(workerQuery, { worker: input.worker }, context)
      const filters = { ...(input.worker && { worker: input.worker }), ...(status && { status }) }
      const address = new URLSearchParams({ month: shown, ...filters })
      const link = (to: Month) => `${context.base}/records?${new URLSearchParams({ month: to, ...filters }).toString()}`
      return {
        month: shown,
        status: status ?? '',
        worker: input.worker ?? '',
        person: person === undefined || isRefusal(person) ? undefined : person.person,
        seconds: sum(found.sessions.filter((row) => row.status === 'payable')),
        previousMonth: link(previousMonth(shown)),
        nextMonth: link(nextMonth(shown)),
        statusOptions: statusOptions(context),
        mayApprove: holds(context, APPROVERS),
        firstDay: range.from,
        lastDay: range.to,
        ...cutPage(found.sessions.map(sessionView), input.page, PAGE_SIZE, `${context.base}/records`, address),
      }
    },
  })
}

function sum(rows: readonly { seconds: number }[]): number {
  return rows.reduce((total, { seconds }) => total + seconds, 0)
}

function statusOptions({ language }: RequestContext) {
  const label = (key: keyof typeof timeWords) => pickWords(timeWords[key], language)
  return [
    { value: '', label: label('records.status.all') },
    { value: 'payable', label: label('status.payable') },
    { value: 'pending', label: label('status.pending') },
    { value: 'void', label: label('status.void') },
  ]
}

/** Reasons of a correction in the reader's words, for a select. */
export function reasonOptions({ language }: Pick<RequestContext, 'language'>) {
  return correctionReason.options.map((value) => {
    const text = pickWords(timeWords[`reason.${value}`], language)
    return { value, label: language === 'easy' ? writeReading(text) : text }
  })
}

function dayPage(ask: Ask): Page {
  return centrePage({
    path: '/people/:worker/days/:day',
    access: dayQuery.access,
    title: { ja: '一日の記録', en: 'One day' },
    template: 'day',
    input: { worker, day: businessDay },
    load: async (input, context) => {
      const found = await ask(dayQuery, { worker: input.worker, day: input.day as BusinessDay }, context)
      if (isRefusal(found)) return found
      const own = context.actor.kind === 'staff' && context.actor.worker === input.worker
      const all = await orElse(ask(workerQuery, { worker: input.worker }, context), { assignments: [] })
      const views = found.sessions.map(sessionView)
      const places = [...new Set(found.sessions.map(({ place }) => place).filter((place) => place !== ''))]
      return {
        ...found,
        sessions: views,
        draft: draftOf(views),
        taps: found.taps.map(tapView),
        corrections: found.corrections.map(correctionView),
        assignments: all.assignments ?? [],
        place: places[0] ?? '',
        previousDay: addDays(input.day as BusinessDay, -1),
        nextDay: addDays(input.day as BusinessDay, 1),
        hasNext: addDays(input.day as BusinessDay, 1) <= businessDayOf(context.now),
        mayAct: found.person.own,
        mayConfirm: found.person.own && !own,
        mayApprove: holds(context, APPROVERS) && found.person.own && !own,
        reasonOptions: reasonOptions(context),
      }
    },
  })
}
