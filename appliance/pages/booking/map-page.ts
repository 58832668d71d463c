/**
 * 見取り図と一覧: two ways to reach the same seats. Whoever is chosen, on the plan or in the list, is shown in one panel
 * with everything that can be done, so neither way can do more than the other.
 */
import { z } from 'zod'
import type { MapBox, ResourceKind } from '../../../central-sync/protocol/event/booking.ts'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { minuteFace } from '../../../central-sync/protocol/time.ts'
import type { Page } from '../../../central-sync/web/port.ts'
import { bookingsDay } from '../../http/shape-booking.ts'
import type { dayBoard } from '../../http/shape-booking-rows.ts'
import { stateNow } from '../../http/state-now.ts'
import type { Ask } from '../ask.ts'
import { centrePage, DESK, holds } from '../staff-page.ts'
import { drawSpot, heightOf, MAP_HEIGHT, MAP_WIDTH, SNAP, stepped } from './draw-map.ts'
import { address, attributeKeys, byName, spanText } from './view-booking.ts'

type Board = z.infer<typeof dayBoard>
type Resource = Board['resources'][number]

/** One press of an arrow button, in thousandths. */
const STEP = SNAP * 2
const STATES = ['free', 'in', 'confirmed', 'held', 'blocked', 'closed'] as const
const ORDER: readonly ResourceKind[] = ['seat', 'booth', 'room', 'nursery']

export function mapPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/map',
    access: 'staff',
    title: { ja: '見取り図と一覧', en: 'Map and list' },
    template: 'booking/map',
    scripts: ['today', 'seat-map'],
    input: {
      view: z.enum(['map', 'list']).catch('map').default('map'),
      floor: z.string().max(60).optional().catch(undefined),
      seat: identifier('resource').optional().catch(undefined),
      edit: z.string().max(5).catch('').default(''),
    },
    load: async ({ view, floor, seat, edit }, context) => {
      const board = await ask(bookingsDay, {}, context)
      if (isRefusal(board)) return board
      const floors = [...new Set(board.resources.map((one) => one.floor))].sort()
      const wanted = board.resources.find(({ resource }) => resource === seat)
      const shown = wanted?.floor ?? (floor !== undefined && floors.includes(floor) ? floor : (floors[0] ?? ''))
      const mayEdit = holds(context, DESK)
      const link = (more: Record<string, string>) =>
        address(`${context.base}/seats/map`, { view, floor: shown, ...more })
      const spots = board.resources
        .toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byName(a, b))
        .map((one) => spotView(one, board, link))
      const here = spots.filter((one) => one.floor === shown)
      const editing = mayEdit && edit !== '' && view === 'map'
      return {
        tab: 'map',
        view,
        floor: shown,
        editing,
        mayEdit,
        mapLink: address(`${context.base}/seats/map`, { floor: shown, seat }),
        listLink: address(`${context.base}/seats/map`, { view: 'list', floor: shown, seat }),
        editLink: address(`${context.base}/seats/map`, { floor: shown, edit: 1 }),
        here: address(`${context.base}/seats/map`, { view, floor: shown, seat }),
        floors:
          floors.length < 2
            ? []
            : floors.map((name) => ({ name, href: link({ floor: name }), current: name === shown })),
        width: MAP_WIDTH,
        height: editing ? MAP_HEIGHT : heightOf(here.map(({ map }) => map)),
        // Rooms first, so that the seats in them are drawn, and can be pressed, on top of them.
        spots: here.toSorted((a, b) => Number(isSpace(b.kind)) - Number(isSpace(a.kind))),
        rows: here,
        legend: STATES.filter((state) => here.some((one) => one.state === state)).map((state) => ({
          state,
          key: `seats.state.${state}`,
          count: here.filter((one) => one.state === state).length,
        })),
        chosenId: wanted?.resource ?? '',
        chosen: wanted === undefined ? undefined : panelOf(wanted, board, spots),
      }
    },
  })
}

function isSpace(kind: ResourceKind): boolean {
  return kind === 'room' || kind === 'nursery'
}

function spotView(one: Resource, board: Board, link: (more: Record<string, string>) => string) {
  const state = stateNow(one, board.now)
  const next = one.spans.find(({ what, start }) => what === 'confirmed' && start > (board.now ?? 0))
  return {
    ...one,
    ...{ spot: drawSpot(one) },
    state,
    stateKey: `seats.state.${state}`,
    kindKey: `seats.kind.${one.kind}`,
    attrKeys: attributeKeys(one.attrs),
    many: one.capacity > 1,
    next: next === undefined ? '' : spanText(next),
    href: `${link({ seat: one.resource })}#chosen`,
  }
}

/** Everything about one seat and everything that can be done with it: the same for map and list. */
function panelOf(one: Resource, board: Board, all: readonly { readonly resource: string; readonly name: string }[]) {
  const { map } = one
  const place = (to: MapBox) => ({ x: to.x, y: to.y, w: to.w, h: to.h })
  const state = stateNow(one, board.now)
  return {
    ...one,
    stateKey: `seats.state.${state}`,
    state,
    kindKey: `seats.kind.${one.kind}`,
    attrKeys: attributeKeys(one.attrs),
    many: one.capacity > 1,
    bookable: one.kind !== 'nursery',
    parentName: all.find(({ resource }) => resource === one.parent)?.name ?? '',
    day: board.day,
    start: board.now === null ? '' : minuteFace(Math.ceil(board.now / 15) * 15),
    bookings: one.spans
      .filter(({ what }) => what === 'in' || what === 'confirmed' || what === 'held')
      .map((span) => ({
        ...span,
        span: spanText(span),
        who: span.name ?? span.code ?? '',
        stateKey: `book.state.${span.what}`,
      })),
    moves: [
      { key: 'seats.move.left', sign: '←', ...place(stepped(map, -STEP, 0)) },
      { key: 'seats.move.up', sign: '↑', ...place(stepped(map, 0, -STEP)) },
      { key: 'seats.move.down', sign: '↓', ...place(stepped(map, 0, STEP)) },
      { key: 'seats.move.right', sign: '→', ...place(stepped(map, STEP, 0)) },
    ],
  }
}
