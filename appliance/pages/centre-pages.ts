/** Everything the centre shows to people, to be joined with its commands and queries: `{ commands, queries, ...centrePages(queries) }`. */
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { HOUR_MS, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { HealthLight, MenuItem, Query, RequestContext, WebRooms, Words } from '../../central-sync/web/port.ts'
import { writeAgo } from '../../central-sync/web/write-time.ts'
import { careBoard } from '../http/shape-childcare-queries.ts'
import { devices, syncQuery, today } from '../http/shape-queries.ts'
import { type Ask, askOf } from './ask.ts'
import { bookingPages, bookingPageWords, myBookingsMenu, seatsMenu } from './booking/booking-pages.ts'
import { childcareMenu, childcarePages, childcareWords } from './childcare/childcare-pages.ts'
import { waitingInRoom } from './childcare/describe-alarms.ts'
import { careForms } from './childcare/read-care-forms.ts'
import { doorPages } from './door-pages.ts'
import { housePages } from './house-pages.ts'
import { myPages } from './my-pages.ts'
import { myPayPages } from './my-pay-pages.ts'
import { peoplePages } from './people-pages.ts'
import { timePages } from './time-pages.ts'
import { todayPage } from './today-page.ts'
import { doorWords } from './words/door-words.ts'
import { myWords } from './words/my-words.ts'
import { payWords } from './words/pay-words.ts'
import { staffWords } from './words/staff-words.ts'
import { timeWords } from './words/time-words.ts'
import { workPage } from './work-page.ts'

export type CentrePages = Pick<WebRooms, 'pages' | 'menu' | 'words' | 'entrances' | 'undos' | 'forms' | 'health'>

/** Templates, words and doors of the centre. `queries` are the bound ones of `appliance/http`. */
export function centrePages(queries: readonly Query[]): CentrePages {
  const ask = askOf(queries)
  return {
    pages: [
      todayPage(ask),
      ...peoplePages(ask),
      ...timePages(ask),
      workPage(ask),
      ...bookingPages(ask),
      ...childcarePages(ask),
      ...housePages(ask),
      ...doorPages(ask),
      ...myPages(ask),
      ...myPayPages(ask),
    ],
    menu,
    words: centreWords,
    entrances: { staff: '/sign-in', worker: '/my/sign-in', pinChange: '/my/pin' },
    undos,
    forms: careForms,
    health: (context) => health(ask, context),
  }
}

export const centreWords: Readonly<Record<string, Words>> = {
  ...doorWords,
  ...staffWords,
  ...timeWords,
  ...myWords,
  ...payWords,
  ...bookingPageWords,
  ...childcareWords,
}

const menu: readonly MenuItem[] = [
  { path: '/', words: staffWords['menu.today'], count: 'now' },
  { path: '/people', words: staffWords['menu.people'] },
  seatsMenu,
  childcareMenu,
  { path: '/corrections', words: staffWords['menu.corrections'], count: 'corrections' },
  { path: '/records', words: staffWords['menu.records'] },
  { path: '/work', words: staffWords['menu.work'] },
  { path: '/devices', words: staffWords['menu.devices'] },
  { path: '/staff', words: staffWords['menu.staff'] },
  { path: '/settings', words: staffWords['menu.settings'] },
  { path: '/my', words: myWords['my.menu.today'] },
  myBookingsMenu,
  { path: '/my/record', words: myWords['my.menu.month'] },
  { path: '/my/requests', words: myWords['my.menu.requests'] },
]

/** What can be taken back with one press, without asking beforehand. */
const undos: NonNullable<WebRooms['undos']> = {
  'workers.deactivate': (input) => opposite('workers.activate', input, 'worker'),
  'workers.activate': (input) => opposite('workers.deactivate', input, 'worker'),
  'corrections.approve': (input) => opposite('corrections.revert', input, 'correction'),
  'work.approve': (input) => opposite('work.unapprove', input, 'worker', 'session'),
  'work.unapprove': (input) => opposite('work.approve', input, 'worker', 'session'),
}

function opposite(command: string, input: unknown, ...names: readonly string[]) {
  if (typeof input !== 'object' || input === null) return undefined
  const values: Readonly<Record<string, unknown>> = { ...input }
  return { command, fields: Object.fromEntries(names.map((name) => [name, String(values[name] ?? '')])) }
}

/** Lights in the corner and counts beside the menu, for staff only. */
async function health(ask: Ask, context: RequestContext): ReturnType<WebRooms['health']> {
  if (context.actor.kind !== 'staff') return { lights: [], counts: {} }
  const [board, sync, machines, care] = await Promise.all([
    ask(today, {}, context),
    ask(syncQuery, {}, context),
    ask(devices, {}, context),
    ask(careBoard, {}, context),
  ])
  const lights: HealthLight[] = []
  if (!isRefusal(sync)) lights.push(syncLight(sync, context))
  if (!isRefusal(machines)) lights.push(kioskLight(machines.devices))
  const childcare = isRefusal(care) ? 0 : waitingInRoom(care, context.now)
  if (isRefusal(board)) return { lights, counts: { childcare } }
  const corrections = board.tasks.filter(({ kind }) => kind === 'correction_waiting').length
  return {
    lights,
    counts: { now: board.tasks.filter(({ urgency }) => urgency === 'now').length, corrections, childcare },
  }
}

type SyncState = { state: string; code: string | null; lastContact: number | null; waiting: number }

function syncLight({ state, code, lastContact, waiting }: SyncState, { now }: RequestContext): HealthLight {
  if (state === 'alone') return { level: 'ok', words: { ja: '本部なしで動作中', en: 'Working without a hub' } }
  if (state === 'stopped') {
    const words = { ja: `本部との同期が停止 ${code ?? ''}`.trim(), en: `Hub sync has stopped ${code ?? ''}`.trim() }
    return { level: 'bad', words }
  }
  const age = lastContact === null ? Number.POSITIVE_INFINITY : now - lastContact
  const ago = { ja: writeAgo(lastContact ?? now, now, 'ja'), en: writeAgo(lastContact ?? now, now, 'en') }
  if (age > 6 * HOUR_MS) {
    const when = lastContact === null ? { ja: '', en: '' } : { ja: ` ${ago.ja}`, en: ` ${ago.en}` }
    return { level: 'bad', words: { ja: `本部とつながらない${when.ja}`, en: `No contact with the hub${when.en}` } }
  }
  if (age > 15 * MINUTE_MS || waiting > 1_000)
    return { level: 'warn', words: { ja: `本部と同期 ${ago.ja}`, en: `Hub sync ${ago.en}` } }
  return { level: 'ok', words: { ja: `本部と同期 ${ago.ja}`, en: `Hub sync ${ago.en}` } }
}

type Machine = { kind: string; retiredAt: number | null; connected: boolean; readers: readonly { state: string }[] }

function kioskLight(all: readonly Machine[]): HealthLight {
  const kiosks = all.filter(({ kind, retiredAt }) => kind === 'kiosk' && retiredAt === null)
  if (kiosks.length === 0) return { level: 'warn', words: { ja: '受付機がまだない', en: 'No kiosk yet' } }
  const silent = kiosks.filter(({ connected }) => !connected).length
  if (silent > 0)
    return { level: 'bad', words: { ja: `受付機 ${silent}台 つながらない`, en: `${silent} kiosk(s) not connected` } }
  const readers = kiosks.flatMap((kiosk) => kiosk.readers)
  const broken = readers.filter(({ state }) => state !== 'ready' && state !== 'starting').length
  if (broken > 0 || readers.length === 0)
    return { level: 'bad', words: { ja: 'カードリーダー未接続', en: 'A card reader is missing' } }
  return { level: 'ok', words: { ja: `リーダー ${readers.length}台 正常`, en: `${readers.length} reader(s) fine` } }
}
