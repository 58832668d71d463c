/** The web program of a centre: commands, queries and pages on the floor, the doors of machines beside them. */
import type { Log } from '../central-sync/journal/log.ts'
import type { Clock } from '../central-sync/protocol/time.ts'
import { enrolmentDoor } from '../central-sync/web/enrolment-door.ts'
import { createWebFloor } from '../central-sync/web/floor.ts'
import { mayOpenIn } from '../central-sync/web/may-open.ts'
import type { WebProgram } from '../central-sync/web/port.ts'
import type { Desks } from './build-desks.ts'
import { calendarDoor } from './http/booking-queries.ts'
import { centreRooms } from './http/rooms.ts'
import type { OpenedCentre } from './open-centre.ts'
import type { ApplianceSettings } from './settings.ts'

export function buildWeb(
  opened: OpenedCentre,
  desks: Desks,
  { clock, log, settings }: { clock: Clock; log: Log; settings: ApplianceSettings },
): WebProgram {
  const { journal, secrets, site, directory, assignments: book } = opened
  const { states, cursors, tokens, sync, staff, centre, workers, signIn, cards, devices } = desks
  const { corrections, assignments, approvals, channels, live, memory } = desks
  const rows = journal.read
  const { floor, seats, bookings, months, series, calendars } = desks
  const booking = { rows, floor, directory, clock, seats, bookings, months, series, calendars }
  const { childcare, waiting, requests } = desks
  const rooms = centreRooms({
    booking,
    waiting: { desks: { waiting, requests }, reads: { rows, floor, directory } },
    wall: { key: desks.wall, centreName: async () => (await directory.centre())?.name ?? '' },
    childcare: {
      reads: { rows, children: childcare.parts.children, floor, directory, staff, ...childcare, log: childcare.reads },
      desks: { journal, directory, staff, tokens, ...childcare, children: childcare.register },
    },
    door: { centre, signIn, staff, workers },
    people: { workers, cards, tokens, directory, devices, unknownCards: { journal, site } },
    attendance: { rows, directory, corrections, assignments, approvals },
    centre: { rows, site, directory, states, cursors, tokens, sync, staff, centre },
    verify: () => journal.verify(),
    reads: { journal, rows, unsealer: secrets.unsealer, directory, assignments: book, secrets, site },
  })
  live.openTo(mayOpenIn(rooms))
  const enrolment = enrolmentDoor({
    clock,
    identity: secrets.identity,
    codes: devices.codes,
    admit: (hello, _proof, grant) => devices.admit(hello, grant),
  })
  return createWebFloor({
    rooms,
    doors: [{ path: '/enrol/v1', router: enrolment }, calendarDoor(booking)],
    upgrades: [channels, live],
    memory,
    clock,
    secure: settings.secure,
    plainLan: settings.plainLan,
    log,
  })
}
