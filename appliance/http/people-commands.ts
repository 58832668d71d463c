/** Handlers for workers, cards, devices and the hub link. */
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Command } from '../../central-sync/web/port.ts'
import type { UnknownCardSources } from '../attendance/unknown-card.ts'
import { attachCard } from '../attendance/unknown-card.ts'
import type { DeviceDesk } from '../channels/device-desk.ts'
import type { EnrolmentTokens } from '../channels/enrolment-tokens.ts'
import type { CardDesk } from '../worker/card-desk.ts'
import type { Directory } from '../worker/directory.ts'
import type { WorkerDesk } from '../worker/worker-desk.ts'
import { done, staffOf } from './door-commands.ts'
import { bindCommand } from './shape.ts'
import * as people from './shape-people.ts'

export interface PeopleDesks {
  readonly workers: WorkerDesk
  readonly cards: CardDesk
  readonly tokens: EnrolmentTokens
  readonly directory: Directory
  readonly devices: DeviceDesk
  readonly unknownCards: UnknownCardSources
}

export function peopleCommands(desks: PeopleDesks): readonly Command[] {
  return [...workerCommands(desks), ...cardCommands(desks), ...deviceCommands(desks)]
}

function workerCommands({ workers }: PeopleDesks): readonly Command[] {
  return [
    bindCommand(people.workersRegister, async ({ code, ...sheet }, { actor }) =>
      workers.register(code, sheet, staffOf(actor).staff),
    ),
    bindCommand(people.workersChange, async ({ worker, ...sheet }, { actor }) =>
      done(await workers.change(worker, sheet, staffOf(actor).staff)),
    ),
    bindCommand(people.workersDeactivate, async ({ worker }, { actor }) =>
      done(await workers.setActive(worker, false, staffOf(actor).staff)),
    ),
    bindCommand(people.workersActivate, async ({ worker }, { actor }) =>
      done(await workers.setActive(worker, true, staffOf(actor).staff)),
    ),
  ] as readonly Command[]
}

function cardCommands({ cards, tokens, directory, unknownCards }: PeopleDesks): readonly Command[] {
  const start = async (
    worker: Parameters<Directory['get']>[0],
    device: Parameters<EnrolmentTokens['start']>[1],
    actor: Parameters<typeof staffOf>[0],
  ) => {
    const person = await directory.get(worker)
    if (person === undefined || !person.own || !person.active) return refuse('worker_unknown')
    return tokens.start(
      worker,
      device,
      staffOf(actor).staff,
      person.callName === '' ? person.shownCode : person.callName,
    )
  }
  return [
    bindCommand(people.cardsStartEnrolment, async ({ worker, device }, { actor }) => start(worker, device, actor)),
    bindCommand(people.cardsEnrolNumber, async ({ worker, card }, { actor }) =>
      cards.enrolNumber(worker, card, staffOf(actor).staff),
    ),
    bindCommand(people.cardsRevoke, async ({ card, reason }, { actor }) =>
      done(await cards.revoke(card, reason, staffOf(actor).staff)),
    ),
    bindCommand(people.cardsReplace, async ({ card, reason, device }, { actor }) => {
      const worker = await cards.holder(card)
      if (worker === undefined) return refuse('card_unknown')
      // Revoked first: a lost card must be dead even when the kiosk is not there to enrol its successor.
      const refused = await cards.revoke(card, reason, staffOf(actor).staff)
      return refused ?? start(worker, device, actor)
    }),
    bindCommand(people.cardsAttach, async ({ tap, worker }, { actor }) =>
      attachCard({ tap: tap as EventId, worker, by: staffOf(actor).staff }, unknownCards),
    ),
  ] as readonly Command[]
}

function deviceCommands({ devices }: PeopleDesks): readonly Command[] {
  return [
    bindCommand(people.devicesNewCode, async ({ label, place }) => devices.newCode(label, place)),
    bindCommand(people.devicesRetire, async ({ device, reason }, { actor }) =>
      done(await devices.retire(device, reason, staffOf(actor).staff)),
    ),
    bindCommand(people.devicesStation, async ({ device, room }, { actor }) =>
      done(await devices.station(device, room, staffOf(actor).staff)),
    ),
    bindCommand(people.devicesClearClone, async ({ device }) => {
      await devices.clearClone(device)
      return {}
    }),
    bindCommand(people.hubEnrol, async ({ url, code }) => {
      const joined = await devices.joinHub(url, code)
      return isRefusal(joined) ? joined : { hub: joined.hub }
    }),
    bindCommand(people.hubResume, async () => {
      await devices.resumeHub()
      return {}
    }),
  ] as readonly Command[]
}
