/** A floor as a drawing: boxes with a name, a state in words and a shape, so that colour is never alone. Pure. */
import type { MapBox, ResourceKind } from '../../../central-sync/protocol/event/booking.ts'

/** Units of the drawing: a plan of 16 to 9. */
export const MAP_WIDTH = 1_600
export const MAP_HEIGHT = 900
const THOUSAND = 1_000
/** Distance to which positions snap, in thousandths. */
export const SNAP = 10
/** As large as a seat holds: half of this is what stands on a screen of a desk. */
const FONT = 30
const STATE_FONT = 26
const SMALL_FONT = 26
const PADDING = 8

export interface SpotFacts {
  readonly resource: string
  readonly name: string
  readonly kind: ResourceKind
  readonly map: MapBox
}

export interface Spot {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** The name, cut to what fits; the whole name is the title. */
  readonly label: string
  /** What stands before the number when the name is too long for one line: `窓ぎわ` above `12`. */
  readonly above: string
  readonly aboveY: number
  readonly textX: number
  readonly textY: number
  readonly stateX: number
  readonly stateY: number
  /** There is room for the second line. */
  readonly twoLines: boolean
}

export function drawSpot({ name, kind, map }: SpotFacts): Spot {
  const x = (map.x * MAP_WIDTH) / THOUSAND
  const y = (map.y * MAP_HEIGHT) / THOUSAND
  const width = Math.max(40, (map.w * MAP_WIDTH) / THOUSAND)
  const height = Math.max(40, (map.h * MAP_HEIGHT) / THOUSAND)
  // A room has seats standing in it: its name keeps to the corner.
  const corner = kind === 'room' || kind === 'nursery'
  const twoLines = height >= FONT + STATE_FONT + PADDING * 2
  const lines = linesOf(name, (width - PADDING) / FONT, (width - PADDING) / SMALL_FONT, !corner && twoLines)
  const lift = lines.above === '' ? 0 : SMALL_FONT / 2
  const middle = y + height / 2 + lift
  return {
    x: round(x),
    y: round(y),
    width: round(width),
    height: round(height),
    ...lines,
    aboveY: round(middle - FONT - 4),
    textX: round(corner ? x + PADDING * 1.5 : x + width / 2),
    textY: round(corner ? y + FONT + PADDING / 2 : twoLines ? middle - 3 : middle + FONT * 0.35),
    stateX: round(corner ? x + PADDING * 1.5 : x + width / 2),
    stateY: round(corner ? y + FONT + STATE_FONT + PADDING : middle + STATE_FONT + 3),
    twoLines,
  }
}

/** A long name that ends in a number keeps its number: that is what people look for. */
function linesOf(name: string, ems: number, smallEms: number, split: boolean): Pick<Spot, 'label' | 'above'> {
  const match = /^(.*?)\s*(\d+)$/.exec(name.normalize('NFKC'))
  if (match === null || textWidth(name) <= ems) return { label: cutText(name, ems), above: '' }
  const [, before = '', number = ''] = match
  return split ? { label: number, above: cutText(before, smallEms) } : { label: `…${number}`, above: '' }
}

/** At most `ems` full widths; Latin letters and digits count half. */
export function cutText(text: string, ems: number): string {
  let used = 0
  let kept = ''
  for (const character of text) {
    used += widthOf(character)
    if (used > ems) return `${kept.trimEnd()}…`
    // Room for the dots that say there is more.
    if (used <= ems - 1 || textWidth(text) <= ems) kept += character
  }
  return kept
}

function textWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + widthOf(character), 0)
}

function widthOf(character: string): number {
  return /[\u0020-\u007e\uff61-\uff9f]/.test(character) ? 0.6 : 1
}

const COLUMN = 98
const ROW = 150
const LEFT = 12
const TOP = 14
const SIZE = {
  seat: { w: 86, h: 124 },
  booth: { w: 86, h: 124 },
  room: { w: 184, h: 274 },
  nursery: { w: 184, h: 274 },
}

/** The first place of the plan where a new one does not cover another: left to right, top to bottom. */
export function nextPlace(taken: readonly MapBox[], kind: ResourceKind): MapBox {
  const { w, h } = SIZE[kind]
  for (let y = TOP; y + h <= THOUSAND; y += ROW) {
    for (let x = LEFT; x + w <= THOUSAND; x += COLUMN) {
      const box = { x, y, w, h }
      if (!taken.some((other) => overlaps(box, other))) return box
    }
  }
  return { x: LEFT, y: TOP, w, h }
}

function overlaps(a: MapBox, b: MapBox): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

/** `窓ぎわ 12` → `窓ぎわ 13`; a name without a number gets none. */
export function nextName(name: string): string {
  const match = /^(.*?)(\d+)(\D*)$/.exec(name.normalize('NFKC'))
  if (match === null) return ''
  const [, before = '', digits = '', after = ''] = match
  return `${before}${String(Number(digits) + 1).padStart(digits.length, '0')}${after}`
}

/** The plan as far down as anything stands on it: less to scroll over. */
export function heightOf(boxes: readonly MapBox[]): number {
  const lowest = Math.max(300, ...boxes.map(({ y, h }) => y + h + 15))
  return Math.min(MAP_HEIGHT, Math.round((lowest * MAP_HEIGHT) / THOUSAND))
}

/** One step of the arrows, kept on the plan. */
export function stepped(map: MapBox, dx: number, dy: number): MapBox {
  return {
    ...map,
    x: Math.min(THOUSAND - map.w, Math.max(0, map.x + dx)),
    y: Math.min(THOUSAND - map.h, Math.max(0, map.y + dy)),
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
