/**
 * The children of a room as this kiosk knows them now: the appliance's last list, overlaid with what happened here since
 * and is not in it yet. Pure. The same facts give the same children in whatever pieces they were read.
 */
import type { ChildId, EventId, StayId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { CareChild, CareFetcher } from '../../central-sync/protocol/wire/care.ts'

/** An arrival or a hand-over this kiosk recorded. */
export interface OwnFact {
  readonly id: EventId
  readonly seq: number
  readonly kind: 'arrived' | 'handed_over'
  readonly child: ChildId
  readonly stay: StayId
  readonly at: Instant
  /** Of the slip; empty for a hand-over. */
  readonly code: string
}

/** Facts up to `have` are in the list already. */
export function childrenNow(list: readonly CareChild[], own: readonly OwnFact[], have: number): readonly CareChild[] {
  const fresh = new Map(own.filter(({ seq }) => seq > have).map((fact) => [fact.id, fact]))
  const inOrder = [...fresh.values()].sort((a, b) => a.seq - b.seq)
  return list.map((child) => inOrder.filter((fact) => fact.child === child.child).reduce(apply, child))
}

function apply(child: CareChild, { kind, stay, at, code }: OwnFact): CareChild {
  const { stay: open, ...rest } = child
  if (kind === 'arrived') return { ...rest, stay: { stay, at, code } }
  return open?.stay === stay ? { ...rest, fetched: true } : child
}

/** How long before the booked start a child may come, minutes. */
export const EARLY_MIN = 30

export type BringAnswer =
  | { readonly may: true; readonly care: CareChild['booked'][number] | undefined }
  | { readonly may: false; readonly why: 'already_in' | 'no_booking' | 'too_early' | 'over' }

/**
 * May this child be brought now? A day the list does not reach has no bookings to ask for: then the child is taken in
 * and the centre looks at it later, because no kiosk turns a child away for lack of a network.
 */
export function mayBring({ stay, booked }: CareChild, now: Instant, reaches: boolean): BringAnswer {
  if (stay !== undefined) return { may: false, why: 'already_in' }
  if (!reaches) return { may: true, care: undefined }
  const minute = wallMinuteOf(now)
  const today = bookedOn(booked, calendarDayOf(now))
  const open = today.find(({ start, end }) => minute >= start - EARLY_MIN && minute < end)
  if (open !== undefined) return { may: true, care: open }
  if (today.length === 0) return { may: false, why: 'no_booking' }
  return { may: false, why: today.some(({ start }) => minute < start) ? 'too_early' : 'over' }
}

/** By time. */
export function bookedOn(booked: CareChild['booked'], day: CalendarDay): CareChild['booked'] {
  return booked.filter((one) => one.day === day).sort((a, b) => a.start - b.start)
}

/** Who may fetch this child today, as far as the list says. */
export function fetchersOn({ fetch }: CareChild, today: CalendarDay): readonly CareFetcher[] {
  return fetch.filter(({ day }) => day === undefined || day === today)
}
