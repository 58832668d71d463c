/**
 * A day of the room as a drawing and as rows: children who are expected, carers who are needed, carers who are planned.
 * Drawn as SVG with attributes only, because inline styles are not allowed. Pure.
 */
import { writeMinute } from './write-minute.ts'

/** One quarter of an hour of a room, as `childcare.slots` answers it. Counts are people, times wall minutes. */
export interface SlotFacts {
  readonly start: number
  readonly end: number
  readonly children: Readonly<Record<Band, number>>
  readonly total: number
  readonly needStaff: number
  readonly staff: number
  readonly qualified: number
  readonly placesLeft: Readonly<Record<Band, number>>
  readonly level: 'ok' | 'amber' | 'red' | 'closed'
  /** Refusal code of what is missing. */
  readonly code: string | null
}

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly kind: string
}

export interface Mark {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly kind: string
}

export interface DayDrawing {
  readonly width: number
  readonly height: number
  readonly rects: readonly Rect[]
  readonly marks: readonly Mark[]
  readonly lines: readonly { readonly x1: number; readonly x2: number; readonly y1: number; readonly y2: number }[]
  /** Where the second half begins: its title stands there. */
  readonly side: number
  /** Step line of the carers who are planned, as an SVG path. */
  readonly planned: string
}

/** Equal neighbours in one row: 9:00–10:30 with everything that is the same in it. */
export interface DayRow extends SlotFacts {
  readonly from: string
  readonly to: string
  readonly lacking: number
  /** Not one more child of any age. */
  readonly full: boolean
  readonly bands: readonly { readonly count: number; readonly free: number }[]
}

const LEFT = 76
const RIGHT = 12
const PLOT = 632
const TOP = 30
const CHILDREN_HEIGHT = 132
const GAP = 30
const STAFF_HEIGHT = 66
const FOOT = 26

export const BANDS = ['a0', 'a12', 'a3', 'a4'] as const
type Band = (typeof BANDS)[number]

export function drawDay(slots: readonly SlotFacts[]): DayDrawing {
  const step = PLOT / Math.max(1, slots.length)
  const childrenFoot = TOP + CHILDREN_HEIGHT
  const staffFoot = childrenFoot + GAP + STAFF_HEIGHT
  const most = Math.max(4, ...slots.map(({ total }) => total))
  const mostStaff = Math.max(2, ...slots.map(({ staff, needStaff }) => Math.max(staff, needStaff)))
  const rects = slots.flatMap((slot, index) => {
    const place = { x: round(LEFT + index * step), width: round(step) }
    return [
      ...ground(slot, place, staffFoot),
      ...stack(slot, place, CHILDREN_HEIGHT / most, childrenFoot),
      ...need(slot, place, STAFF_HEIGHT / mostStaff, staffFoot),
    ]
  })
  return {
    width: LEFT + PLOT + RIGHT,
    height: staffFoot + FOOT,
    rects,
    marks: [
      ...counts(slots, step, CHILDREN_HEIGHT / most, childrenFoot),
      ...hours(slots, step, staffFoot),
      { x: LEFT - 10, y: childrenFoot - 4, text: '0', kind: 'axis' },
      { x: LEFT - 10, y: TOP + 10, text: String(most), kind: 'axis' },
      { x: LEFT - 10, y: staffFoot - 4, text: '0', kind: 'axis' },
      { x: LEFT - 10, y: childrenFoot + GAP + 10, text: String(mostStaff), kind: 'axis' },
    ],
    lines: [childrenFoot, staffFoot].map((y) => ({ x1: LEFT, x2: LEFT + PLOT, y1: y, y2: y })),
    side: childrenFoot + GAP + 24,
    planned: stepPath(slots, step, STAFF_HEIGHT / mostStaff, staffFoot),
  }
}

/** A pale column behind whatever needs a hand: seen before the numbers are read. */
function ground({ level }: SlotFacts, place: { x: number; width: number }, foot: number): Rect[] {
  if (level === 'ok') return []
  return [{ ...place, y: TOP - 22, height: foot - TOP + 22, kind: `ground-${level}` }]
}

function stack(slot: SlotFacts, place: { x: number; width: number }, unit: number, foot: number): Rect[] {
  let below = 0
  return BANDS.flatMap((band) => {
    const count = slot.children[band]
    if (count === 0) return []
    below += count
    return [{ ...place, y: round(foot - below * unit), height: round(count * unit), kind: `band-${band}` }]
  })
}

function need(
  { needStaff: needed, staff }: SlotFacts,
  place: { x: number; width: number },
  unit: number,
  foot: number,
): Rect[] {
  const covered = Math.min(needed, staff)
  const box = (from: number, to: number, kind: string) =>
    to > from ? [{ ...place, y: round(foot - to * unit), height: round((to - from) * unit), kind }] : []
  return [...box(0, covered, 'needed'), ...box(covered, needed, 'lacking')]
}

/** The number of children above the bars, wherever it changes. */
function counts(slots: readonly SlotFacts[], step: number, unit: number, foot: number): Mark[] {
  return runsOf(slots, ({ total }) => String(total)).flatMap(({ first, last, slot }) => {
    const children = slot.total
    if (children === 0) return []
    const x = round(LEFT + ((first + last + 1) / 2) * step)
    return [{ x, y: round(foot - children * unit - 5), text: String(children), kind: 'count' }]
  })
}

function hours(slots: readonly SlotFacts[], step: number, foot: number): Mark[] {
  const marks = slots.flatMap(({ start }, index) =>
    start % 60 === 0 ? [{ x: round(LEFT + index * step), y: foot + 18, text: String(start / 60), kind: 'hour' }] : [],
  )
  const end = slots.at(-1)?.end ?? 0
  return end % 60 === 0 ? [...marks, { x: LEFT + PLOT, y: foot + 18, text: String(end / 60), kind: 'hour' }] : marks
}

function stepPath(slots: readonly SlotFacts[], step: number, unit: number, foot: number): string {
  return runsOf(slots, ({ staff }) => String(staff))
    .map(({ first, last, slot }, index) => {
      const y = round(foot - slot.staff * unit)
      return `${index === 0 ? 'M' : 'L'}${round(LEFT + first * step)} ${y}L${round(LEFT + (last + 1) * step)} ${y}`
    })
    .join('')
}

export function rowsOfDay(slots: readonly SlotFacts[]): DayRow[] {
  return runsOf(slots, ({ start: _start, end: _end, ...rest }) => JSON.stringify(rest)).map(({ slot, last }) => {
    const end = slots[last]?.end ?? slot.end
    return {
      ...slot,
      end,
      from: writeMinute(slot.start),
      to: writeMinute(end),
      lacking: Math.max(0, slot.needStaff - slot.staff),
      full: BANDS.every((band) => slot.placesLeft[band] === 0),
      bands: BANDS.map((band) => ({ count: slot.children[band], free: slot.placesLeft[band] })),
    }
  })
}

interface Run {
  readonly first: number
  readonly last: number
  readonly slot: SlotFacts
}

function runsOf(slots: readonly SlotFacts[], keyOf: (slot: SlotFacts) => string): Run[] {
  const runs: { first: number; last: number; slot: SlotFacts; key: string }[] = []
  for (const [index, slot] of slots.entries()) {
    const key = keyOf(slot)
    const open = runs.at(-1)
    const touches = open !== undefined && slots[index - 1]?.end === slot.start
    if (open !== undefined && touches && open.key === key) open.last = index
    else runs.push({ first: index, last: index, slot, key })
  }
  return runs
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
