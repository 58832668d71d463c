/** Queries about children. What is sealed about one is opened part by part, and each opening is in the audit before it is shown. */
import type { ChildId, PickupId, StaffId, StayId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { addDays, type Instant } from '../../central-sync/protocol/time.ts'
import { decidePickup } from '../../central-sync/rules/decide-pickup.ts'
import type { Query } from '../../central-sync/web/port.ts'
import { findCare } from '../childcare/book-care.ts'
import type { DoorDesk } from '../childcare/door-desk.ts'
import type { Opened, ReadLog } from '../childcare/read-log.ts'
import { findStay, openStayOf, type StayFact, sheetOfStay, staysOfChild } from '../childcare/stays.ts'
import type { StaffCardDesk } from '../staff/staff-card-desk.ts'
import type { StaffProof } from '../staff/staff-proof.ts'
import {
  blockAnswer,
  type CareNames,
  type CareRoomReads,
  childAnswer,
  grantAnswer,
  guardianAnswer,
  insideAnswer,
  readCares,
  readNames,
  roomName,
} from './describe-care.ts'
import { staffOf } from './door-commands.ts'
import { searchKey } from './people-queries.ts'
import { bindQuery } from './shape.ts'
import * as shapes from './shape-childcare-queries.ts'
import { staffCards } from './shape-children.ts'

const LISTED_MAX = 2_000
const PAST_DAYS = 62
const AHEAD_DAYS = 62
const STAYS_MAX = 50

export interface ChildrenReads extends CareRoomReads {
  readonly log: ReadLog
  readonly door: DoorDesk
  readonly cards: StaffCardDesk
  readonly proof: StaffProof
}

export function childrenQueries(reads: ChildrenReads): readonly Query[] {
  const { children: book, log } = reads
  /** Notes who opens what, then gives the child: what could not be noted is not shown. */
  const opened = async (id: ChildId, what: Opened, staff: StaffId, now: Instant) => {
    const child = await book.get(id)
    if (child === undefined) return undefined
    await log.note(id, what, staff)
    const names = await readNames(reads, now)
    return { sheet: child, names, row: childAnswer(child, names) }
  }
  return [
    bindQuery(shapes.childrenList, async ({ q, all }, { now }) => listChildren(reads, q, all !== '', now)),
    bindQuery(shapes.childQuery, async ({ child }, { now }) => readChild(reads, child, now)),
    bindQuery(shapes.childHealth, async ({ child }, { actor, now }) => {
      const found = await opened(child, 'health', staffOf(actor).staff, now)
      if (found === undefined) return refuse('child_unknown')
      const { extraUnits, allergies, allergyPlan, allergyReviewedOn, notes, doctor } = found.sheet
      const health = { extraUnits, allergies, allergyPlan, allergyReviewedOn: allergyReviewedOn ?? null, notes, doctor }
      return { child: found.row, health, today: await readToday(reads, child) }
    }),
    bindQuery(shapes.childGuardians, async ({ child }, { actor, now }) => {
      const found = await opened(child, 'guardians', staffOf(actor).staff, now)
      if (found === undefined) return refuse('child_unknown')
      const guardians = await book.guardiansOf(child)
      return { child: found.row, guardians: guardians.map((one) => guardianAnswer(one, found.names.today)) }
    }),
    bindQuery(shapes.childPickups, async ({ child }, { actor, now }) => {
      const found = await opened(child, 'pickups', staffOf(actor).staff, now)
      if (found === undefined) return refuse('child_unknown')
      const pickups = await book.grantsOf(child)
      return { child: found.row, pickups: pickups.map((one) => grantAnswer(one, found.names.today)) }
    }),
    bindQuery(shapes.childBlocks, async ({ child }, { actor, now }) => {
      const found = await opened(child, 'blocks', staffOf(actor).staff, now)
      if (found === undefined) return refuse('child_unknown')
      const blocks = await book.blocksOf(child)
      return { child: found.row, blocks: blocks.map((one) => blockAnswer(one, found.names.today)) }
    }),
    bindQuery(shapes.childAudit, async ({ child }) => readAudit(reads, child)),
    bindQuery(shapes.careFetchers, async ({ stay }, { actor, now }) =>
      readFetchers(reads, stay, staffOf(actor).staff, now),
    ),
    bindQuery(shapes.careSlip, async ({ stay }, { now }) => readSlip(reads, stay, now)),
    bindQuery(staffCards, async () => ({ staff: await readStaffCards(reads) })),
  ] as readonly Query[]
}

/** Found by name, call name, reading or the parent, whatever the script. */
async function listChildren(reads: CareRoomReads, q: string, all: boolean, now: Instant) {
  const names = await readNames(reads, now)
  const wanted = searchKey(q)
  const rows = [...names.children.values()]
    .map((child) => childAnswer(child, names))
    .filter(({ state }) => all || state !== 'expired')
    .filter(
      ({ name, kana, callName, parentName, parentCode }) =>
        wanted === '' ||
        [name, kana, callName, parentName, parentCode].some((text) => searchKey(text).includes(wanted)),
    )
  return { children: rows.slice(0, LISTED_MAX), total: rows.length }
}

async function readChild(reads: CareRoomReads, id: ChildId, now: Instant) {
  const names = await readNames(reads, now)
  const child = names.children.get(id)
  if (child === undefined) return refuse('child_unknown')
  const { rows } = reads
  const { today } = names
  const bookings = await readCares(rows, names, {
    from: addDays(today, -PAST_DAYS),
    to: addDays(today, AHEAD_DAYS),
    child: id,
  })
  const counts = await rows.one<{ guardians: number; pickups: number; blocks: number }>(
    `SELECT (SELECT count(*) FROM guardian WHERE child = ?) AS guardians,
            (SELECT count(*) FROM pickup WHERE child = ? AND revoked = 0) AS pickups,
            (SELECT count(*) FROM pickup_block WHERE child = ? AND lifted = 0) AS blocks`,
    [id, id, id],
  )
  const stays = await staysOfChild(rows, id, STAYS_MAX)
  return {
    child: childAnswer(child, names),
    bookings: bookings.reverse(),
    stays: stays.map(({ stay, room, arrivedAt, departedAt, toKind }) => ({
      ...{ stay, room, roomName: roomName(names, room), since: arrivedAt, departedAt },
      override: toKind === 'override',
    })),
    counts: counts ?? { guardians: 0, pickups: 0, blocks: 0 },
  }
}

async function readToday({ rows, children }: CareRoomReads, child: ChildId) {
  const stay = await openStayOf(rows, child)
  if (stay === undefined) return null
  const { temperatureX10, symptoms, contactPhone, meds, broughtBy } = sheetOfStay(children, stay)
  return { temperatureX10, symptoms: [...symptoms], contactPhone, meds, broughtBy }
}

async function readAudit({ log, staff, children }: ChildrenReads, child: ChildId) {
  if ((await children.get(child)) === undefined) return refuse('child_unknown')
  const members = new Map((await staff.all()).map((one) => [one.staff, one.name]))
  const reads = await log.of(child)
  return { reads: reads.map((one) => ({ ...one, name: members.get(one.staff) ?? '' })) }
}

async function insideOf(reads: CareRoomReads, stay: StayFact, names: CareNames) {
  const care = stay.care === null ? undefined : await findCare(reads.rows, stay.care)
  return insideAnswer(stay, care?.end ?? null, names, reads.children)
}

/** Everybody on the list, with the reason when she may not today: whoever stands there is looked for in it. */
async function readFetchers(reads: ChildrenReads, id: StayId, staff: StaffId, now: Instant) {
  const stay = await findStay(reads.rows, id)
  if (stay === undefined || stay.departedAt !== null) return refuse('not_in')
  await reads.log.note(stay.child, 'pickups', staff)
  const names = await readNames(reads, now)
  const { today } = names
  const facts = await reads.children.pickupFacts(stay.child, today)
  const answer = (kind: 'guardian' | 'pickup', one: (typeof known)[number]) => {
    const decided = decidePickup({ id: one.id }, facts)
    const { name, kana, relation, phone } = one
    return {
      ...{ kind, id: one.id as PickupId, worker: one.worker ?? null, name, kana, relation, phone },
      idCheck: 'idCheck' in one ? String(one.idCheck) : '',
      refused: isRefusal(decided) ? decided.refused : null,
    }
  }
  const guardians = await reads.children.guardiansOf(stay.child)
  const grants = (await reads.children.grantsOf(stay.child)).filter(
    ({ revoked, scope, day }) => !revoked && (scope === 'standing' || day === today),
  )
  const known = [...guardians, ...grants]
  const fetchers = [...guardians.map((one) => answer('guardian', one)), ...grants.map((one) => answer('pickup', one))]
  return {
    inside: await insideOf(reads, stay, names),
    fetchers: fetchers.sort((a, b) => Number(a.refused !== null) - Number(b.refused !== null)),
  }
}

/** Nothing about health: the slip lies in a bag, on a counter, on the floor. */
async function readSlip(reads: ChildrenReads, id: StayId, now: Instant) {
  const stay = await findStay(reads.rows, id)
  const code = await reads.door.codeOf(id)
  if (stay === undefined || isRefusal(code)) return isRefusal(code) ? code : refuse('not_in')
  const names = await readNames(reads, now)
  const { callName, roomName: room, since, until } = await insideOf(reads, stay, names)
  return { centre: (await reads.directory.centre())?.name ?? '', room, callName, code: code.code, since, until }
}

async function readStaffCards({ staff, cards, proof }: ChildrenReads) {
  const all = await cards.all()
  const behind = await cards.behind()
  const members = (await staff.all()).filter(({ active }) => active)
  return Promise.all(
    members.map(async ({ staff: id, name, login }) => ({
      staff: id,
      name: name || login,
      hasPin: await proof.hasPin(id),
      cards: all
        .filter((one) => one.staff === id)
        .map(({ card, tail, enrolledAt, revokedAt }) => {
          return { card, tail, enrolledAt, revokedAt, behind: behind.has(card) }
        }),
    })),
  )
}
