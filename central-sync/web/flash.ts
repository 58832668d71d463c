/**
 * What a form's command answered, kept for the one page that shows it: the words of success, or the refusal with what
 * was typed. In memory only; secrets typed into a form are not kept.
 */
import { randomBytes } from 'node:crypto'
import { toBase64Url } from '../protocol/hash.ts'
import type { Refusal } from '../protocol/refusal.ts'
import { type Instant, MINUTE_MS } from '../protocol/time.ts'
import type { FormFields, Words } from './port.ts'

const KEPT_MS = 10 * MINUTE_MS
const KEPT_MAX = 1_000
const SECRET_NAME = /pin|password|secret|code$/i

export interface UndoOffer {
  readonly command: string
  readonly fields: Readonly<Record<string, string>>
}

export type Flash =
  | {
      readonly kind: 'done'
      readonly command: string
      readonly words: Words | undefined
      readonly output: unknown
      readonly undo: UndoOffer | undefined
    }
  | {
      readonly kind: 'refused'
      readonly command: string
      readonly refusal: Refusal
      readonly values: Readonly<Record<string, readonly string[]>>
    }

export class FlashShelf {
  readonly #kept = new Map<string, { flash: Flash; until: Instant }>()

  /** Returns the token for the cookie. */
  put(flash: Flash, now: Instant): string {
    for (const [token, { until }] of this.#kept) {
      if (until > now && this.#kept.size < KEPT_MAX) break
      this.#kept.delete(token)
    }
    const token = toBase64Url(randomBytes(24))
    this.#kept.set(token, { flash, until: now + KEPT_MS })
    return token
  }

  /** Once only. */
  take(token: string | undefined, now: Instant): Flash | undefined {
    if (token === undefined) return undefined
    const entry = this.#kept.get(token)
    this.#kept.delete(token)
    return entry !== undefined && entry.until > now ? entry.flash : undefined
  }
}

/** What was typed, without secrets and without the floor's own fields. */
export function valuesToKeep(fields: FormFields): Record<string, readonly string[]> {
  return Object.fromEntries([...fields].filter(([name]) => !name.startsWith('_') && !SECRET_NAME.test(name)))
}
