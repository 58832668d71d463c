/** Handlers for the waiting list, the request for parent and child, and the seat that asks. */
import type { Actor, Command } from '../../central-sync/web/port.ts'
import type { RequestDesk } from '../booking/request-desk.ts'
import type { Answerer, WaitingDesk } from '../booking/waiting-desk.ts'
import { requestOf } from './booking-commands.ts'
import { done, staffOf, workerOf } from './door-commands.ts'
import { bindCommand } from './shape.ts'
import * as shapes from './shape-waiting.ts'

export interface WaitingDesks {
  readonly waiting: WaitingDesk
  readonly requests: RequestDesk
}

export function waitingCommands(desks: WaitingDesks): readonly Command[] {
  return [...listCommands(desks), ...pairCommands(desks)]
}

function listCommands({ waiting }: WaitingDesks): readonly Command[] {
  return [
    bindCommand(shapes.waitingJoin, async (wish, context) => {
      const worker = workerOf(context.actor)
      return waiting.join({ ...wish, worker, priority: 0, request: requestOf(context) }, worker)
    }),
    bindCommand(shapes.waitingJoinFor, async (wish, context) =>
      waiting.join({ ...wish, request: requestOf(context) }, staffOf(context.actor).staff),
    ),
    bindCommand(shapes.waitingWithdraw, async ({ waiting: id }, { actor }) =>
      done(await waiting.withdraw(id, herself(actor))),
    ),
    bindCommand(shapes.waitingAccept, async ({ waiting: id }, { actor }) => waiting.accept(id, herself(actor))),
    bindCommand(shapes.waitingDecline, async ({ waiting: id }, { actor }) =>
      done(await waiting.withdraw(id, herself(actor))),
    ),
    bindCommand(shapes.waitingWithdrawFor, async ({ waiting: id }, { actor }) =>
      done(await waiting.withdraw(id, forSomebody(actor))),
    ),
    bindCommand(shapes.waitingAcceptFor, async ({ waiting: id }, { actor }) => waiting.accept(id, forSomebody(actor))),
    bindCommand(shapes.waitingDeclineFor, async ({ waiting: id }, { actor }) =>
      done(await waiting.withdraw(id, forSomebody(actor))),
    ),
  ] as readonly Command[]
}

function pairCommands({ requests }: WaitingDesks): readonly Command[] {
  return [
    bindCommand(shapes.requestsBookPair, async (wish, context) => {
      const worker = workerOf(context.actor)
      return requests.bookPair({ ...wish, worker, source: 'web', request: requestOf(context) }, worker)
    }),
    bindCommand(shapes.requestsBookPairFor, async (wish, context) =>
      requests.bookPair({ ...wish, source: 'staff', request: requestOf(context) }, staffOf(context.actor).staff),
    ),
    bindCommand(shapes.requestsCancelPair, async ({ booking }, { actor, requestKey }) =>
      done(await requests.cancelPair(booking, herself(actor), requestKey)),
    ),
    bindCommand(shapes.requestsCancelPairFor, async ({ booking }, { actor, requestKey }) =>
      done(await requests.cancelPair(booking, forSomebody(actor), requestKey)),
    ),
    bindCommand(shapes.requestsMovePair, async (move, { actor, requestKey }) =>
      done(await requests.movePair(move, { ...herself(actor), source: 'web' }, requestKey)),
    ),
    bindCommand(shapes.requestsMovePairFor, async (move, { actor, requestKey }) =>
      done(await requests.movePair(move, { ...forSomebody(actor), source: 'staff' }, requestKey)),
    ),
    bindCommand(shapes.requestsAnswerSeat, async ({ booking, keep }, { actor }) =>
      done(await requests.answerSeat(booking, keep, herself(actor))),
    ),
    bindCommand(shapes.requestsAnswerSeatFor, async ({ booking, keep }, { actor }) =>
      done(await requests.answerSeat(booking, keep, forSomebody(actor))),
    ),
  ] as readonly Command[]
}

function herself(actor: Actor): Answerer {
  const worker = workerOf(actor)
  return { by: worker, only: worker }
}

function forSomebody(actor: Actor): Answerer {
  return { by: staffOf(actor).staff, only: undefined }
}
