/**
 * Puts the invented time in order, as a front desk does from day to day: forgotten OUTs are asked for and granted, and people
 * say which of their assignments a time was for. What happened in the last days waits for the visitor.
 */
import { z } from 'zod'
import type { Appliance } from '../../appliance/appliance.ts'
import type { AssignmentId, StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type BusinessDay, HOUR_MS, startOfBusinessDay } from '../../central-sync/protocol/time.ts'
import type { Chance } from './seeded-random.ts'
import type { Visitor } from './visitor.ts'

const TOGETHER = 64
/** A forgotten OUT was most likely at closing time, or after some hours. */
const USUAL_HOURS = 4

const sessionList = z.object({
  sessions: z.array(
    z.object({
      worker: z.custom<WorkerId>(),
      day: z.custom<BusinessDay>(),
      session: z.string(),
      startedAt: z.number().nullable(),
      endedAt: z.number().nullable(),
      place: z.string(),
      flags: z.array(z.string()),
    }),
  ),
})
const todayList = z.object({ tasks: z.array(z.object({ kind: z.string(), worker: z.custom<WorkerId>().optional() })) })
const oneWorker = z.object({ assignments: z.array(z.object({ assignment: z.custom<AssignmentId>() })) })

export interface SettleTime {
  readonly centre: Appliance
  /** Signed in as staff. */
  readonly visitor: Visitor
  readonly from: BusinessDay
  readonly today: BusinessDay
  /** So many of the newest forgotten OUTs are left as they are. */
  readonly open: number
  readonly chance: Chance
}

export async function settleTime(facts: SettleTime): Promise<void> {
  await grantForgotten(facts)
  await chooseWork(facts)
}

async function grantForgotten({ centre, visitor, from, today, open }: SettleTime): Promise<void> {
  const to = addDays(today, -1)
  const { sessions } = sessionList.parse(await visitor.get(`/sessions?from=${from}&to=${to}&status=pending`))
  const by = (await centre.doors.staff.all()).find(({ roles }) => roles.includes('director'))?.staff
  if (by === undefined) return
  const oldest = sessions.toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
  await inGroups(oldest.slice(0, -open), (session) => grantOne(centre, session, by))
}

type Pending = z.infer<typeof sessionList>['sessions'][number]

async function grantOne({ doors }: Appliance, { worker, day, session, startedAt, place }: Pending, by: StaffId) {
  if (startedAt === null) return
  const end = Math.min(startedAt + USUAL_HOURS * HOUR_MS, startOfBusinessDay(day) + 15 * HOUR_MS)
  const wish = { worker, day, base: undefined, sessions: [session], wanted: [{ start: startedAt, end, place }] }
  const asked = await doors.corrections.request({ ...wish, reason: 'forgot_out', note: '帰るときに忘れました' }, worker)
  if ('correction' in asked) await doors.corrections.approve(asked.correction, { staff: by, worker: undefined }, '')
}

/** Everybody with two assignments says so, but for one. */
async function chooseWork({ centre, visitor, from, today, chance }: SettleTime): Promise<void> {
  const { tasks } = todayList.parse(await visitor.get('/today'))
  const [, ...undecided] = tasks.flatMap(({ kind, worker }) =>
    kind === 'assignment_missing' && worker ? [worker] : [],
  )
  for (const worker of undecided) {
    const { assignments } = oneWorker.parse(await visitor.get(`/worker?worker=${worker}`))
    const { sessions } = sessionList.parse(await visitor.get(`/sessions?from=${from}&to=${today}&worker=${worker}`))
    if (assignments.length === 0) continue
    await inGroups(sessions, async ({ day, session }) => {
      await centre.doors.assignments.choose(worker, day, session, chance.pick(assignments).assignment)
    })
  }
}

/** Many at once share a commit. */
async function inGroups<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += TOGETHER) await Promise.all(all.slice(from, from + TOGETHER).map(work))
}
