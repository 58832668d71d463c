/**
 * Carers and rules. Whatever takes a carer away is always recorded, also while children are inside: it raises an alarm
 * and a list of the hours that are short, and a person decides (DESIGN: guards refuse only what raises need).
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import type { WallSpan } from '../../central-sync/protocol/event/booking.ts'
import { shiftAttended } from '../../central-sync/protocol/event/carer.ts'
import { carePolicySet, careRoomSet, shiftRemoved, shiftSet } from '../../central-sync/protocol/event/childcare.ts'
import {
  newIdentifier,
  type PolicyId,
  type ResourceId,
  type ShiftId,
  type StaffId,
} from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { CarePolicy } from '../../central-sync/rules/care-need.ts'
import { decideShift } from '../../central-sync/rules/decide-shift.ts'
import type { FloorBook } from '../booking/floor-plan.ts'
import { readShortages, reviewAlarms } from './find-shortages.ts'
import { type CareTemplate, policyTemplates } from './policy-templates.ts'

export interface ShiftWish {
  readonly shift?: ShiftId | undefined
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly staff?: StaffId | undefined
  readonly qualified: boolean
  /** Also on the same weekday of this many following weeks. */
  readonly weeks: number
  /** The same hours on these days too; each of them is repeated as well. */
  readonly alsoOn?: readonly CalendarDay[] | undefined
}

interface ShiftRow {
  readonly shift: ShiftId
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly start_min: number
  readonly end_min: number
  readonly staff: StaffId | null
  readonly qualified: number
  readonly removed: number
}

const WEEK = 7
/** Bookings reach no further ahead than this, days. */
const REVIEWED_DAYS = 366

export class ShiftDesk {
  readonly #journal: Journal
  readonly #floor: FloorBook

  constructor(journal: Journal, floor: FloorBook) {
    this.#journal = journal
    this.#floor = floor
  }

  /**
   * A new shift, or another time for one. A shift that moves takes a carer away where it was. Sent twice it is made once;
   * with another key it is `shift_overlap`, because she has it already.
   */
  set(wish: ShiftWish, by: StaffId, request?: string): Promise<{ shifts: ShiftId[]; conflicts: number } | Refusal> {
    return writeOnce(this.#journal, request, 'shift.set', async (tx) => {
      const plan = await this.#floor.of(tx)
      if (plan.resources.get(wish.room)?.kind !== 'nursery') return refuse('resource_unknown')
      const before = wish.shift === undefined ? undefined : await findShift(tx, wish.shift)
      if (wish.shift !== undefined && before === undefined) return refuse('not_found')
      const { room, start, end, staff, qualified } = wish
      const refused = decideShift(wish, daysOf(wish), await shiftsOf(tx, wish), keptOf(before, wish))
      if (refused !== undefined) return refused
      const shifts = daysOf(wish).map((day, index) => {
        const shift = index === 0 ? (wish.shift ?? newIdentifier('shift')) : newIdentifier('shift')
        const data = { shift, room, day, start, end, qualified, ...(staff === undefined ? {} : { staff }) }
        tx.append({ event: shiftSet, data, by })
        return { shift, day }
      })
      const places = new Map(shifts.map(({ day }) => [`${room} ${day}`, { room, day }]))
      if (before !== undefined) places.set(`${before.room} ${before.day}`, { room: before.room, day: before.day })
      const conflicts = await this.#review(tx, [...places.values()], before !== undefined, by)
      return { shifts: shifts.map(({ shift }) => shift), conflicts }
    })
  }

  /** Never refused for want of carers. */
  remove(shift: ShiftId, by: StaffId): Promise<{ conflicts: number } | Refusal> {
    return this.#journal.write('shift.remove', async (tx) => {
      const row = await findShift(tx, shift)
      if (row === undefined) return refuse('not_found')
      tx.append({ event: shiftRemoved, data: { shift }, by })
      return { conflicts: await this.#review(tx, [row], true, by) }
    })
  }

  /** She came; she does not come; she leaves now, before her time. */
  attend(shift: ShiftId, state: 'here' | 'absent' | 'left', by: StaffId): Promise<{ conflicts: number } | Refusal> {
    return this.#journal.write('shift.attend', async (tx) => {
      const row = await findShift(tx, shift)
      if (row === undefined) return refuse('not_found')
      if (state !== 'left') tx.append({ event: shiftAttended, data: { shift, state }, by })
      else this.#leave(tx, row, by)
      return { conflicts: await this.#review(tx, [row], state !== 'here', by) }
    })
  }

  setPolicy(policy: CarePolicy, by: StaffId): Promise<{ policy: PolicyId } | Refusal> {
    const id = newIdentifier('policy')
    return this.#journal.write('care.policy', async (tx) => {
      if (policy.to !== undefined && policy.to < policy.from) return refuse('interval_invalid')
      const { to, ...rest } = policy
      tx.append({ event: carePolicySet, data: { policy: id, ...rest, ...(to === undefined ? {} : { to }) }, by })
      await this.#reviewTaken(tx, policy.from, by)
      return { policy: id }
    })
  }

  /** One press for a centre that has no rules yet; the row is the centre's own from then on. */
  useTemplate(template: CareTemplate, from: CalendarDay, by: StaffId): Promise<{ policy: PolicyId } | Refusal> {
    return this.setPolicy({ from, ...policyTemplates[template] }, by)
  }

  setRoom(room: ResourceId, areaDm2: number, by: StaffId): Promise<undefined | Refusal> {
    return this.#journal.write('care.room', async (tx) => {
      const plan = await this.#floor.of(tx)
      if (plan.resources.get(room)?.kind !== 'nursery') return refuse('resource_unknown')
      tx.append({ event: careRoomSet, data: { room, areaDm2 }, by })
      await this.#reviewTaken(tx, calendarDayOf(tx.now), by)
      return undefined
    })
  }

  /** Her shift ends now; one that has not begun is not taken up at all. */
  #leave(tx: Tx, row: ShiftRow, by: StaffId): void {
    const { shift, room, day, start_min: start, staff, qualified } = row
    const today = calendarDayOf(tx.now)
    const minute = day === today ? wallMinuteOf(tx.now) : day < today ? row.end_min : 0
    if (minute <= start) {
      tx.append({ event: shiftAttended, data: { shift, state: 'absent' }, by })
      return
    }
    const end = Math.min(minute, row.end_min)
    const data = { shift, room, day, start, end, qualified: qualified === 1, ...(staff === null ? {} : { staff }) }
    tx.append({ event: shiftSet, data, by })
  }

  async #review(
    tx: Tx,
    places: readonly { readonly room: ResourceId; readonly day: CalendarDay }[],
    lost: boolean,
    by: string,
  ): Promise<number> {
    const plan = await this.#floor.of(tx)
    let conflicts = 0
    for (const { room, day } of places) conflicts += await reviewAlarms(tx, plan, { room, day, lost, by })
    return conflicts
  }

  /** Days from `from` on that are short now, or were: a stricter rule or a smaller room is like a carer less. */
  async #reviewTaken(tx: Tx, from: CalendarDay, by: string): Promise<void> {
    await tx.project()
    const today = calendarDayOf(tx.now)
    const first = from < today ? today : from
    const short = await readShortages(tx, { from: first, to: addDays(today, REVIEWED_DAYS), now: tx.now })
    const alarmed = await tx.all<{ room: ResourceId; day: CalendarDay }>(
      'SELECT room, day FROM care_alarm WHERE day >= ?',
      [first],
    )
    const places = new Map([...short, ...alarmed].map(({ room, day }) => [`${room} ${day}`, { room, day }]))
    await this.#review(tx, [...places.values()], true, by)
  }
}

async function findShift(tx: Tx, shift: ShiftId): Promise<ShiftRow | undefined> {
  const row = await tx.one<ShiftRow>('SELECT * FROM shift WHERE shift = ?', [shift])
  return row === undefined || row.removed === 1 ? undefined : row
}

/** What the carer of the wish has in the centre on its days, without the shift that is set anew. */
async function shiftsOf(tx: Tx, wish: ShiftWish): Promise<(WallSpan & { day: CalendarDay })[]> {
  if (wish.staff === undefined) return []
  return tx.all(
    `SELECT day, start_min AS start, end_min AS "end" FROM shift
      WHERE staff = ? AND day IN (SELECT value FROM json_each(?)) AND removed = 0 AND attendance <> 'absent'
        AND shift IS NOT ?`,
    [wish.staff, JSON.stringify(daysOf(wish)), wish.shift ?? null],
  )
}

/** The shift that is set anew, as long as day and carer stay. */
function keptOf(before: ShiftRow | undefined, { day, staff }: ShiftWish) {
  if (before === undefined || before.day !== day || before.staff !== (staff ?? null)) return undefined
  return { day, start: before.start_min, end: before.end_min }
}

/** Every day of a wish once, the one it is about first: a day that is named can be the next week of another too. */
function daysOf({ day, alsoOn = [], weeks }: ShiftWish): CalendarDay[] {
  const first = [day, ...alsoOn]
  const every = Array.from({ length: weeks + 1 }, (_, week) => first.map((one) => addDays(one, week * WEEK)))
  return [...new Set(every.flat())]
}
