/** 託児室, now: who is still here, who is expected, whether the carers are enough, and what to do when they are not. */
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, calendarDayOf, clockFace, wallMinuteOf } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext, Words } from '../../../central-sync/web/port.ts'
import { twiceCalled } from '../../childcare/twice-called.ts'
import { CARE } from '../../http/shape-care-rows.ts'
import { careBoard, carePolicies } from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'
import { careWords } from '../words/care-words.ts'
import { alarmsOf, type BoardFacts, gapComing } from './describe-alarms.ts'
import { gapsOf } from './describe-policy.ts'
import { phoneLink, startSteps } from './room-steps.ts'
import { fillWords } from './view-care.ts'
import { roomView } from './view-room.ts'
import { writeLength, writeMinute, writeSpan } from './write-minute.ts'

/** More children than this are shown as lines instead of cards. */
const MANY = 12

export function boardPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare',
    access: CARE,
    title: { ja: '託児室', en: 'Childcare room' },
    template: 'childcare/board',
    scripts: ['today'],
    load: async (_input, context) => {
      const board = await ask(careBoard, {}, context)
      if (isRefusal(board)) return board
      const several = board.rooms.length > 1
      return {
        day: board.day,
        start: await startSteps(ask, context),
        alarms: [...alarmsOf(board, context.now), ...(await gapAlarm(ask, context))],
        kids: board.inside.toSorted(byDue).map((one) => kidOf(one, several, twiceCalled(board.inside))),
        many: board.inside.length > MANY,
        rooms: board.rooms.map((room) => roomView(room, several)),
        coming: nextOf(board, context),
        shifts: shiftsOf(board, context),
        gone: board.gone.map((one) => ({ ...one, in: clockFace(one.since), out: clockFace(one.departedAt) })),
        doubts: board.doubts
          .filter(({ seen }) => !seen)
          .map((one) => ({ ...one, what: fillWords(careWords[`care.doubt.${one.kind}`], { other: one.otherName }) })),
        refusals: board.refusals.map((one) => ({ ...one, time: clockFace(one.at), words: refusalWords(one) })),
        pending: board.pending,
        hasPin: board.hasPin,
      }
    },
  })
}

/** What staff read of somebody who was sent away; a reason this page does not know is none. */
function refusalWords({ kind, why }: BoardFacts['refusals'][number]): Words {
  const key = kind === 'pickup' ? `care.out.why.${why}` : `care.away.why.${why}`
  return Object.hasOwn(careWords, key) ? careWords[key as keyof typeof careWords] : careWords['care.away.why.other']
}

/** Days without rules that come within this time are called out, days. */
const GAP_SOON = 60

/** Said while there is still time to ask the prefecture. A gap of today has its own alarm. */
async function gapAlarm(ask: Ask, context: RequestContext) {
  const today = calendarDayOf(context.now)
  const { policies } = await orElse(ask(carePolicies, {}, context), { policies: [] })
  const gap = gapsOf(policies, today).find(({ from }) => from > today && from <= addDays(today, GAP_SOON))
  return policies.length === 0 || gap === undefined ? [] : [gapComing(gap.from)]
}

type Inside = BoardFacts['inside'][number]

/** Who should have been fetched first stands first; children without a time come last. */
function byDue(a: Inside, b: Inside): number {
  return (
    (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY) || a.kana.localeCompare(b.kana, 'ja')
  )
}

function kidOf(one: Inside, several: boolean, twice: ReadonlySet<string>) {
  return {
    ...one,
    wholeName: twice.has(one.callName) ? one.name : '',
    shownName: one.callName === '' ? one.name : one.callName,
    in: clockFace(one.since),
    out: one.until === null ? '' : writeMinute(one.until),
    over: overdueWords(one.overMinutes),
    phoneHref: phoneLink(one.contactPhone),
    roomShown: several ? one.roomName : '',
  }
}

/** How long something is overdue; undefined while it is in time. */
function overdueWords(minutes: number): Words | undefined {
  if (minutes <= 0) return undefined
  const { ja, en } = writeLength(minutes)
  const { ja: inJa, en: inEn } = careWords['care.now.overdue']
  return { ja: inJa.replace('{time}', ja), en: inEn.replace('{time}', en) }
}

/** Who can still come today, the earliest first. A booking whose time is over is no arrival any more. */
function nextOf(board: BoardFacts, { now }: RequestContext) {
  const minute = wallMinuteOf(now)
  return board.expected
    .filter((one) => one.end > minute)
    .toSorted((a, b) => a.start - b.start)
    .map((one) => ({ ...one, span: writeSpan(one.start, one.end), late: overdueWords(minute - one.start) }))
}

/** Today's carers, those whose time is over last. */
function shiftsOf(board: BoardFacts, { now }: RequestContext) {
  const minute = calendarDayOf(now) === board.day ? wallMinuteOf(now) : 0
  return board.shifts
    .toSorted((a, b) => Number(a.end <= minute) - Number(b.end <= minute) || a.start - b.start)
    .map((shift) => ({
      ...shift,
      span: writeSpan(shift.start, shift.end),
      over: shift.end <= minute,
      running: shift.start <= minute && minute < shift.end,
      here: shift.attendance === 'here',
      absent: shift.attendance === 'absent',
    }))
}
