/**
 * The words on the screen after a tap: what it became, the hours of this week, the assignments to choose from, and the
 * question about a day that ended without OUT. Built for a whole batch of taps with a fixed number of statements.
 */
import type { Rows, Tx } from '../../central-sync/journal/port.ts'
import type { DayFigures } from '../../central-sync/journal/projections/known-days.ts'
import type { AssignmentId, EventId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type BusinessDay, businessDayOf, type Instant, mondayOf } from '../../central-sync/protocol/time.ts'
import type { TapAnswer } from '../../central-sync/protocol/wire/device.ts'
import type { AssignmentBook } from '../work/assignment-book.ts'
import type { Greetings } from '../worker/greetings.ts'
import { endSuggester } from './suggest-ends.ts'

/** How far back an unanswered forgotten check-out is still asked about at the kiosk. */
export const QUESTION_DAYS = 7

/** A tap to answer. `id` is the record the answer goes to: the tap itself, or the redirect or void about it. */
export interface AnswerNeed {
  readonly id: EventId
  readonly tap: EventId
  readonly time: Instant
  readonly known: 'known' | 'unknown_card' | 'revoked_card'
  readonly worker: WorkerId | undefined
}

export interface OutcomeRow {
  readonly tap: EventId
  readonly outcome: 'in' | 'out' | 'ignored'
  readonly session: EventId | null
}

interface OpenRow {
  worker: WorkerId
  day: BusinessDay
  started_at: number
  place: string
  start_id: EventId
  bound: number | null
  version: string
}

/** A forgotten OUT, with the end that opening hours suggest. */
interface Question extends Omit<OpenRow, 'bound'> {
  suggestion: Instant | undefined
}

export interface AnswerSources {
  readonly greetings: Greetings
  readonly assignments: AssignmentBook
}

/** One answer per need, in order. `rows` sees the folds of these taps (inside their transaction). */
export async function buildAnswers(
  rows: Rows,
  needs: readonly AnswerNeed[],
  sources: AnswerSources,
): Promise<TapAnswer[]> {
  const withWorker = needs.filter((need) => need.worker !== undefined && need.known === 'known')
  if (withWorker.length === 0) return needs.map((need) => bare(need))
  const facts = await readFacts(rows, withWorker)
  return needs.map((need) => answerOf(need, facts, sources))
}

/**
 * The same answers for taps whose days are known without asking the database. Only a question about an earlier day is
 * read there, after the followers have seen everything.
 */
export async function answerTaken(
  tx: Tx,
  needs: readonly AnswerNeed[],
  taken: Pick<Facts, 'outcomes' | 'days'>,
  sources: AnswerSources,
): Promise<TapAnswer[]> {
  const asked = askedOf(needs, taken)
  if (asked.length > 0) await tx.project()
  const questions =
    asked.length === 0 ? new Map<WorkerId, Question>() : await readQuestions(tx, asked, daysOf(needs)[0])
  return needs.map((need) => answerOf(need, { ...taken, questions }, sources))
}

interface Facts {
  readonly outcomes: ReadonlyMap<EventId, OutcomeRow>
  readonly days: ReadonlyMap<WorkerId, readonly DayFigures[]>
  readonly questions: ReadonlyMap<WorkerId, Question>
}

async function readFacts(rows: Rows, needs: readonly AnswerNeed[]): Promise<Facts> {
  const workers = [...new Set(needs.map((need) => need.worker as WorkerId))]
  const [first, last] = daysOf(needs)
  const outcomes = await readOutcomes(rows, needs)
  const folds = await rows.all<DayFigures>(
    `SELECT f.worker, f.day, f.payable_seconds, f.pending, f.open, f.last_claim FROM json_each(?) j
       JOIN day_fold f ON f.worker = j.value AND f.day BETWEEN ? AND ?`,
    // Never less than the week, which begins six days before at most.
    [JSON.stringify(workers), addDays(first, -QUESTION_DAYS), last],
  )
  const days = Map.groupBy(folds, workerOf)
  return { outcomes, days, questions: await readQuestions(rows, askedOf(needs, { outcomes, days }), first) }
}

/** The first and the last day these taps fall on. */
function daysOf(needs: readonly AnswerNeed[]): readonly [first: BusinessDay, last: BusinessDay] {
  const times = needs.map(({ time }) => time)
  return [businessDayOf(Math.min(...times)), businessDayOf(Math.max(...times))]
}

/**
 * Who has come in and may have to be asked about an earlier day. Only a day with something open or undecided can hold a
 * question, and few have one.
 */
function askedOf(needs: readonly AnswerNeed[], { outcomes, days }: Pick<Facts, 'outcomes' | 'days'>): WorkerId[] {
  const asked = new Set<WorkerId>()
  for (const { tap, worker, time } of needs) {
    if (worker === undefined || outcomes.get(tap)?.outcome !== 'in') continue
    const today = businessDayOf(time)
    const unsettled = days.get(worker)?.some(({ day, open, pending }) => day < today && open + pending > 0)
    if (unsettled === true) asked.add(worker)
  }
  return [...asked]
}

function workerOf({ worker }: DayFigures): WorkerId {
  return worker
}

async function readOutcomes(rows: Rows, needs: readonly AnswerNeed[]): Promise<Map<EventId, OutcomeRow>> {
  const found = await rows.all<OutcomeRow>(
    'SELECT o.tap, o.outcome, o.session FROM json_each(?) j JOIN tap_outcome o ON o.tap = j.value',
    [JSON.stringify(needs.map((need) => need.tap))],
  )
  return new Map(found.map((row) => [row.tap, row]))
}

/** Sessions of earlier days that have a start and no end, nobody has asked to correct yet: the newest per worker. */
async function readQuestions(
  rows: Rows,
  workers: readonly WorkerId[],
  today: BusinessDay,
): Promise<Map<WorkerId, Question>> {
  if (workers.length === 0) return new Map()
  const open = await rows.all<OpenRow>(
    `SELECT s.worker, s.day, s.started_at, s.place, s.start_id, s.bound, f.version
       FROM json_each(?) j
       JOIN session s ON s.worker = j.value AND s.day >= ? AND s.day < ? AND s.ended_at IS NULL
                     AND s.started_at IS NOT NULL AND s.start_id IS NOT NULL AND s.status = 'pending'
       JOIN day_fold f ON f.worker = s.worker AND f.day = s.day
      WHERE NOT EXISTS (SELECT 1 FROM correction c WHERE c.worker = s.worker AND c.day = s.day AND c.state IN ('requested', 'rejected'))
      ORDER BY s.started_at`,
    [JSON.stringify(workers), addDays(today, -QUESTION_DAYS), today],
  )
  const ends = open.map((row) => ({
    ...row,
    startedAt: row.started_at,
    endedAt: undefined,
    bound: row.bound ?? undefined,
  }))
  const suggest = await endSuggester(rows, ends)
  return new Map(ends.map((row) => [row.worker, { ...row, suggestion: suggest(row, row.day) }]))
}

function bare({ id, time, known }: AnswerNeed): TapAnswer {
  return { id, time, result: known === 'known' ? 'ignored' : known }
}

function answerOf(need: AnswerNeed, facts: Facts, { greetings, assignments }: AnswerSources): TapAnswer {
  const { id, time, worker, known } = need
  if (worker === undefined || known !== 'known') return bare(need)
  const row = facts.outcomes.get(need.tap)
  const result = row?.outcome ?? 'ignored'
  const day = businessDayOf(time)
  const folds = facts.days.get(worker) ?? []
  const greeting = greetings.of(worker)
  const choices = assignments.of(worker, day)
  const chosen = row?.session == null ? undefined : assignments.defaultFor(worker, day, time, row.session)
  const question = result === 'in' ? questionOf(facts.questions.get(worker), day) : undefined
  const standing = folds.find((fold) => fold.day === day)?.last_claim ?? 'out'
  return {
    id,
    result,
    worker,
    time,
    ...(greeting === undefined ? {} : greeting),
    ...(result === 'ignored' ? { standing } : {}),
    week: weekOf(folds, day),
    ...(choices.length > 0 ? { assignments: choices } : {}),
    ...(chosen === undefined ? {} : { assignment: chosen }),
    ...(question === undefined ? {} : { question }),
  }
}

/** What is kept of an answer: no name of a person or a job, those are filled in again when it is repeated. */
export type Receipt = Omit<TapAnswer, 'callName' | 'code' | 'language' | 'assignments'>

/** A receipt in few bytes: every tap pays for them. A week is its Monday and the seconds from there. */
export type ReceiptRow = readonly [
  id: EventId,
  result: TapAnswer['result'],
  time: Instant,
  worker: WorkerId | null,
  standing: TapAnswer['standing'] | null,
  week: readonly [monday: BusinessDay, seconds: readonly number[], pending: number] | null,
  assignment: AssignmentId | null,
  question: TapAnswer['question'] | null,
]

export function writeReceipt(answer: TapAnswer): ReceiptRow {
  const { id, result, time, worker = null, standing = null, week, assignment = null, question = null } = answer
  const monday = week?.days[0]?.day
  const seconds = week?.days.map((one) => one.seconds) ?? []
  const short = week === undefined || monday === undefined ? null : ([monday, seconds, week.pending] as const)
  return [id, result, time, worker, standing, short, assignment, question]
}

export function readReceipt([id, result, time, worker, standing, week, assignment, question]: ReceiptRow): Receipt {
  const optional = { worker, standing, week: week === null ? null : weekOfReceipt(week), assignment, question }
  const present = Object.entries(optional).filter(([, value]) => value !== null)
  return { id, result, time, ...(Object.fromEntries(present) as Partial<Receipt>) }
}

function weekOfReceipt([monday, seconds, pending]: NonNullable<ReceiptRow[5]>) {
  const days = seconds.map((one, index) => ({ day: addDays(monday, index), seconds: one }))
  return { days, seconds: seconds.reduce((sum, one) => sum + one, 0), pending }
}

/** The answer of a receipt, with the greeting and the choices as they are now. */
export function repeatAnswer(receipt: Receipt, { greetings, assignments }: AnswerSources): TapAnswer {
  if (receipt.worker === undefined) return receipt
  const choices = assignments.of(receipt.worker, businessDayOf(receipt.time))
  return { ...receipt, ...greetings.of(receipt.worker), ...(choices.length > 0 ? { assignments: choices } : {}) }
}

/** Monday to `day`. */
export function weekOf(
  folds: readonly Pick<DayFigures, 'day' | 'payable_seconds' | 'pending' | 'open'>[],
  day: BusinessDay,
) {
  const monday = mondayOf(day)
  const days: { day: BusinessDay; seconds: number }[] = []
  let pending = 0
  for (let current = monday; current <= day; current = addDays(current, 1)) {
    const fold = folds.find((one) => one.day === current)
    days.push({ day: current, seconds: fold?.payable_seconds ?? 0 })
    pending += fold?.pending ?? 0
    // The fold does not know that the day is over: an open session of an earlier day waits for a person.
    if (current < day && fold !== undefined && fold.open !== 0) pending += 1
  }
  return { days, seconds: days.reduce((sum, one) => sum + one.seconds, 0), pending }
}

function questionOf(row: Question | undefined, today: BusinessDay): TapAnswer['question'] {
  if (row === undefined || row.day >= today) return undefined
  return {
    day: row.day,
    start: row.started_at,
    place: row.place,
    base: row.version,
    taps: [row.start_id],
    ...(row.suggestion === undefined ? {} : { suggestion: row.suggestion }),
  }
}
