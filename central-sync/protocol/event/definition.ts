/** How an event type is declared: its version, who may write it, what it says, and what in it is personal. */
import type { z } from 'zod'

export type Author = 'centre' | 'hub' | 'either'

export interface EventDefinition<D = unknown, P = unknown> {
  readonly type: string
  readonly version: number
  readonly author: Author
  readonly data: z.ZodType<D>
  /** A quick yes for common content, without copying it. Never says yes where `data` would not. */
  readonly fits?: (data: unknown) => boolean
  /** Fields sealed under the subject's data key; absent when the event carries nothing personal. */
  readonly personal?: z.ZodType<P>
}

export type DataOf<E> = E extends EventDefinition<infer D, unknown> ? D : never
export type PersonalOf<E> = E extends EventDefinition<unknown, infer P> ? P : never

export function defineEvent<D, P = never>(definition: EventDefinition<D, P>): EventDefinition<D, P> {
  return Object.freeze(definition)
}
