/** A task of きょう as a row: what happened, a little more, and where the fix starts. Pure. */
import type { z } from 'zod'
import { businessDayOf, monthOf } from '../../central-sync/protocol/time.ts'
import type { Words } from '../../central-sync/web/port.ts'
import { writeDateTime, writeDay } from '../../central-sync/web/write-time.ts'
import type { task } from '../http/shape-rows.ts'
import { wordsOfFlags } from './words/flag-words.ts'
import { timeWords } from './words/time-words.ts'

type Task = z.infer<typeof task>

export interface TaskRow {
  readonly urgent: boolean
  readonly title: Words
  readonly detail: Words
  readonly label: keyof typeof timeWords
  /** Below the mount prefix. */
  readonly href: string
}

/** Rows of one kind shown before the rest is only counted. */
const ROWS_PER_KIND = 6

/** Red before amber, in the order the centre gave; more of the same kind than fit become one row. */
export function describeTasks(tasks: readonly Task[]): { rows: TaskRow[]; count: number } {
  const shown = new Map<Task['kind'], number>()
  const rows: TaskRow[] = []
  for (const one of [...tasks].sort((a, b) => rank(a) - rank(b))) {
    const before = shown.get(one.kind) ?? 0
    shown.set(one.kind, before + 1)
    if (before < ROWS_PER_KIND) rows.push(describeTask(one))
    else if (before === ROWS_PER_KIND) rows.push(restOf(one, tasks))
  }
  return { rows, count: tasks.length }
}

function rank({ urgency }: Task): number {
  return urgency === 'now' ? 0 : 1
}

function describeTask(one: Task): TaskRow {
  const title = timeWords[`task.${one.kind}.title`]
  const why = wordsOfFlags(one.why)
  const person = { ja: one.name ? `${one.name} さん` : (one.code ?? ''), en: one.name ?? one.code ?? '' }
  const label = one.label ?? ''
  return {
    urgent: one.urgency === 'now',
    title: {
      ja: fill(title.ja, { name: person.ja, label, why: why.map(({ ja }) => ja).join('・') }),
      en: fill(title.en, { name: person.en, label, why: why.map(({ en }) => en).join(', ') }),
    },
    detail: detailOf(one, one.kind === 'session_pending' ? [] : why),
    label: `task.${one.kind}.do`,
    href: pageOfTask(one),
  }
}

/** Names are data: braces inside one must not become markup of the words. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => (values[name] ?? all).replace(/[{}|]/g, ' '))
}

function detailOf(one: Task, why: readonly Words[]): Words {
  const parts = (language: 'ja' | 'en') =>
    [
      one.code !== undefined && one.name !== undefined && one.name !== '' ? one.code : '',
      one.day === undefined || (one.at !== undefined && businessDayOf(one.at) === one.day)
        ? ''
        : writeDay(one.day, language),
      one.at === undefined ? '' : writeDateTime(one.at, language),
      one.label !== undefined && one.kind.endsWith('_card') ? one.label : '',
      one.count === undefined || one.count < 2 ? '' : language === 'ja' ? `${one.count}件` : `${one.count}×`,
      ...why.map((words) => words[language]),
    ].filter((part) => part !== '')
  return { ja: parts('ja').join('　'), en: parts('en').join(' · ') }
}

/** Where it is settled, below the mount prefix. */
export function pageOfTask(one: Task): string {
  const day = one.worker !== undefined && one.day !== undefined ? `/people/${one.worker}/days/${one.day}` : undefined
  switch (one.kind) {
    case 'session_pending':
      return day ?? '/records?status=pending'
    case 'correction_waiting':
      return `/corrections#${one.correction ?? 'waiting'}`
    case 'unknown_card':
      return one.tap === undefined ? '/people' : `/cards/attach?tap=${encodeURIComponent(one.tap)}`
    case 'revoked_card':
    case 'inactive_inside':
    case 'parent_missing':
      return one.worker === undefined ? '/people' : `/people/${one.worker}`
    case 'device_silent':
    case 'device_clone':
    case 'device_quarantine':
    case 'device_gap':
      return `/devices#${one.device ?? ''}`
    case 'approval_stale':
      return day ?? `/work${one.day === undefined ? '' : `?month=${monthOf(one.day)}`}`
    case 'sync_stopped':
      return '/settings#hub'
    case 'assignment_missing':
      return one.worker === undefined ? '/work' : `/people/${one.worker}#assign`
    case 'care_pending':
      return '/childcare/children'
    case 'care_short':
    case 'care_staff_lost':
      return '/childcare/conflicts'
    case 'care_cards':
      return '/childcare/cards'
    case 'care_lapsed':
      return '/childcare/conflicts#lapsed'
    case 'care_rules_missing':
      return '/childcare/policy'
    case 'seat_asks':
      return '/seats/waiting#questions'
    case 'care_closing':
    case 'care_ratio':
    case 'care_doubt':
    case 'care_refused':
    case 'care_unseen':
      return '/childcare'
  }
}

function restOf(one: Task, tasks: readonly Task[]): TaskRow {
  const rest = tasks.filter(({ kind }) => kind === one.kind).length - ROWS_PER_KIND
  return {
    urgent: one.urgency === 'now',
    title: {
      ja: timeWords['today.more'].ja.replace('{count}', String(rest)),
      en: timeWords['today.more'].en.replace('{count}', String(rest)),
    },
    detail: { ja: '', en: '' },
    label: `task.${one.kind}.do`,
    href: one.kind === 'session_pending' ? '/records?status=pending' : (pageOfTask(one).split('#', 1)[0] ?? '/'),
  }
}
