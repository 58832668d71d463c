/** What the childcare board calls out, red before amber, with what to do about it. Pure. */
import type { z } from 'zod'
import { type CalendarDay, type Instant, wallMinuteOf } from '../../../central-sync/protocol/time.ts'
import type { Words } from '../../../central-sync/web/port.ts'
import { writeDay } from '../../../central-sync/web/write-time.ts'
import type { careBoard } from '../../http/shape-childcare-queries.ts'
import { carePlanWords } from '../words/care-plan-words.ts'
import { careWords } from '../words/care-words.ts'
import { fillWords, type Values } from './view-care.ts'
import { writeMinute } from './write-minute.ts'

export type BoardFacts = z.infer<typeof careBoard.output>
type Key = keyof typeof careWords

export interface AlarmView {
  readonly level: 'red' | 'amber'
  /** The closing alarm is larger than the others. */
  readonly large: boolean
  readonly title: Words
  readonly steps: readonly Key[]
  readonly label: Key | ''
  readonly href: string
}

/** Called out this long before the room closes, minutes. */
const BEFORE_CLOSING_MIN = 15

export function alarmsOf(board: BoardFacts, now: Instant): AlarmView[] {
  const found = [
    ...board.rooms.flatMap((room) => [closing(board, room, now), ratio(room)]),
    board.conflicts > 0
      ? alarm(
          'amber',
          filled('care.alarm.lost', { count: board.conflicts }),
          'care.alarm.lost.do',
          '/childcare/conflicts',
        )
      : undefined,
    board.lapsed > 0
      ? alarm(
          'amber',
          filled('care.alarm.lapsed', { count: board.lapsed }),
          'care.alarm.lapsed.do',
          '/childcare/conflicts#lapsed',
        )
      : undefined,
    board.policyMissing && board.rooms.length > 0
      ? alarm('red', careWords['care.alarm.gap'], 'care.alarm.gap.do', '/childcare/policy')
      : undefined,
    board.pending > 0
      ? alarm(
          'amber',
          filled('care.now.pending', { count: board.pending }),
          'care.now.pending.do',
          '/childcare/children',
        )
      : undefined,
  ].filter((one) => one !== undefined)
  return found.sort((a, b) => rank(a) - rank(b))
}

/** What waits for a hand in the room: the number beside the menu. */
export function waitingInRoom(board: BoardFacts, now: Instant): number {
  return alarmsOf(board, now).length + board.doubts.filter(({ seen }) => !seen).length
}

function rank({ level, large }: AlarmView): number {
  return large ? 0 : level === 'red' ? 1 : 2
}

type Room = BoardFacts['rooms'][number]

function closing(board: BoardFacts, room: Room, now: Instant): AlarmView | undefined {
  const count = board.inside.filter((one) => one.room === room.room).length
  if (count === 0) return undefined
  const said = board.alarms.some((one) => one.kind === 'closing' && one.room === room.room)
  const left = room.closesAt === null ? undefined : room.closesAt - wallMinuteOf(now)
  const near = left !== undefined && left <= BEFORE_CLOSING_MIN
  if (!said && !near) return undefined
  const before = left !== undefined && left > 0
  const time = room.closesAt === null ? '' : writeMinute(room.closesAt)
  return {
    level: before ? 'amber' : 'red',
    large: true,
    title: filled(before ? 'care.alarm.closing.before' : 'care.alarm.closing.after', { time, count }),
    steps: ['care.alarm.closing.step1', 'care.alarm.closing.step2', 'care.alarm.closing.step3'],
    label: '',
    href: '',
  }
}

function ratio({ level, staffNeeded, staffPlanned }: Room): AlarmView | undefined {
  const lacking = staffNeeded - staffPlanned
  if (level !== 'red' || lacking <= 0) return undefined
  return {
    level: 'red',
    large: false,
    title: filled('care.alarm.ratio', { count: lacking }),
    steps: ['care.alarm.ratio.step1', 'care.alarm.ratio.step2'],
    label: 'care.alarm.ratio.do',
    href: '/childcare/week#add',
  }
}

/** Days without rules are near: seen before they bite. */
export function gapComing(from: CalendarDay): AlarmView {
  const words = carePlanWords['care.policy.gap']
  const title = {
    ja: fillWords(words, { from: writeDay(from, 'ja') }).ja,
    en: fillWords(words, { from: writeDay(from, 'en') }).en,
  }
  return alarm('amber', title, 'care.alarm.gap.do', '/childcare/policy')
}

function alarm(level: AlarmView['level'], title: Words, label: Key, href: string): AlarmView {
  return { level, large: false, title, steps: [], label, href }
}

function filled(key: Key, values: Values): Words {
  return fillWords(careWords[key], values)
}
