/** Invented floors: rows of desks with a window side, booths for calls, rooms whose seats can be booked one by one, a room for children. */
import type { ResourceKind } from '../../central-sync/protocol/event/booking.ts'

export interface InventedPlace {
  readonly kind: ResourceKind
  readonly name: string
  /** Name of the room it stands in. */
  readonly inside?: string
  readonly monitor: boolean
  readonly standing: boolean
  readonly accessible: boolean
  readonly quiet: boolean
  readonly capacity: number
  readonly map: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
}

const PLAIN = { monitor: false, standing: false, accessible: false, quiet: false, capacity: 1 }
const ROW = 8

/** `seats` desks in rows of eight, and what stands around them. Rooms come before the seats inside them. */
export function inventFloor(seats: number, booths: number, rooms: number): InventedPlace[] {
  return [
    ...Array.from({ length: seats }, (_, index) => desk(index)),
    ...Array.from({ length: booths }, (_, index) => booth(index)),
    ...Array.from({ length: rooms }, (_, index) => room(index)).flat(),
    { ...PLAIN, kind: 'nursery', name: '託児室', capacity: 12, map: { x: 690, y: 660, w: 290, h: 310 } },
  ]
}

function desk(index: number): InventedPlace {
  const [row, place] = [Math.floor(index / ROW), index % ROW]
  const letter = String.fromCodePoint(65 + row)
  return {
    ...PLAIN,
    kind: 'seat',
    name: `${letter}-${place + 1}`,
    monitor: place % 2 === 0,
    standing: row === 2 && place >= 6,
    accessible: row === 0 && place === 0,
    quiet: row >= 3,
    map: { x: 30 + place * 76 + (place >= 4 ? 20 : 0), y: 40 + row * 118, w: 62, h: 70 },
  }
}

function booth(index: number): InventedPlace {
  const map = { x: 30 + index * 120, y: 690, w: 100, h: 120 }
  return { ...PLAIN, kind: 'booth', name: `電話ブース${index + 1}`, quiet: true, map }
}

function room(index: number): InventedPlace[] {
  const [name, y] = [['すずらん', 'りんどう'][index] ?? `会議室${index + 1}`, 40 + index * 300]
  const inside = (seat: number): InventedPlace => ({
    ...PLAIN,
    kind: 'seat',
    name: `${name}-${seat + 1}`,
    inside: name,
    map: { x: 710 + (seat % 2) * 150, y: y + 95 + Math.floor(seat / 2) * 85, w: 62, h: 62 },
  })
  return [
    { ...PLAIN, kind: 'room', name, monitor: true, capacity: 8, map: { x: 690, y, w: 290, h: 270 } },
    ...[0, 1, 2, 3].map(inside),
  ]
}
