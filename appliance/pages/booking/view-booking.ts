/** How bookings and times are written on pages. Pure. */
import { z } from 'zod'
import type { ResourceAttributes, ResourceKind } from '../../../central-sync/protocol/event/booking.ts'
import { type CalendarDay, calendarDay, minuteFace } from '../../../central-sync/protocol/time.ts'
import type { RequestContext, Words } from '../../../central-sync/web/port.ts'
import { pickWords, writeReading } from '../../../central-sync/web/write-text.ts'
import { wallClock } from '../../http/shape-booking-rows.ts'

/** A malformed day or time in an address is none. */
export const dayAsked = calendarDay.optional().catch(undefined)
export const clockAsked = wallClock.optional().catch(undefined)
export const textAsked = z.string().trim().max(100).catch('').default('')

export interface Option {
  readonly value: string
  readonly label: string
  readonly checked?: boolean
}

/** `9:00–12:00`. */
export function spanText({ start, end }: { readonly start: number; readonly end: number }): string {
  return `${minuteFace(start)}–${minuteFace(end)}`
}

const STEP_MIN = 15

/** Quarter hours of a span, both ends included, written as they are sent. A value outside is added, so that it is kept. */
export function clockOptions(span: { readonly start: number; readonly end: number }, chosen: number): Option[] {
  const count = Math.max(0, Math.floor((span.end - span.start) / STEP_MIN))
  const minutes = Array.from({ length: count + 1 }, (_, index) => span.start + index * STEP_MIN)
  const all = [...new Set([...minutes, chosen])].sort((a, b) => a - b)
  return all.map((minute) => {
    const label = minuteFace(minute)
    return { value: label, label, checked: minute === chosen }
  })
}

export interface BookingFacts {
  readonly booking: string
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly state: string
  readonly resourceName: string
}

export function bookingView<B extends BookingFacts>(row: B) {
  return {
    ...row,
    span: spanText(row),
    startText: minuteFace(row.start),
    endText: minuteFace(row.end),
    stateKey: `book.state.${row.state}`,
  }
}

/** One that was given back, to be made again with one press: with its child's place when that went too. */
export function goneView<B extends BookingFacts & { readonly child: string | null; readonly placeStands: boolean }>(
  row: B,
  pairCommand: string,
) {
  return { ...bookingView(row), asPair: row.child !== null && !row.placeStands ? pairCommand : '' }
}

const ATTRIBUTES = [
  'monitor',
  'standing',
  'accessible',
  'quiet',
] as const satisfies readonly (keyof ResourceAttributes)[]

/** Word keys of what a seat has, for the page's templates. */
export function attributeKeys(attrs: ResourceAttributes): string[] {
  return ATTRIBUTES.filter((name) => attrs[name]).map((name) => `seats.attr.${name}`)
}

export const KINDS = ['seat', 'booth', 'room'] as const satisfies readonly ResourceKind[]

/** Choices in the reader's words; a choice of the browser cannot show ruby. */
export function optionsOf(
  values: readonly string[],
  wordsOf: (value: string) => Words,
  { language }: Pick<RequestContext, 'language'>,
  chosen?: string,
): Option[] {
  return values.map((value) => {
    const text = pickWords(wordsOf(value), language)
    return { value, label: language === 'easy' ? writeReading(text) : text, checked: value === chosen }
  })
}

/** An address below the centre with the given parameters; what is empty is left out. */
export function address(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== '') query.set(name, String(value))
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

const collator = new Intl.Collator('ja', { numeric: true })

/** 窓ぎわ 2 before 窓ぎわ 10, as people count. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return collator.compare(a.name, b.name)
}

interface Place {
  readonly resource: string
  readonly name: string
  readonly parent: string | null
}

/** Her usual places first, most frequent before; then those that block no room; then by name. */
export function bySuitability(usual: readonly string[]): (a: Place, b: Place) => number {
  const rank = ({ resource }: Place) => usual.filter((one) => one === resource).length
  return (a, b) => rank(b) - rank(a) || Number(a.parent !== null) - Number(b.parent !== null) || byName(a, b)
}
