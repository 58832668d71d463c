/**
 * How a command or query of the centre is written down: everything but its handler. The lists in `shape-*.ts` are what
 * pages, forms and API clients build on; `bind` gives a shape its handler.
 */
import { z } from 'zod'
import type { Refusal } from '../../central-sync/protocol/refusal.ts'
import type { Access, Command, Query, RequestContext, Words } from '../../central-sync/web/port.ts'

export interface Shape<I = unknown, O = unknown> {
  readonly name: string
  /** Under `/api/v1`. */
  readonly path: string
  readonly summary: Words
  readonly access: Access
  readonly input: z.ZodType<I>
  readonly output: z.ZodType<O>
  readonly done?: Words
  readonly unrepeatable?: boolean
  readonly remembers?: boolean
  readonly creates?: boolean
  /** Also for a worker who still has to change her first PIN. */
  readonly beforePinChange?: boolean
}

export function shape<I, O>(value: Shape<I, O>): Shape<I, O> {
  return Object.freeze(value)
}

type Handler<I, O> = (input: I, context: RequestContext) => Promise<O | Refusal>

export function bindCommand<I, O>(value: Shape<I, O>, handle: Handler<I, O>): Command<I, O> {
  return { ...value, handle }
}

export function bindQuery<I, O>(value: Shape<I, O>, handle: Handler<I, O>): Query<I, O> {
  const { name, path, summary, access, input, output } = value
  return { name, path, summary, access, input, output, handle }
}

/** Nothing to say but that it was done. */
export const nothing = z.strictObject({})

/** A form sends one value, several, or none for the same field. */
export function listOf<T>(item: z.ZodType<T>, max: number) {
  return z.preprocess((value) => {
    if (value === undefined || value === '') return []
    return Array.isArray(value) ? value : [value]
  }, z.array(item).max(max))
}

/** A form leaves an optional field empty. */
export function blankable<T>(item: z.ZodType<T>) {
  return z.preprocess((value) => (value === '' ? undefined : value), item.optional())
}

/** A checkbox sends `on`, a form `true`, JSON a boolean. */
export const flag = z.preprocess((value) => {
  if (value === 'on' || value === 'true' || value === '1') return true
  if (value === undefined || value === '' || value === 'off' || value === 'false' || value === '0') return false
  return value
}, z.boolean())

/** A whole number: a form sends it as text. */
export function whole<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value),
    schema,
  )
}
