/** A director's evening: looks at what waits for a person, and decides some of it. */
import type { Interval } from '../../central-sync/protocol/event/attendance.ts'
import { businessDayOf, HOUR_MS, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { SimulatedCentre } from '../support/simulation-centre.ts'
import { type Chance, seededChance } from '../support/simulation-chance.ts'
import type { DiskSession } from './disk.ts'
import type { World } from './world.ts'

const PENDING = `SELECT s.* FROM session s JOIN worker w ON w.worker = s.worker JOIN centre h ON h.site = w.home AND h.own = 1
  WHERE s.status = 'pending' ORDER BY s.day, w.code, coalesce(s.started_at, s.ended_at)`
const REQUESTS = `SELECT c.correction, c.state FROM correction c JOIN worker w ON w.worker = c.worker
  JOIN centre h ON h.site = w.home AND h.own = 1
  WHERE c.state IN ('requested', 'approved') AND c.request_entry IS NOT NULL ORDER BY c.day, w.code, c.wanted`

const ACCEPTED = `SELECT a.worker, a.day, a.session FROM approval a JOIN worker w ON w.worker = a.worker
  JOIN centre h ON h.site = w.home AND h.own = 1 WHERE a.withdrawn = 0 ORDER BY a.day, w.code, a.started_at`

interface Accepted {
  readonly worker: string
  readonly day: string
  readonly session: string
}

export async function direct(world: World, index: number, dice: number): Promise<void> {
  const centre = world.centre(index)
  const chance = seededChance(Math.floor(dice * 2 ** 32))
  const requests = await world.disk.rows<{ correction: string; state: string }>(centre.journalFile, REQUESTS)
  for (const request of requests) await decide(world, centre, request, chance)
  const pending = await world.disk.rows<DiskSession>(centre.journalFile, PENDING)
  for (const session of pending) await look(world, centre, session, chance)
  const accepted = await world.disk.rows<Accepted>(centre.journalFile, ACCEPTED)
  for (const one of accepted) if (chance.happens(0.03)) await takeBack(world, centre, one)
}

async function decide(
  world: World,
  { appliance, decides }: SimulatedCentre,
  { correction, state }: { correction: string; state: string },
  chance: Chance,
): Promise<void> {
  const { corrections } = appliance.doors
  const decider = { staff: decides, worker: undefined }
  const dice = chance.next()
  const id = correction as never
  if (state === 'approved') {
    if (dice < 0.06 && (await corrections.revert(id, decider, '')) === undefined) done(world, correction, 'reverted')
    return
  }
  if (dice < 0.75 && (await corrections.approve(id, decider, '')) === undefined) done(world, correction, 'approved')
  else if (dice > 0.85 && (await corrections.reject(id, decider, '')) === undefined) done(world, correction, 'rejected')
}

async function takeBack(world: World, { appliance, decides }: SimulatedCentre, one: Accepted): Promise<void> {
  const { worker, day, session } = one
  const approver = { by: decides, worker: undefined }
  const refused = await appliance.doors.approvals.unapprove(worker as never, day as never, session, approver)
  if (refused === undefined) world.record.done.push({ type: 'work.unapproved', mark: `${worker} ${session}` })
  else world.record.oddities.push(`an approval could not be taken back: ${refused.refused}`)
}

function done(world: World, correction: string, outcome: string): void {
  world.record.done.push({ type: 'correction.decided', mark: `${correction} ${outcome}` })
}

async function look(world: World, centre: SimulatedCentre, session: DiskSession, chance: Chance): Promise<void> {
  const dice = chance.next()
  const { started_at: startedAt, ended_at: endedAt, worker, day } = session
  if (startedAt !== null && endedAt !== null) {
    if (dice > 0.75) return
    const shown = { worker: worker as never, day: day as never, session: session.session, startedAt, endedAt }
    const decider = { staff: centre.decides, worker: undefined }
    const refused = await centre.appliance.doors.corrections.confirm(shown, decider)
    if (refused === undefined)
      world.record.done.push({ type: 'session.confirmed', mark: `${worker} ${session.start_id}` })
    return
  }
  if (day < businessDayOf(world.time.now) && dice < 0.5) await ask(world, centre, session, chance)
}

/** Asks for an hour or more around the edge that is there. */
async function ask(world: World, centre: SimulatedCentre, session: DiskSession, chance: Chance): Promise<void> {
  const { started_at: startedAt, ended_at: endedAt, place } = session
  const length = chance.between(30, 240) * MINUTE_MS
  const wanted: Interval =
    startedAt === null
      ? { start: (endedAt ?? 0) - length, end: endedAt ?? 0, place }
      : { start: startedAt, end: session.suggestion ?? startedAt + length, place }
  const asked = await centre.appliance.doors.corrections.request(
    {
      worker: session.worker as never,
      day: session.day as never,
      base: undefined,
      sessions: [session.session],
      wanted: [{ ...wanted, end: Math.min(wanted.end, wanted.start + 15 * HOUR_MS) }],
      reason: startedAt === null ? 'forgot_in' : 'forgot_out',
      note: '',
    },
    centre.asks,
  )
  if ('correction' in asked) world.record.done.push({ type: 'correction.requested', mark: asked.correction })
}
