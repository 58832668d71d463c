/** The screen in the foyer, and the page on which its secret address is made. */
import { z } from 'zod'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { minuteFace } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { wall, wallIssue, wallSetting } from '../../http/shape-wall.ts'
import type { Ask } from '../ask.ts'
import { centrePage, DESK, holds } from '../staff-page.ts'
import { cutText, drawSpot, heightOf, MAP_WIDTH } from './draw-map.ts'
import { spanText } from './view-booking.ts'

type Wall = z.infer<typeof wall.output>

export function wallPages(ask: Ask): Page[] {
  return [settingPage(ask), wallPage(ask)]
}

function settingPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/wall',
    access: 'staff',
    title: { ja: '入口の画面', en: 'Foyer screen' },
    template: 'booking/wall-setting',
    scripts: ['copy'],
    load: async (_input, context) => {
      const setting = await ask(wallSetting, {}, context)
      if (isRefusal(setting)) return setting
      return { tab: 'wall', ...setting, address: addressOf(context), mayAct: holds(context, DESK) }
    },
  })
}

function addressOf({ answered, origin, base }: RequestContext): string {
  if (answered?.command !== wallIssue.name) return ''
  const output = wallIssue.output.safeParse(answered.output)
  return output.success ? `${origin ?? ''}${base}${output.data.path}` : ''
}

/** `/wall/preview` shows it to signed-in staff; the query decides, not this page. */
function wallPage(ask: Ask): Page {
  return centrePage({
    path: '/wall/:key',
    access: 'anyone',
    title: { ja: '入口の画面', en: 'Foyer screen' },
    template: 'booking/wall',
    shell: 'bare',
    scripts: ['wall'],
    input: { key: z.string().max(64) },
    load: async ({ key }, context) => {
      const found = await ask(wall, { key }, context)
      if (isRefusal(found)) return found
      const floors = [...new Set(found.spots.map(({ floor }) => floor))].sort()
      return {
        ...found,
        key,
        hoursText: found.hours === null ? '' : spanText(found.hours),
        width: MAP_WIDTH,
        floors: floors.map((floor) => ({
          floor: floors.length > 1 ? floor : '',
          height: heightOf(found.spots.filter((spot) => spot.floor === floor).map(({ map }) => map)),
          spots: found.spots
            .filter((spot) => spot.floor === floor)
            .toSorted((a, b) => Number(isSpace(b.kind)) - Number(isSpace(a.kind)))
            .map(spotView),
        })),
        rooms: found.rooms.slice(0, ROOMS_SHOWN).map(roomView),
        more: Math.max(0, found.rooms.length - ROOMS_SHOWN),
        care: found.care.map(careView),
      }
    },
  })
}

/** What fits beside the plan without scrolling: nobody presses anything in a foyer. */
const ROOMS_SHOWN = 6

function isSpace(kind: string): boolean {
  return kind === 'room' || kind === 'nursery'
}

/** Read from three metres: a short name whole, so that `A-1` is not `B-1`; of a long one the number is enough. */
function nameOnWall(name: string, ems: number): string {
  const cut = cutText(name, ems)
  return cut === name ? name : (/\d+(?=\D*$)/.exec(name.normalize('NFKC'))?.[0] ?? cut)
}

/** The whole name of a room is not too much. */
function spotView(spot: Wall['spots'][number]) {
  const drawn = drawSpot({ ...spot, resource: '' })
  const label = isSpace(spot.kind) ? cutText(spot.name, drawn.width / 40) : nameOnWall(spot.name, drawn.width / 44)
  return {
    ...spot,
    spot: drawn,
    label,
    space: isSpace(spot.kind),
    middleX: drawn.x + drawn.width / 2,
    middleY: drawn.y + drawn.height / 2 + 15,
  }
}

function roomView(room: Wall['rooms'][number]) {
  return {
    ...room,
    stateKey: `wall.state.${room.state}`,
    stateKeyEn: `wall.state.${room.state}.en`,
    untilText: room.until === null ? '' : minuteFace(room.until),
    spans: room.next.map(spanText).join('　'),
  }
}

const CHART = { width: 640, height: 112, foot: 80 }

function careView(room: Wall['care'][number]) {
  const most = Math.max(3, ...room.next.map(({ total }) => total))
  const step = CHART.width / Math.max(1, room.next.length)
  return {
    ...room,
    short: room.level === 'red' || room.next.some(({ level }) => level === 'red'),
    last: room.level === 'amber',
    chart: CHART,
    slots: room.next.map((slot, index) => {
      const height = Math.round((slot.total / most) * (CHART.foot - 30))
      return {
        ...slot,
        time: minuteFace(slot.start),
        x: Math.round(index * step + 4),
        width: Math.round(step - 8),
        y: CHART.foot - height,
        height,
        middle: Math.round(index * step + step / 2),
        countY: CHART.foot - height - 8,
        // Every second quarter is named: half hours can be read from afar.
        label: slot.start % 30 === 0 ? minuteFace(slot.start) : '',
        labelY: CHART.height - 6,
      }
    }),
  }
}
