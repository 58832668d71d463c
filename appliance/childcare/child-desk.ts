/**
 * Registers children and who may come near them. A parent asks, staff decide; staff may also register at once. Everything
 * personal is sealed under the child's own key, which never leaves this centre.
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import {
  type ChildSheet,
  type ChildState,
  type Custody,
  childChanged,
  childRegistered,
  childStateSet,
  guardianSet,
  pickupBlocked,
  pickupGranted,
  pickupRevoked,
  pickupUnblocked,
} from '../../central-sync/protocol/event/childcare.ts'
import {
  type ChildId,
  newIdentifier,
  type PickupId,
  type SiteId,
  type StaffId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf } from '../../central-sync/protocol/time.ts'
import type { ChildBook } from './child-book.ts'

/** A parent may name somebody this far ahead, days. */
const GRANT_DAYS = 60

export interface ChildDeskOptions {
  readonly journal: Journal
  readonly children: ChildBook
  readonly site: SiteId
}

/** How the parent is reached, from the first day on. */
export interface ParentContact {
  readonly phone: string
  readonly relation: string
  readonly name: string
  readonly kana: string
}

interface Person {
  readonly name: string
  readonly kana: string
}

export interface GuardianWish extends Person {
  readonly guardian?: PickupId | undefined
  readonly child: ChildId
  readonly worker?: WorkerId | undefined
  readonly custody: Custody
  readonly from: CalendarDay
  readonly to?: CalendarDay | undefined
  readonly relation: string
  readonly phone: string
}

export interface GrantWish extends Person {
  readonly child: ChildId
  readonly scope: 'standing' | 'one_day'
  readonly day?: CalendarDay | undefined
  readonly worker?: WorkerId | undefined
  readonly from?: CalendarDay | undefined
  readonly to?: CalendarDay | undefined
  readonly phone: string
  readonly relation: string
  readonly idCheck: string
}

export interface BlockWish extends Person {
  readonly child: ChildId
  readonly worker?: WorkerId | undefined
  readonly guardian?: PickupId | undefined
  readonly reason: string
  readonly from?: CalendarDay | undefined
  readonly to?: CalendarDay | undefined
}

/** A day that was left out is no field at all. */
function dated(day: { readonly to?: CalendarDay | undefined }) {
  return day.to === undefined ? {} : { to: day.to }
}

export class ChildDesk {
  readonly #options: ChildDeskOptions

  constructor(options: ChildDeskOptions) {
    this.#options = options
  }

  /** Registers a child with its parent as first guardian. By staff it is approved at once, by a parent it waits. */
  register(
    parent: WorkerId,
    sheet: ChildSheet,
    contact: ParentContact,
    { by, state, request }: { by: StaffId | WorkerId; state: 'approved' | 'pending'; request?: string | undefined },
  ): Promise<{ child: ChildId } | Refusal> {
    const child = newIdentifier('child')
    return writeOnce(this.#options.journal, request, 'child.register', async (tx) => {
      const worker = await tx.one<{ home: SiteId; active: number }>(
        'SELECT home, active FROM worker WHERE worker = ?',
        [parent],
      )
      if (worker === undefined || worker.active === 0) return refuse('worker_unknown')
      if (sheet.birthDate > calendarDayOf(tx.now)) return refuse('age_unknown')
      tx.append({ event: childRegistered, data: { child, state, worker: parent }, personal: sheet, subject: child, by })
      const guardian = newIdentifier('pickup')
      const { name, kana, relation, phone } = contact
      tx.append({
        event: guardianSet,
        data: { guardian, child, worker: parent, from: calendarDayOf(tx.now) },
        personal: { name, kana, relation, phone, custody: 'normal' },
        subject: child,
        by,
      })
      return { child }
    })
  }

  change(child: ChildId, sheet: ChildSheet, by: StaffId): Promise<undefined | Refusal> {
    return this.#about(child, undefined, async (tx) => {
      if (sheet.birthDate > calendarDayOf(tx.now)) return refuse('age_unknown')
      tx.append({ event: childChanged, data: { child }, personal: sheet, subject: child, by })
      return undefined
    })
  }

  /**
   * Approves, up to a last day or until further notice, ends, or puts back. Whoever is inside stays inside, and promised
   * places stay: staff see them (`lapsed-places.ts`).
   */
  decide(
    child: ChildId,
    { state, until }: { readonly state: ChildState; readonly until?: CalendarDay | undefined },
    by: StaffId,
  ): Promise<undefined | Refusal> {
    return this.#about(child, undefined, async (tx) => {
      const end = state === 'approved' ? until : undefined
      if (end !== undefined && end < calendarDayOf(tx.now)) return refuse('day_past')
      const data = { child, state, ...(end === undefined ? {} : { until: end }) }
      tx.append({ event: childStateSet, data, subject: child, by })
      return undefined
    })
  }

  setGuardian(wish: GuardianWish, by: StaffId, request?: string): Promise<{ guardian: PickupId } | Refusal> {
    const guardian = wish.guardian ?? newIdentifier('pickup')
    return this.#about(wish.child, request, async (tx) => {
      if (wish.guardian !== undefined) {
        const known = await tx.one('SELECT 1 AS one FROM guardian WHERE guardian = ? AND child = ?', [
          guardian,
          wish.child,
        ])
        if (known === undefined) return refuse('not_found')
      }
      if (wish.to !== undefined && wish.to < wish.from) return refuse('interval_invalid')
      const { child, worker, custody, from, name, kana, relation, phone } = wish
      const data = { guardian, child, from, ...dated(wish), ...(worker === undefined ? {} : { worker }) }
      tx.append({ event: guardianSet, data, personal: { name, kana, relation, phone, custody }, subject: child, by })
      return { guardian }
    })
  }

  grant(wish: GrantWish, by: StaffId | WorkerId, request?: string): Promise<{ pickup: PickupId } | Refusal> {
    const pickup = newIdentifier('pickup')
    return this.#about(wish.child, request, async (tx) => {
      const today = calendarDayOf(tx.now)
      const { child, scope, day, worker, name, kana, phone, relation, idCheck } = wish
      if ((scope === 'one_day') !== (day !== undefined)) return refuse('malformed', 'day')
      if (day !== undefined && day < today) return refuse('day_past')
      const from = wish.from ?? today
      if (wish.to !== undefined && wish.to < from) return refuse('interval_invalid')
      const data = {
        ...{ pickup, child, scope, from: day !== undefined && day < from ? day : from },
        ...(day === undefined ? {} : { day }),
        ...(worker === undefined ? {} : { worker }),
        ...dated(wish),
      }
      tx.append({ event: pickupGranted, data, personal: { name, kana, phone, relation, idCheck }, subject: child, by })
      return { pickup }
    })
  }

  /** A parent says from her phone who comes on a day. The person still has to show who she is. */
  async grantByParent(
    parent: WorkerId,
    wish: Omit<GrantWish, 'scope' | 'idCheck' | 'from' | 'to' | 'worker'> & { readonly day: CalendarDay },
    today: CalendarDay,
    request?: string,
  ): Promise<{ pickup: PickupId } | Refusal> {
    if (!(await this.isParent(parent, wish.child, today))) return refuse('child_unknown')
    if (wish.day > addDays(today, GRANT_DAYS)) return refuse('too_far_ahead')
    return this.grant({ ...wish, scope: 'one_day', idCheck: '' }, parent, request)
  }

  /** `parent`: only what she granted herself, for a child that is still hers. */
  async revoke(pickup: PickupId, by: StaffId | WorkerId, parent?: WorkerId): Promise<undefined | Refusal> {
    return this.#options.journal.write('pickup.revoke', async (tx) => {
      const row = await tx.one<{ child: ChildId; granted_by: string; revoked: number }>(
        'SELECT child, granted_by, revoked FROM pickup WHERE pickup = ?',
        [pickup],
      )
      if (row === undefined || (parent !== undefined && row.granted_by !== parent)) return refuse('not_found')
      if (row.revoked === 0) tx.append({ event: pickupRevoked, data: { pickup }, subject: row.child, by })
      return undefined
    })
  }

  block(wish: BlockWish, by: StaffId, request?: string): Promise<{ block: PickupId } | Refusal> {
    const block = newIdentifier('pickup')
    return this.#about(wish.child, request, async (tx) => {
      const { child, worker, guardian, name, kana, reason } = wish
      if (worker === undefined && guardian === undefined && name === '') return refuse('malformed', 'name')
      const from = wish.from ?? calendarDayOf(tx.now)
      if (wish.to !== undefined && wish.to < from) return refuse('interval_invalid')
      const personal = {
        ...{ name, kana, reason },
        ...(worker === undefined ? {} : { worker }),
        ...(guardian === undefined ? {} : { guardian }),
      }
      tx.append({ event: pickupBlocked, data: { block, child, from, ...dated(wish) }, personal, subject: child, by })
      return { block }
    })
  }

  async liftBlock(block: PickupId, by: StaffId): Promise<undefined | Refusal> {
    return this.#options.journal.write('pickup.unblock', async (tx) => {
      const row = await tx.one<{ child: ChildId; lifted: number }>(
        'SELECT child, lifted FROM pickup_block WHERE block = ?',
        [block],
      )
      if (row === undefined) return refuse('not_found')
      if (row.lifted === 0) tx.append({ event: pickupUnblocked, data: { block }, subject: row.child, by })
      return undefined
    })
  }

  /** Is this her child today: registered by her or guardian, and not kept away from it? */
  async isParent(worker: WorkerId, child: ChildId, day: CalendarDay): Promise<boolean> {
    return (await this.#options.children.ofParent(worker, day)).some((one) => one.child === child)
  }

  /** `request`: what a repeat is known by; a second press adds nobody twice. */
  #about<T>(child: ChildId, request: string | undefined, job: (tx: Tx) => Promise<T | Refusal>): Promise<T | Refusal> {
    return writeOnce(this.#options.journal, request, 'child.about', async (tx) => {
      const known = await tx.one('SELECT 1 AS one FROM child WHERE child = ?', [child])
      return known === undefined ? refuse('child_unknown') : job(tx)
    })
  }
}
