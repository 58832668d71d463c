/** Sealed parts as a projection keeps them, and how they are opened again. */
import { z } from 'zod'
import type { StoredEntry, Unsealer } from '../../central-sync/journal/port.ts'
import { eventId } from '../../central-sync/protocol/identifier.ts'
import { sealedPart } from '../../central-sync/protocol/sealed.ts'

const kept = z.object({
  id: eventId,
  t: z.string(),
  v: z.number(),
  sub: z.string().optional(),
  x: sealedPart.optional(),
})

/** What is needed to open the sealed part again; NULL when the entry came without it. */
export function sheetOf({ id, t, v, sub, x }: StoredEntry): string | null {
  return x === undefined ? null : JSON.stringify({ id, t, v, sub, x })
}

/** The plain content; undefined once the key is destroyed, or when it is not what was expected. */
export function openSheet<T>(unsealer: Unsealer, text: string | null, schema: z.ZodType<T>): T | undefined {
  if (text === null) return undefined
  const sealed = kept.safeParse(JSON.parse(text))
  if (!sealed.success) return undefined
  const opened = schema.safeParse(unsealer.open(sealed.data))
  return opened.success ? opened.data : undefined
}
