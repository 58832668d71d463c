/** Pages, menu, words and lights of the hub. */
import type { HealthLight, Page, WebRooms } from '../../web/port.ts'
import type { HubRooms } from '../http/hub-rooms.ts'
import { type CentreStatus, listCentres } from '../site/centre-list.ts'
import { centrePages } from './centre-pages.ts'
import { describeTasks } from './describe-tasks.ts'
import { housePages } from './house-pages.ts'
import { occupancyPages } from './occupancy-pages.ts'
import { payrollPages } from './payroll-pages.ts'
import { statementPage } from './statement-page.ts'
import { gatherTasks, lampOf, todayPage } from './today-page.ts'
import { houseWords } from './words/house-words.ts'
import { occupancyWords } from './words/occupancy-words.ts'
import { officeWords } from './words/office-words.ts'
import { payWords } from './words/pay-words.ts'
import { workPages } from './work-pages.ts'

type Shown = Pick<WebRooms, 'pages' | 'menu' | 'health' | 'words' | 'entrances'>

export function hubPages(rooms: HubRooms): Shown {
  const pages: Page[] = [
    todayPage(rooms),
    ...centrePages(rooms),
    ...workPages(rooms),
    ...payrollPages(rooms),
    statementPage(rooms),
    ...occupancyPages(rooms),
    ...housePages(rooms),
  ]
  return {
    pages,
    menu: [
      { path: '/', words: houseWords['hub.menu.today'], count: 'tasks' },
      { path: '/work', words: officeWords['hub.work.title'] },
      { path: '/payroll', words: payWords['hub.payroll.title'] },
      { path: '/occupancy', words: occupancyWords['hub.occ.title'] },
      { path: '/centres', words: officeWords['hub.centres.title'], count: 'centres' },
      { path: '/audit', words: houseWords['hub.audit.title'] },
      { path: '/staff', words: houseWords['hub.staff.title'] },
    ],
    words: { ...officeWords, ...payWords, ...occupancyWords, ...houseWords },
    entrances: { staff: '/sign-in', worker: '/sign-in', pinChange: '/password' },
    health: async ({ actor, now }) => {
      const centres = await listCentres(rooms.journal.read, now)
      const tasks = actor.kind === 'staff' ? describeTasks(await gatherTasks(rooms, now)).length : 0
      return {
        lights: [syncLight(centres)],
        counts: { tasks, centres: centres.filter(({ error }) => error !== undefined).length },
      }
    },
  }
}

function syncLight(centres: readonly CentreStatus[]): HealthLight {
  const bad = centres.filter((centre) => lampOf(centre) === 'bad').length
  const silent = centres.filter((centre) => lampOf(centre) === 'warn').length
  if (bad > 0) return { level: 'bad', words: { ja: `同期のエラー ${bad}件`, en: `${bad} sync errors` } }
  if (silent > 0)
    return { level: 'warn', words: { ja: `連絡のないセンター ${silent}`, en: `${silent} centres silent` } }
  return {
    level: 'ok',
    words: { ja: `センター ${centres.length} と同期中`, en: `In sync with ${centres.length} centres` },
  }
}
