/** A room now, in numbers and words without any name: for the board of the room and for きょう. Pure. */
import type { Words } from '../../../central-sync/web/port.ts'
import { careWords } from '../words/care-words.ts'
import type { BoardFacts } from './describe-alarms.ts'
import { rowsOfDay } from './draw-day.ts'
import { fillWords, stateWords } from './view-care.ts'

type Room = BoardFacts['rooms'][number]

const MARKS = { ok: '○', amber: '▲', red: '!', closed: '－' } as const

/** `several`: the name of the room is shown only where there are two. */
export function roomView(room: Room, several: boolean) {
  const lacking = Math.max(0, room.staffNeeded - room.staffPlanned)
  return {
    ...room,
    title: several ? room.name : '',
    mark: MARKS[room.level],
    state: stateWords(room.level, room.code, { lacking, full: isFull(room.next[0]) }),
    soon: rowsOfDay(room.next).map((row) => ({ ...row, short: shortWords(row) })),
  }
}

function isFull(slot: BoardFacts['rooms'][number]['next'][number] | undefined): boolean {
  return slot !== undefined && Object.values(slot.placesLeft).every((count) => count === 0)
}

/** A level in a word or two, for the narrow table of the next hours. */
function shortWords({ level, lacking, full }: { level: keyof typeof MARKS; lacking: number; full: boolean }): Words {
  if (level === 'amber' && full) return careWords['care.soon.full']
  return level === 'red' && lacking > 0
    ? fillWords(careWords['care.soon.lacking'], { count: lacking })
    : careWords[`care.soon.${level}`]
}
