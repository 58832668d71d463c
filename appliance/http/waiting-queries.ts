/** The waiting list for staff, and a worker's own entries, offers and questions. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BookingId, ResourceId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { turnOf } from '../../central-sync/rules/pick-waiting.ts'
import type { Query } from '../../central-sync/web/port.ts'
import type { FloorBook, FloorPlan } from '../booking/floor-plan.ts'
import { type SeatQuestion, seatQuestions } from '../booking/request-desk.ts'
import { entryOf, lastOver, openWaiting, type WaitingFact, waitingOf, waitingOn } from '../booking/waiting-facts.ts'
import type { Directory } from '../worker/directory.ts'
import { workerOf } from './door-commands.ts'
import { bindQuery } from './shape.ts'
import * as shapes from './shape-waiting.ts'

/** A worker sees so many of her entries, newest first. */
const OWN_MAX = 60
/** Of those that are over staff see the last ones. */
const OVER_MAX = 30

export interface WaitingSources {
  readonly rows: Rows
  readonly floor: FloorBook
  readonly directory: Directory
}

export function waitingQueries(sources: WaitingSources): readonly Query[] {
  const { rows, floor, directory } = sources
  return [
    bindQuery(shapes.waitingList, async ({ day }, { now }) => {
      const facts =
        day === undefined
          ? [...(await openWaiting(rows)), ...(await lastOver(rows, OVER_MAX))]
          : await waitingOn(rows, day)
      const plan = await floor.now()
      const people = await directory.byId()
      const named = <T extends { readonly worker: WorkerId }>(row: T) => {
        const person = people.get(row.worker)
        return { ...row, code: person?.shownCode ?? '', name: person?.name ?? '' }
      }
      const questions = await seatQuestions(rows, now)
      return {
        rows: (await describeAll(rows, facts, plan)).map(named),
        questions: questions.map((one) => named(describeQuestion(one, plan))),
      }
    }),
    bindQuery(shapes.myWaiting, async (_input, { actor, now }) => {
      const worker = workerOf(actor)
      const plan = await floor.now()
      const questions = await seatQuestions(rows, now, worker)
      return {
        rows: await describeAll(rows, await waitingOf(rows, worker, OWN_MAX), plan),
        questions: questions.map((one) => describeQuestion(one, plan)),
      }
    }),
  ] as readonly Query[]
}

function describeQuestion(question: SeatQuestion, plan: FloorPlan): z.output<typeof shapes.seatQuestion> {
  return { ...question, resourceName: nameOf(plan, question.resource) ?? '' }
}

async function describeAll(rows: Rows, facts: readonly WaitingFact[], plan: FloorPlan) {
  const all = (await openWaiting(rows)).map(entryOf)
  const held = await heldPlaces(rows, facts)
  return facts.map((fact): z.output<typeof shapes.waitingRow> => {
    const { waiting, worker, day, start, end, want, child, priority, joinedAt, state, expires } = fact
    const open = state === 'waiting' || state === 'offered'
    const entry = entryOf(fact)
    // What was held is gone again: she waits as before.
    const shown = open ? entry.state : state
    return {
      ...{ waiting, worker, day, start, end, priority, joinedAt, state: shown },
      want: want ?? null,
      wantName: want === undefined ? null : nameOf(plan, want),
      child: child ?? null,
      before: shown === 'waiting' ? turnOf(entry, all) : null,
      offer: shown === 'offered' && expires !== undefined ? { ...placesOf(fact, held, plan), expires } : null,
    }
  })
}

function placesOf({ booking, care }: WaitingFact, held: ReadonlyMap<BookingId, ResourceId>, plan: FloorPlan) {
  const resource = booking === undefined ? null : (held.get(booking) ?? null)
  const room = care === undefined ? null : (held.get(care) ?? null)
  return { resource, resourceName: nameOf(plan, resource), room, roomName: nameOf(plan, room) }
}

function nameOf(plan: FloorPlan, resource: string | null): string | null {
  return plan.resources.get(resource as ResourceId)?.name ?? null
}

/** Seat or room of each held booking and childcare place. */
async function heldPlaces(rows: Rows, facts: readonly WaitingFact[]): Promise<ReadonlyMap<BookingId, ResourceId>> {
  const ids = facts.flatMap(({ state, booking, care }) => (state === 'offered' ? [booking, care] : []))
  const found = await rows.all<{ id: BookingId; place: ResourceId }>(
    `SELECT b.booking AS id, b.resource AS place FROM json_each(?1) AS k CROSS JOIN booking AS b WHERE b.booking = k.value
      UNION ALL
     SELECT c.care, c.room FROM json_each(?1) AS k CROSS JOIN care_booking AS c WHERE c.care = k.value`,
    [JSON.stringify(ids.filter((id) => id !== undefined))],
  )
  return new Map(found.map(({ id, place }) => [id, place]))
}
