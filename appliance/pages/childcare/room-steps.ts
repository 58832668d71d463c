/** What a childcare page needs before it can show anything: the room it is about, and the three steps to open one. */
import type { z } from 'zod'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf } from '../../../central-sync/protocol/time.ts'
import type { RequestContext } from '../../../central-sync/web/port.ts'
import { LEADERS, type roomRow } from '../../http/shape-care-rows.ts'
import { carePolicies, careRooms, careShifts } from '../../http/shape-childcare-queries.ts'
import type { Ask } from '../ask.ts'
import { DESK, holds } from '../staff-page.ts'
import type { careWords } from '../words/care-words.ts'

/** Shifts this far around today count as a room in use. */
const NEAR_DAYS = 14

type Key = keyof typeof careWords

export interface StartStep {
  readonly number: number
  readonly title: Key
  readonly label: Key
  readonly href: string
  readonly done: boolean
  /** The one to do first. */
  readonly next: boolean
  /** This person may do it. */
  readonly may: boolean
}

/** The three steps while one of them is missing; undefined for a room that can work. */
export async function startSteps(ask: Ask, context: RequestContext): Promise<readonly StartStep[] | undefined> {
  const day = calendarDayOf(context.now)
  const near = { from: addDays(day, -NEAR_DAYS), to: addDays(day, NEAR_DAYS) }
  const [rooms, rules, shifts] = await Promise.all([
    ask(careRooms, {}, context),
    ask(carePolicies, {}, context),
    ask(careShifts, near, context),
  ])
  if (isRefusal(rooms) || isRefusal(rules) || isRefusal(shifts)) return undefined
  const steps = [
    { what: 'room', href: '/childcare/policy#room', done: rooms.rooms.length > 0, may: holds(context, DESK) },
    { what: 'policy', href: '/childcare/policy', done: rules.policies.length > 0, may: holds(context, LEADERS) },
    { what: 'shift', href: '/childcare/week#add', done: shifts.shifts.length > 0, may: true },
  ] as const
  const first = steps.find(({ done }) => !done)
  if (first === undefined) return undefined
  return steps.map(({ what, href, done, may }, index) => ({
    number: index + 1,
    title: `care.start.${what}`,
    label: `care.start.${what}.do`,
    href,
    done,
    next: what === first.what,
    may,
  }))
}

export type RoomChoice = z.infer<typeof roomRow>

/** The room asked for, else the first one; with the list to choose from where there are several. */
export async function chosenRoom(ask: Ask, asked: string | undefined, context: RequestContext) {
  const found = await ask(careRooms, {}, context)
  const rooms: readonly RoomChoice[] = isRefusal(found) ? [] : found.rooms
  const room = rooms.find((one) => one.room === asked) ?? rooms[0]
  const options = rooms.map(({ room: value, name: label }) => ({ value, label }))
  return { room, roomOptions: options.length > 1 ? options : undefined }
}

/** A day in an address; anything else is today. */
export function dayOr(asked: CalendarDay | undefined, { now }: Pick<RequestContext, 'now'>): CalendarDay {
  return asked ?? calendarDayOf(now)
}

/** `tel:` with digits and a plus only; empty for a number without digits. */
export function phoneLink(phone: string): string {
  const digits = phone.normalize('NFKC').replace(/[^0-9+]/g, '')
  return digits === '' ? '' : `tel:${digits}`
}
