/** きょう: who is in, and only what needs a hand. */
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { Page } from '../../central-sync/web/port.ts'
import { careCounts } from '../http/shape-childcare-queries.ts'
import { today } from '../http/shape-queries.ts'
import { type Ask, orElse } from './ask.ts'
import { roomView } from './childcare/view-room.ts'
import { describeTasks } from './describe-task.ts'
import { centrePage } from './staff-page.ts'

const RECENT_MAX = 12

export function todayPage(ask: Ask): Page {
  return centrePage({
    path: '/',
    access: 'staff',
    title: { ja: 'きょう', en: 'Today' },
    template: 'today',
    scripts: ['today'],
    load: async (_input, context) => {
      const board = await ask(today, {}, context)
      if (isRefusal(board)) return board
      const { rows, count } = describeTasks(board.tasks)
      const care = await orElse(ask(careCounts, {}, context), { rooms: [] })
      return {
        careRooms: care.rooms.map((room) => roomView(room, care.rooms.length > 1)),
        day: board.day,
        tasks: rows,
        taskCount: count,
        present: board.present,
        numbers: board.numbers,
        recent: board.recent.slice(0, RECENT_MAX),
      }
    },
  })
}
