/** Step and facts → what the page shows. Pure. */
import {
  type CalendarDay,
  calendarDayOf,
  type Instant,
  instantOf,
  MINUTE_MS,
  wallMinuteOf,
} from '../../central-sync/protocol/time.ts'
import type { CareChild, CareRoom } from '../../central-sync/protocol/wire/care.ts'
import type { CareBoard, CareShown, ShownMay, ShownStep } from './care-shown.ts'
import type { CareFacts, CareStep, Parent } from './care-step.ts'
import { bookedOn, fetchersOn, mayBring } from './children-now.ts'
import { childrenOf } from './step-care.ts'
import { staffNeeded } from './step-hand-over.ts'

/** So long before closing the board turns yellow. */
const SOON_MIN = 15
const FEVER_X10 = 375

export interface ShowFacts extends CareFacts {
  readonly listAt: Instant | undefined
}

export function showCare(step: CareStep, turn: number, leftMs: number | undefined, facts: ShowFacts): CareShown {
  const parent = 'parent' in step ? step.parent : undefined
  return { board: boardOf(facts), step: stepOf(step, facts), turn, language: parent?.language, leftMs }
}

export function boardOf({ children, room, now, listAt, reaches }: ShowFacts): CareBoard {
  const today = calendarDayOf(now)
  const minute = wallMinuteOf(now)
  const expected = children
    .filter(({ stay, fetched }) => stay === undefined && !fetched)
    .flatMap(({ child, callName, booked }) => {
      const coming = bookedOn(booked, today).find(({ end }) => end > minute)
      if (coming === undefined) return []
      return [{ child, callName, start: coming.start, end: coming.end, late: coming.start <= minute }]
    })
    .sort((a, b) => a.start - b.start || compare(a.callName, b.callName))
  const here = children
    .flatMap((one) => (one.stay === undefined ? [] : [hereOf(one, one.stay.at, now)]))
    .sort((a, b) => (a.until ?? 0) - (b.until ?? 0) || a.since - b.since)
  return {
    room: room?.name ?? '',
    expected,
    here,
    fetched: children.filter(({ stay, fetched }) => stay === undefined && fetched).length,
    listAt,
    listAgeMs: listAt === undefined ? 0 : Math.max(0, now - listAt),
    old: !reaches,
    alarm:
      here.length === 0
        ? undefined
        : alarmOf(
            room,
            today,
            now,
            here.map(({ since }) => since),
          ),
  }
}

function hereOf({ child, callName, booked }: CareChild, since: Instant, now: Instant) {
  const day = calendarDayOf(since)
  const until = bookedOn(booked, day).findLast(({ start }) => start <= wallMinuteOf(since) + 60)?.end
  const over = until === undefined ? 0 : Math.floor((now - instantOf(day, until)) / MINUTE_MS)
  return { child, callName, since, until, overMin: Math.max(0, over) }
}

/** The room of the day on which the first of them came: a child of yesterday is an alarm at any hour. */
function alarmOf(
  room: CareRoom | undefined,
  today: CalendarDay,
  now: Instant,
  since: readonly Instant[],
): CareBoard['alarm'] {
  const first = calendarDayOf(Math.min(...since))
  const closes = room?.closes.find(({ day }) => day === first)?.minute ?? (first < today ? 1_440 : undefined)
  if (closes === undefined) return undefined
  const left = Math.ceil((instantOf(first, closes) - now) / MINUTE_MS)
  if (left > SOON_MIN) return undefined
  return left > 0 ? { level: 'soon', minutes: left, closes } : { level: 'closed', minutes: -left, closes }
}

function stepOf(step: CareStep, facts: ShowFacts): ShownStep {
  switch (step.step) {
    case 'board':
    case 'wait':
      return { step: step.step }
    case 'notice':
      return step
    case 'family':
      return familyOf(step.parent, facts)
    case 'health': {
      const child = childOf(step, facts)
      return { step: 'health', callName: nameOf(step, facts), phone: child?.phone ?? '', feverX10: feverOf(facts) }
    }
    case 'turned_away': {
      const { why, temperatureX10 } = step
      return { step: 'turned_away', callName: nameOf(step, facts), why, temperatureX10, feverX10: feverOf(facts) }
    }
    case 'slip':
      return slipOf(step, facts)
    case 'prove':
      return { step: 'prove', callName: nameOf(step, facts), wrong: step.wrong }
    case 'fetcher':
      return { step: 'fetcher', callName: nameOf(step, facts), people: peopleOf(step, facts) }
    case 'staff':
    case 'pin':
      return staffOf(step, facts)
    case 'override':
      return { step: 'override', callName: nameOf(step, facts), notice: step.notice }
    case 'handed': {
      const more = step.parent !== undefined && hasMore(step.parent, step.child, facts)
      return { step: 'handed', callName: nameOf(step, facts), at: step.at, unverified: step.unverified, more }
    }
  }
}

function familyOf(parent: Parent, facts: ShowFacts): ShownStep {
  const today = calendarDayOf(facts.now)
  const children = childrenOf(parent.worker, facts).map((child) => {
    const booked = bookedOn(child.booked, today)
    const next = booked.find(({ end }) => end > wallMinuteOf(facts.now)) ?? booked.at(-1)
    return {
      child: child.child,
      callName: child.callName,
      may: mayOf(child, parent, facts),
      start: next?.start,
      end: next?.end,
      slip: child.stay !== undefined && parent.identified !== 'unverified' && child.bring.some(isOf(parent)),
    }
  })
  return { step: 'family', greeting: parent.greeting, children }
}

function mayOf(child: CareChild, parent: Parent, { now, reaches }: ShowFacts): ShownMay {
  if (child.stay !== undefined) {
    return fetchersOn(child, calendarDayOf(now)).some(isOf(parent)) ? 'fetch' : 'not_mine'
  }
  const answer = mayBring(child, now, reaches)
  if (answer.may) return 'bring'
  return child.fetched ? 'fetched' : answer.why
}

/** Another child of hers is to be brought or fetched. */
function hasMore(parent: Parent, but: CareChild['child'], facts: ShowFacts): boolean {
  const others = childrenOf(parent.worker, facts).filter(({ child }) => child !== but)
  return others.some((child) => ['bring', 'fetch'].includes(mayOf(child, parent, facts)))
}

function slipOf(step: CareStep & { step: 'slip' }, facts: ShowFacts): ShownStep {
  const child = childOf(step, facts)
  const stay = child?.stay
  if (child === undefined || stay === undefined) return { step: 'notice', code: 'not_in' }
  const { until } = hereOf(child, stay.at, facts.now)
  const { callName } = child
  const more = hasMore(step.parent, step.child, facts)
  return {
    ...{ step: 'slip', callName, code: stay.code, at: stay.at, until, room: facts.room?.name ?? '' },
    ...{ again: step.again, more },
  }
}

function peopleOf(step: CareStep & { step: 'fetcher' }, facts: ShowFacts) {
  const child = childOf(step, facts)
  const fetchers = child === undefined ? [] : fetchersOn(child, calendarDayOf(facts.now))
  return fetchers.map(({ id, name, relation }) => ({ id, name, relation }))
}

function staffOf(step: CareStep & { step: 'staff' | 'pin' }, facts: ShowFacts): ShownStep {
  const callName = nameOf(step, facts)
  if (step.step === 'pin') {
    return { step: 'pin', callName, staffName: step.card.name, sending: step.sending, notice: step.notice }
  }
  const { goal, fetch, confirmed, notice } = step
  return {
    ...{ step: 'staff', callName, goal, have: confirmed.length, need: staffNeeded(step, facts.online), notice },
    fetcher: fetch === undefined ? undefined : { name: fetch.name, relation: fetch.relation },
    online: facts.online,
  }
}

function feverOf({ room }: ShowFacts): number {
  return room?.feverX10 ?? FEVER_X10
}

function childOf({ child }: { child: CareChild['child'] }, { children }: ShowFacts): CareChild | undefined {
  return children.find((one) => one.child === child)
}

function nameOf(step: { child: CareChild['child'] }, facts: ShowFacts): string {
  return childOf(step, facts)?.callName ?? ''
}

function isOf({ worker }: Parent): (one: { readonly worker?: Parent['worker'] | undefined }) => boolean {
  return (one) => one.worker === worker
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
