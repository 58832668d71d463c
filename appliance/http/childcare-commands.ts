/** Handlers of the childcare room: children and who may come near them, rules, shifts, places, the door, staff cards. */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { ChildSheet } from '../../central-sync/protocol/event/childcare.ts'
import { type ChildId, newIdentifier, type ResourceId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf } from '../../central-sync/protocol/time.ts'
import type { Command } from '../../central-sync/web/port.ts'
import type { EnrolmentTokens } from '../channels/enrolment-tokens.ts'
import type { CareBookingDesk } from '../childcare/care-booking-desk.ts'
import type { ChildDesk } from '../childcare/child-desk.ts'
import type { DoorDesk } from '../childcare/door-desk.ts'
import { seeDoubt } from '../childcare/doubts.ts'
import type { ShiftDesk } from '../childcare/shift-desk.ts'
import type { StaffCardDesk } from '../staff/staff-card-desk.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import type { StaffProof } from '../staff/staff-proof.ts'
import type { Directory } from '../worker/directory.ts'
import { done, staffOf, workerOf } from './door-commands.ts'
import { bindCommand } from './shape.ts'
import * as shapes from './shape-childcare.ts'
import * as people from './shape-children.ts'

export interface ChildcareDesks {
  readonly journal: Journal
  readonly directory: Directory
  readonly staff: StaffDesk
  readonly children: ChildDesk
  readonly shifts: ShiftDesk
  readonly places: CareBookingDesk
  readonly door: DoorDesk
  readonly cards: StaffCardDesk
  readonly proof: StaffProof
  readonly tokens: EnrolmentTokens
}

export function childcareCommands(desks: ChildcareDesks): readonly Command[] {
  return [
    ...childCommands(desks),
    ...nearCommands(desks),
    ...ruleCommands(desks),
    ...placeCommands(desks),
    ...doorCommandsOfCare(desks),
    ...staffCardCommands(desks),
  ]
}

type SheetInput = Omit<ChildSheet, 'allergyReviewedOn' | 'extraUnits'> & {
  readonly allergyReviewedOn?: CalendarDay | undefined
  readonly extraUnits?: number
}

function sheetOf({ extraUnits = 0, allergyReviewedOn, ...input }: SheetInput): ChildSheet {
  const { name, kana, callName, birthDate, allergies, allergyPlan, notes, doctor } = input
  const reviewed = allergyReviewedOn === undefined ? {} : { allergyReviewedOn }
  return { name, kana, callName, birthDate, extraUnits, allergies, allergyPlan, notes, doctor, ...reviewed }
}

function childCommands({ children, directory }: ChildcareDesks): readonly Command[] {
  const contactOf = async (worker: WorkerId, phone: string, relation: string) => {
    const parent = await directory.get(worker)
    if (parent === undefined || !parent.active) return refuse('worker_unknown')
    return { phone, relation, name: parent.name || parent.shownCode, kana: parent.kana }
  }
  return [
    bindCommand(people.childrenRegister, async ({ worker, phone, relation, ...input }, { actor, requestKey }) => {
      if (staffOf(actor).worker === worker) return refuse('deciding_about_oneself')
      const contact = await contactOf(worker, phone, relation)
      const by = { by: staffOf(actor).staff, state: 'approved' as const, request: requestKey }
      return isRefusal(contact) ? contact : children.register(worker, sheetOf(input), contact, by)
    }),
    bindCommand(people.childrenChange, async ({ child, ...input }, { actor }) =>
      done(await children.change(child, sheetOf(input), staffOf(actor).staff)),
    ),
    bindCommand(people.childrenDecide, async ({ child, state, until }, { actor, now }) => {
      const { staff, worker } = staffOf(actor)
      const own = worker !== undefined && (await children.isParent(worker, child, calendarDayOf(now)))
      return own ? refuse('deciding_about_oneself') : done(await children.decide(child, { state, until }, staff))
    }),
    bindCommand(people.myChildrenAsk, async ({ phone, relation, ...input }, { actor, requestKey }) => {
      const worker = workerOf(actor)
      const contact = await contactOf(worker, phone, relation)
      const by = { by: worker, state: 'pending' as const, request: requestKey }
      return isRefusal(contact) ? contact : children.register(worker, sheetOf(input), contact, by)
    }),
  ] as readonly Command[]
}

function nearCommands({ children }: ChildcareDesks): readonly Command[] {
  return [
    bindCommand(people.guardiansSet, async (input, { actor, requestKey }) =>
      children.setGuardian(input, staffOf(actor).staff, requestKey),
    ),
    bindCommand(people.pickupsGrant, async (input, { actor, requestKey }) =>
      children.grant(input, staffOf(actor).staff, requestKey),
    ),
    bindCommand(people.pickupsRevoke, async ({ pickup }, { actor }) =>
      done(await children.revoke(pickup, staffOf(actor).staff)),
    ),
    bindCommand(people.myPickupsGrant, async (input, { actor, now, requestKey }) =>
      children.grantByParent(workerOf(actor), input, calendarDayOf(now), requestKey),
    ),
    bindCommand(people.myPickupsRevoke, async ({ pickup }, { actor }) => {
      const worker = workerOf(actor)
      return done(await children.revoke(pickup, worker, worker))
    }),
    bindCommand(people.blocksSet, async (input, { actor, requestKey }) =>
      children.block(input, staffOf(actor).staff, requestKey),
    ),
    bindCommand(people.blocksLift, async ({ block }, { actor }) =>
      done(await children.liftBlock(block, staffOf(actor).staff)),
    ),
  ] as readonly Command[]
}

function ruleCommands({ shifts }: ChildcareDesks): readonly Command[] {
  return [
    bindCommand(shapes.carePolicyTemplate, async ({ template, from }, { actor }) =>
      shifts.useTemplate(template, from, staffOf(actor).staff),
    ),
    bindCommand(shapes.carePolicySetCommand, async ({ a0, a12, a3, a4, ...policy }, { actor }) =>
      shifts.setPolicy({ ...policy, units: { a0, a12, a3, a4 } }, staffOf(actor).staff),
    ),
    bindCommand(shapes.careRoomSetCommand, async ({ room, areaDm2 }, { actor }) =>
      done(await shifts.setRoom(room, areaDm2, staffOf(actor).staff)),
    ),
    bindCommand(shapes.shiftsSet, async (input, { actor, requestKey }) =>
      shifts.set(input, staffOf(actor).staff, requestKey),
    ),
    bindCommand(shapes.shiftsRemove, async ({ shift }, { actor }) => shifts.remove(shift, staffOf(actor).staff)),
    bindCommand(shapes.shiftsAttend, async ({ shift, state }, { actor }) =>
      shifts.attend(shift, state, staffOf(actor).staff),
    ),
  ] as readonly Command[]
}

interface Place {
  readonly child: ChildId
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
}

function placeCommands({ places, children }: ChildcareDesks): readonly Command[] {
  const request = () => newIdentifier('request')
  return [
    bindCommand(shapes.careBook, async (input, { actor }) => {
      const by = staffOf(actor).staff
      return onlyCare(await places.book({ ...input, source: 'staff', request: request(), by }))
    }),
    bindCommand(shapes.careCancel, async ({ care }, { actor }) =>
      done(await places.cancel(care, 'staff', staffOf(actor).staff)),
    ),
    bindCommand(shapes.careMoveCommand, async ({ care, ...next }, { actor, requestKey }) =>
      done(await places.move(care, { ...next, source: 'staff' }, { by: staffOf(actor).staff, request: requestKey })),
    ),
    bindCommand(shapes.myCareMove, async ({ care, ...next }, { actor, requestKey }) => {
      const worker = workerOf(actor)
      return done(
        await places.move(care, { ...next, source: 'web' }, { by: worker, parent: worker, request: requestKey }),
      )
    }),
    bindCommand(shapes.careCancelRange, async (range, { actor }) => places.cancelRange(range, staffOf(actor).staff)),
    bindCommand(shapes.myCareCancelRange, async (range, { actor }) => {
      const worker = workerOf(actor)
      return places.cancelRange(range, worker, worker)
    }),
    bindCommand(shapes.myCareBook, async ({ room, ...input }, { actor, now }) => {
      const worker = workerOf(actor)
      if (!(await children.isParent(worker, input.child, calendarDayOf(now)))) return refuse('child_unknown')
      const book = (place: Place) => places.book({ ...place, worker, source: 'web', request: request(), by: worker })
      return onlyCare(room === undefined ? await places.inAnyRoom(input, book) : await book({ ...input, room }))
    }),
    bindCommand(shapes.myCareCancel, async ({ care }, { actor }) => {
      const worker = workerOf(actor)
      return done(await places.cancel(care, 'worker', worker, worker))
    }),
  ] as readonly Command[]
}

function onlyCare<T extends { readonly care: unknown }>(answer: T | Refusal) {
  return isRefusal(answer) ? answer : { care: answer.care }
}

function doorCommandsOfCare({ journal, door, proof }: ChildcareDesks): readonly Command[] {
  return [
    bindCommand(shapes.careArrive, async (input, { actor }) => door.arrive(input, staffOf(actor).staff)),
    bindCommand(shapes.careReprint, async ({ stay }) => door.codeOf(stay)),
    bindCommand(shapes.careHandOver, async ({ staffPin, ...input }, { actor, remote }) => {
      const giver = staffOf(actor)
      const refused = await proof.check(giver.staff, staffPin, remote, 'carer')
      return done(refused ?? (await door.handOver(input, giver)))
    }),
    bindCommand(shapes.careOverride, async ({ staffPin, otherLogin, otherPin, ...input }, { actor, remote }) => {
      const { staff } = staffOf(actor)
      const refused = await proof.check(staff, staffPin, remote, 'carer')
      if (refused !== undefined) return refused
      const other = await proof.checkLogin(otherLogin, otherPin, remote)
      return isRefusal(other) ? other : done(await door.override(input, [staff, other]))
    }),
    bindCommand(shapes.careTellRefused, async ({ stay, name }, { actor }) =>
      door.tellRefused(stay, name, staffOf(actor).staff),
    ),
    bindCommand(shapes.careDoubtSeen, async ({ doubt }, { actor }) =>
      done(await seeDoubt(journal, doubt, staffOf(actor).staff)),
    ),
  ] as readonly Command[]
}

function staffCardCommands({ cards, proof, tokens, staff: accounts }: ChildcareDesks): readonly Command[] {
  return [
    bindCommand(people.staffCardsEnrolNumber, async ({ staff, card }, { actor }) =>
      cards.enrolNumber(staff, card, staffOf(actor).staff),
    ),
    bindCommand(people.staffCardsStart, async ({ staff, device }, { actor }) => {
      const member = await accounts.get(staff)
      if (member === undefined || !member.active) return refuse('not_found')
      return tokens.start(staff, device, staffOf(actor).staff, member.name || member.login)
    }),
    bindCommand(people.staffCardsRevoke, async ({ card }, { actor }) =>
      done(await cards.revoke(card, staffOf(actor).staff)),
    ),
    bindCommand(people.staffPinSet, async ({ password, next }, { actor, remote }) =>
      done(await proof.setPin(staffOf(actor).staff, password, next, remote)),
    ),
  ] as readonly Command[]
}
