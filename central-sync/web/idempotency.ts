/**
 * The same command with the same key runs once. Answers are remembered per actor and command; a second request that
 * arrives while the first still runs waits for its answer.
 */

import { sha256, toBase64Url } from '../protocol/hash.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../protocol/refusal.ts'
import type { Instant } from '../protocol/time.ts'
import type { Actor, WebMemory } from './port.ts'

const KEY = /^[\x21-\x7e]{8,128}$/

/** These say "not now": the same key may be tried again and must run. */
const TRANSIENT: ReadonlySet<RefusalCode> = new Set([
  'busy',
  'commit_not_confirmed',
  'disk_full',
  'rate_limited',
  'unreachable',
])

export type Answer = { readonly output: unknown } | { readonly refusal: Refusal }

export interface Attempt {
  readonly scope: string
  readonly key: string
  readonly fingerprint: string
  readonly now: Instant
}

/** The `Idempotency-Key` of a request, or why it is not one. */
export function readKey(header: string | undefined): string | Refusal {
  if (header === undefined || header === '') return refuse('idempotency_key_missing')
  return KEY.test(header) ? header : refuse('malformed', 'Idempotency-Key')
}

/** Keys of different people never meet. */
export function scopeOf(command: string, actor: Actor): string {
  const who = actor.kind === 'staff' ? actor.staff : actor.kind === 'worker' ? actor.worker : 'nobody'
  return `${command} ${who}`
}

/** Digest of what was asked; object keys in any order give the same one. */
export function fingerprintOf(input: unknown): string {
  return toBase64Url(sha256(JSON.stringify(sorted(input)) ?? 'undefined'))
}

/**
 * What a handler may know a repeat by: the same person, command, key and content, and nothing that could be read back.
 */
export function requestKeyOf({ scope, key, fingerprint }: Omit<Attempt, 'now'>): string {
  return toBase64Url(sha256(JSON.stringify([scope, key, fingerprint])))
}

export class AnswerDesk {
  readonly #memory: WebMemory['idempotency']
  readonly #running = new Map<string, { fingerprint: string; answer: Promise<Answer> }>()

  constructor(memory: WebMemory['idempotency']) {
    this.#memory = memory
  }

  /** The remembered answer, or the one of `run` now. Refusal `idempotency_key_reused` when the content differs. */
  async answer(attempt: Attempt, run: () => Promise<unknown>): Promise<Answer> {
    const slot = `${attempt.scope} ${attempt.key}`
    const other = this.#running.get(slot)
    if (other !== undefined) return other.fingerprint === attempt.fingerprint ? other.answer : reused()
    const answer = this.#recallOrRun(attempt, run)
    this.#running.set(slot, { fingerprint: attempt.fingerprint, answer })
    try {
      return await answer
    } finally {
      this.#running.delete(slot)
    }
  }

  async #recallOrRun(attempt: Attempt, run: () => Promise<unknown>): Promise<Answer> {
    const { scope, key, fingerprint, now } = attempt
    const kept = await this.#memory.find(scope, key)
    if (kept !== undefined) return kept.fingerprint === fingerprint ? (JSON.parse(kept.answer) as Answer) : reused()
    const answer = toAnswer(await run())
    if ('output' in answer || !TRANSIENT.has(answer.refusal.refused))
      await this.#memory.keep(scope, key, fingerprint, JSON.stringify(answer), now)
    return answer
  }
}

export function toAnswer(result: unknown): Answer {
  return isRefusal(result) ? { refusal: result } : { output: result ?? {} }
}

function reused(): Answer {
  return { refusal: refuse('idempotency_key_reused') }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
