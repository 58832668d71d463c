/**
 * Slows guessing down without ever locking the desk: a place that guesses wrongly has to wait, for that account; the
 * other people at the same desk sign in as before, and a place that has succeeded with an account keeps its own
 * allowance when somebody elsewhere attacks that account.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { type Refusal, refuse } from '../protocol/refusal.ts'

const HOUR_S = 3_600
const FAMILIAR_MAX = 5_000

export interface SignInLimits {
  /** Wrong tries per account from one place within a minute, before a wait. */
  readonly burst: number
  /** Wrong tries per account from one place within an hour. */
  readonly perPlace: number
  /** Wrong tries per account from all places it never succeeded from, within an hour. */
  readonly perAccount: number
  /** Wrong tries from one place over all accounts, within an hour. */
  readonly perRemote: number
}

export const defaultSignInLimits: SignInLimits = { burst: 5, perPlace: 10, perAccount: 10, perRemote: 120 }

export class SignInLimiter {
  readonly #burst: RateLimiterMemory
  readonly #place: RateLimiterMemory
  readonly #account: RateLimiterMemory
  readonly #remote: RateLimiterMemory
  /** Places that have succeeded with an account, oldest first. */
  readonly #familiar = new Set<string>()

  constructor(limits: SignInLimits = defaultSignInLimits) {
    this.#burst = new RateLimiterMemory({ points: limits.burst, duration: 60 })
    this.#place = new RateLimiterMemory({ points: limits.perPlace, duration: HOUR_S })
    this.#account = new RateLimiterMemory({ points: limits.perAccount, duration: HOUR_S })
    this.#remote = new RateLimiterMemory({ points: limits.perRemote, duration: HOUR_S })
  }

  /**
   * Counts one try before its secret is looked at, so that parallel guesses are counted too. Refusal `rate_limited`
   * with `retryAfterS` in its facts, else undefined; a success afterwards gives the points back.
   */
  async begin(account: string, remote: string): Promise<Refusal | undefined> {
    const place = `${account} ${remote}`
    const doors: [RateLimiterMemory, string][] = [
      [this.#burst, place],
      [this.#place, place],
      [this.#remote, remote],
    ]
    if (!this.#familiar.has(place)) doors.push([this.#account, account])
    for (const [limiter, key] of doors) {
      const waitMs = await consume(limiter, key)
      if (waitMs > 0) return tooMany(waitMs)
    }
    return undefined
  }

  async succeeded(account: string, remote: string): Promise<void> {
    const place = `${account} ${remote}`
    await Promise.all([
      this.#burst.delete(place),
      this.#place.delete(place),
      this.#remote.reward(remote, 1),
      this.#familiar.has(place) ? undefined : this.#account.reward(account, 1),
    ])
    this.#familiar.delete(place)
    this.#familiar.add(place)
    const [oldest] = this.#familiar
    if (this.#familiar.size > FAMILIAR_MAX && oldest !== undefined) this.#familiar.delete(oldest)
  }
}

/** A plain allowance per key, for doors that cost work: enrolment, uploads. */
export class Allowance {
  readonly #limiter: RateLimiterMemory

  constructor(points: number, durationS: number) {
    this.#limiter = new RateLimiterMemory({ points, duration: durationS })
  }

  async take(key: string): Promise<Refusal | undefined> {
    const waitMs = await consume(this.#limiter, key)
    return waitMs > 0 ? tooMany(waitMs) : undefined
  }
}

function tooMany(waitMs: number): Refusal {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
  return refuse('rate_limited', undefined, { retryAfterS })
}

/** 0 when there was a point left, else ms to wait. */
async function consume(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key, 1)
    return 0
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext)
    throw error
  }
}
