/** Rows of the childcare answers as pages show them. Pure. */
import type { z } from 'zod'
import { type RefusalCode, refusals } from '../../../central-sync/protocol/refusal.ts'
import type { Words } from '../../../central-sync/web/port.ts'
import type { careConflictRow, careLevel, careRow } from '../../http/shape-care-rows.ts'
import { careWords } from '../words/care-words.ts'
import { writeMinute, writeSpan } from './write-minute.ts'

export type Values = Readonly<Record<string, string | number>>

/** Words with their values put in: for texts that are decided before the page is drawn. */
export function fillWords({ ja, en }: Words, values: Values): Words {
  // Names are data: braces inside one must not become markup of the words.
  const clean = (value: string | number) => String(value).replace(/[{}|]/g, ' ')
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (all, name: string) => (values[name] === undefined ? all : clean(values[name])))
  return { ja: fill(ja), en: fill(en) }
}

/** The sentence of a refusal code; undefined for none or an unknown one. */
export function wordsOfCode(code: string | null): Words | undefined {
  const text = code === null ? undefined : refusals.get(code as RefusalCode)
  return text === undefined ? undefined : { ja: text.ja, en: text.en }
}

/** A level in words: how many carers are missing, else what the rule says. `full`: not one more child of any age. */
export function stateWords(
  level: z.infer<typeof careLevel>,
  code: string | null,
  { lacking, full }: { readonly lacking: number; readonly full: boolean },
): Words {
  if (level === 'amber' && full) return careWords['care.now.state.full']
  if (level !== 'red') return careWords[`care.now.state.${level}`]
  if (lacking > 0) return fillWords(careWords['care.now.state.short'], { count: lacking })
  return wordsOfCode(code) ?? careWords['care.now.state.red']
}

const CHIPS: Readonly<Record<string, string>> = {
  confirmed: 'chip-key',
  in: 'chip-good',
  held: 'chip-warn',
  no_show: 'chip-warn',
}

export function bookingView(one: z.infer<typeof careRow>) {
  return {
    ...one,
    shownName: one.callName === '' ? one.name : one.callName,
    span: writeSpan(one.start, one.end),
    chip: CHIPS[one.state] ?? '',
    open: one.state === 'confirmed' || one.state === 'held',
    movable: one.state === 'confirmed' || one.state === 'in',
    ready: one.state === 'confirmed',
  }
}

const CLOSED: ReadonlySet<string> = new Set(['resource_closed', 'closed_then', 'outside_hours'])

/** A stretch that cannot be kept, with the bookings in it. */
export function conflictView(one: z.infer<typeof careConflictRow>) {
  return {
    ...one,
    span: writeSpan(one.start, one.end),
    from: writeMinute(one.start),
    to: writeMinute(one.end),
    why: wordsOfCode(one.code) ?? { ja: '', en: '' },
    lacking: Math.max(0, one.needStaff - one.staff),
    // More carers would not open the room.
    mayAdd: !CLOSED.has(one.code),
    cares: one.cares.map(bookingView),
  }
}
