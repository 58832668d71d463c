/** Builds the rooms of a centre on its journal: desks, the device channel, live pushes, synchronisation. */
import type { Log } from '../central-sync/journal/log.ts'
import { createWebMemory } from '../central-sync/journal/web-memory.ts'
import { isIdentifier } from '../central-sync/protocol/identifier.ts'
import type { Clock } from '../central-sync/protocol/time.ts'
import type { AttendancePolicy } from '../central-sync/rules/policy.ts'
import type { WebMemory } from '../central-sync/web/port.ts'
import { AttendanceDesk } from './attendance/attendance-desk.ts'
import { BoardFeed } from './attendance/board-feed.ts'
import { CorrectionDesk } from './attendance/correction-desk.ts'
import { DeviceCursors } from './attendance/device-cursors.ts'
import { OwnClock } from './attendance/own-clock.ts'
import { MonthBook } from './booking/availability.ts'
import { BookingDesk } from './booking/booking-desk.ts'
import { CalendarDesk } from './booking/calendar-desk.ts'
import { cancelPlaces } from './booking/cancel-places.ts'
import { FloorBook } from './booking/floor-plan.ts'
import { PlacesFeed } from './booking/places-feed.ts'
import { SeatDesk } from './booking/seat-desk.ts'
import { buildSeating, type Seating } from './booking/seating.ts'
import { SeriesDesk } from './booking/series-desk.ts'
import { openCareLine } from './channels/care-line.ts'
import { ChannelDoor } from './channels/channel-door.ts'
import { DeviceDesk } from './channels/device-desk.ts'
import { DeviceStates, findDevice } from './channels/device-states.ts'
import { EnrolmentTokens, type EnrolmentTokensOptions } from './channels/enrolment-tokens.ts'
import { FrameDesk } from './channels/frame-desk.ts'
import { heardThrough } from './channels/heard-through.ts'
import { PinCheck } from './channels/pin-check.ts'
import { RosterBook } from './channels/roster-book.ts'
import { SeatLine } from './channels/seat-line.ts'
import { buildChildcare, type ChildcareRoom } from './childcare/childcare-room.ts'
import { cookieReader, LiveDoor } from './live/live-door.ts'
import type { OpenedCentre } from './open-centre.ts'
import { CentreDesk, type FirstAdministrator } from './staff/centre-desk.ts'
import { SignInDesk } from './staff/sign-in-desk.ts'
import { StaffDesk } from './staff/staff-desk.ts'
import { Sync } from './sync/sync.ts'
import { WallKey } from './wall/wall-key.ts'
import { ApprovalDesk } from './work/approval-desk.ts'
import { AssignmentDesk } from './work/assignment-desk.ts'
import { CardDesk } from './worker/card-desk.ts'
import { forgetLapsed } from './worker/forget-lapsed.ts'
import { WorkerDesk } from './worker/worker-desk.ts'

/** No tap can be older than the first release of this program: 2026-01-01 in Japan. */
export const BUILT_AT = Date.UTC(2025, 11, 31, 15)

export interface DeskOptions {
  readonly clock: Clock
  readonly log: Log
  readonly policy: AttendancePolicy
  readonly claimed?: ((first: FirstAdministrator) => Promise<void>) | undefined
  random(): number
}

export type Desks = Awaited<ReturnType<typeof buildDesks>>

export async function buildDesks(opened: OpenedCentre, options: DeskOptions) {
  const people = peopleDesks(opened, options)
  const memory: WebMemory = { ...createWebMemory(opened.secrets), actorOf: (subject) => people.signIn.actorOf(subject) }
  const wall = new WallKey(opened.secrets.notes, options.clock)
  const live = new LiveDoor({
    ...options,
    actorOf: cookieReader(memory, options.clock),
    mayWatch: (key) => wall.fits(key),
  })
  const time = timeDesks(opened, options)
  const roster = new RosterBook(opened.directory, opened.journal.read, options.clock)
  await roster.follow(opened.journal)
  const booking = bookingDesks(opened)
  const childcare = buildChildcare({ ...opened, ...options, staff: people.staff, floor: booking.floor })
  const states = new DeviceStates(opened.journal, options.clock)
  const seating = await buildSeating({
    ...{ journal: opened.journal, site: opened.site, clock: options.clock, log: options.log, care: childcare.parts },
    heardThrough: (rows, now) => heardThrough(rows, states, opened.site, now),
  })
  const line = deviceLine(opened, options, { people, time, live, roster, childcare, states, seating })
  return { ...people, ...time, ...line, ...booking, ...seating, childcare, roster, memory, live, wall }
}

function peopleDesks({ journal, secrets, directory, site }: OpenedCentre, { claimed }: DeskOptions) {
  const staff = new StaffDesk(journal, secrets)
  return {
    staff,
    centre: new CentreDesk({ journal, secrets, staff, site, claimed }),
    signIn: new SignInDesk({ secrets, staff, directory }),
    workers: new WorkerDesk({ journal, secrets, directory, site }),
    cards: new CardDesk({ journal, site, cardKeys: () => secrets.cardKeys.inUse() }),
  }
}

function bookingDesks({ journal }: OpenedCentre) {
  const floor = new FloorBook(journal)
  return {
    floor,
    seats: new SeatDesk(journal, floor),
    months: new MonthBook(journal),
    bookings: new BookingDesk({ journal, floor, cancelPlaces }),
    series: new SeriesDesk(journal, floor),
    calendars: new CalendarDesk(journal),
  }
}

function timeDesks({ journal, site, greetings, cards, assignments }: OpenedCentre, { clock, policy }: DeskOptions) {
  const cursors = new DeviceCursors(journal.read)
  const ownClock = new OwnClock(BUILT_AT)
  const desk = { journal, site, clock, ownClock, builtAt: BUILT_AT, cards, cursors, policy, greetings, assignments }
  return {
    cursors,
    ownClock,
    attendance: new AttendanceDesk(desk),
    corrections: new CorrectionDesk({ journal, site, policy }),
    assignments: new AssignmentDesk(journal, site),
    approvals: new ApprovalDesk(journal, site),
  }
}

interface Built {
  readonly people: ReturnType<typeof peopleDesks>
  readonly time: ReturnType<typeof timeDesks>
  readonly live: LiveDoor
  readonly roster: RosterBook
  readonly childcare: ChildcareRoom
  readonly states: DeviceStates
  readonly seating: Seating
}

/** A card becomes its holder's: a worker's, for her time, or a member of staff's, for handing children over. */
function enrolCard(
  { by, holder, ...card }: Parameters<EnrolmentTokensOptions['enrol']>[0],
  workers: CardDesk,
  staff: ChildcareRoom['cards'],
) {
  return isIdentifier('staff', holder)
    ? staff.enrol({ staff: holder, ...card }, by)
    : workers.enrol({ worker: holder, ...card }, by)
}

/** The device channel with everything that speaks through it, and the hub link beside it. */
function deviceLine(opened: OpenedCentre, { clock, log, random }: DeskOptions, built: Built) {
  const { people, time, live, roster, childcare, states, seating } = built
  const { journal, secrets, site, directory, greetings } = opened
  const tokens = new EnrolmentTokens({
    clock,
    enrol: (card) => enrolCard(card, people.cards, childcare.cards),
    tell: (device, frame) => channels.tell(device, frame),
    changed: () => board.note(['people', 'devices']),
  })
  const board: BoardFeed = new BoardFeed({
    journal,
    site,
    clock,
    changed: (topics, numbers) => {
      live.tell(topics, numbers?.present)
      if (numbers !== undefined) channels.tellAll(() => ({ t: 'board', board: numbers }))
    },
  })
  const places = new PlacesFeed({
    ...{ journal, clock, floor: childcare.parts.floor, seats: seating.seatBook },
    changed: (now) => channels.tellAll(() => ({ t: 'places', places: now })),
  })
  const cardKeys = () => secrets.cardKeys.inUse()
  const pins = new PinCheck(people.signIn, greetings)
  const { attendance, cursors } = time
  const care = openCareLine({ journal, clock, box: secrets.identity.box, cursors, childcare, staff: people.staff })
  care.follow((device, frame) => channels.tell(device, frame))
  const seats = new SeatLine({ journal, cursors, places, ...seating, now: () => clock.now() })
  const line = { attendance, cursors, states, roster, pins, tokens, board, care, seats, cardKeys }
  const desk = new FrameDesk({ journal, clock, ...line })
  const find = (device: Parameters<typeof findDevice>[1]) => findDevice(journal.read, device)
  const channels: ChannelDoor = new ChannelDoor({ identity: secrets.identity, clock, log, desk, states, find })
  const cardKeysChanged = () => channels.tellAll(({ boxKey }) => desk.cardKeysFor(boxKey))
  const sync = new Sync({
    journal,
    secrets,
    site,
    clock,
    ownClock: time.ownClock,
    log,
    random,
    forget: async () => {
      if ((await forgetLapsed(journal, secrets, site)) === 0) return
      await opened.reload()
      roster.touchAll()
    },
    received: async () => {
      await time.assignments.answerRequests()
    },
    keysReceived: async ({ cardKey }) => {
      await opened.reload()
      roster.touchAll()
      if (cardKey) cardKeysChanged()
    },
    changed: () => board.note(['sync']),
  })
  states.onChange(() => board.note(['devices']))
  const dismiss = (device: Parameters<typeof findDevice>[1]) => channels.dismiss(device, 'RETIRED_DEVICE')
  const known = { journal, secrets, clock, site, directory, states, sync }
  const devices = new DeviceDesk({ ...known, cardKeys, dismiss, cardKeysChanged })
  return { states, tokens, board, places, channels, sync, devices }
}
