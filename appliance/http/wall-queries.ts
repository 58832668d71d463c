/** The foyer screen asks the queries of the staff pages and keeps only what a stranger may see. */
import type { z } from 'zod'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Command, Query, RequestContext } from '../../central-sync/web/port.ts'
import type { WallKey } from '../wall/wall-key.ts'
import { bindCommand, bindQuery, type Shape } from './shape.ts'
import { bookingsDay } from './shape-booking.ts'
import { careCounts } from './shape-childcare-queries.ts'
import * as shapes from './shape-wall.ts'
import { seatCounts, stateNow } from './state-now.ts'

export interface WallSources {
  readonly key: WallKey
  readonly centreName: () => Promise<string>
}

const NEXT_MAX = 3

export function wallCommands({ key }: WallSources): readonly Command[] {
  return [
    bindCommand(shapes.wallIssue, async () => ({ path: `/wall/${await key.issue()}` })),
    bindCommand(shapes.wallRevoke, async () => {
      await key.revoke()
      return {}
    }),
  ] as readonly Command[]
}

/** `others`: the queries that know seats and children. */
export function wallQueries({ key, centreName }: WallSources, others: readonly Query[]): readonly Query[] {
  const answerOf = async <I, O>(shape: Shape<I, O>, context: RequestContext): Promise<O | Refusal | undefined> => {
    const query = others.find(({ name }) => name === shape.name)
    return query === undefined ? undefined : ((await query.handle(query.input.parse({}), context)) as O | Refusal)
  }
  return [
    bindQuery(shapes.wallSetting, async () => ({ issuedAt: (await key.issuedAt()) ?? null })),
    bindQuery(shapes.wall, async (input, context) => {
      if (context.actor.kind !== 'staff' && !(await key.fits(input.key))) return refuse('not_found')
      const board = await answerOf(bookingsDay, context)
      if (board === undefined) return refuse('not_found')
      if (isRefusal(board)) return board
      const care = await answerOf(careCounts, context)
      return {
        at: context.now,
        centre: await centreName(),
        day: board.day,
        hours: board.hours,
        ...seatsOf(board),
        care: care === undefined || isRefusal(care) ? [] : care.rooms.map(careOf),
      }
    }),
  ] as readonly Query[]
}

type Board = z.infer<typeof bookingsDay.output>

/** Only what is listed here leaves: a field that is added to the board later does not. */
function seatsOf({ resources, now }: Board) {
  return {
    seats: seatCounts(resources, now),
    spots: resources.map((one) => ({
      name: one.name,
      kind: one.kind,
      floor: one.floor,
      map: one.map,
      state: stateNow(one, now),
    })),
    rooms: resources
      .filter(({ kind }) => kind === 'room' || kind === 'booth')
      .map((one) => ({
        name: one.name,
        state: stateNow(one, now),
        until:
          one.spans.find(({ what, start, end }) => TAKEN.has(what) && start <= (now ?? 0) && (now ?? 0) < end)?.end ??
          null,
        next: one.spans
          .filter(({ what, start }) => TAKEN.has(what) && start > (now ?? 0))
          .slice(0, NEXT_MAX)
          .map(({ start, end }) => ({ start, end })),
      })),
  }
}

const TAKEN = new Set(['held', 'confirmed', 'in', 'blocked'])

type CareRoom = z.infer<typeof careCounts.output>['rooms'][number]

function careOf({ name, present, expected, staffPlanned, staffNeeded, level, next }: CareRoom) {
  return {
    name,
    present,
    expected,
    staff: staffPlanned,
    needed: staffNeeded,
    level,
    next: next.map((slot) => ({
      start: slot.start,
      total: slot.total,
      needed: slot.needStaff,
      staff: slot.staff,
      level: slot.level,
    })),
  }
}
