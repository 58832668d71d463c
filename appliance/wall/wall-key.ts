/**
 * The secret address of the screen in the foyer. Nobody signs in there, and a staff session left open in a foyer would
 * open every page of the centre; so the address itself is the key, opens this one page only and can be changed.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import { sha256, toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'

const NOTE = 'wall'
const KEY_BYTES = 32

export class WallKey {
  readonly #notes: SecretStore['notes']
  readonly #clock: Clock

  constructor(notes: SecretStore['notes'], clock: Clock) {
    this.#notes = notes
    this.#clock = clock
  }

  /** A new key, 43 characters; the old one ends. Only its digest is kept, so it can be shown this once. */
  async issue(): Promise<string> {
    const key = toBase64Url(randomBytes(KEY_BYTES))
    await this.#notes.set(NOTE, `${this.#clock.now()} ${digestOf(key)}`)
    return key
  }

  async revoke(): Promise<void> {
    await this.#notes.remove(NOTE)
  }

  /** When the present key was made; undefined without one. */
  async issuedAt(): Promise<Instant | undefined> {
    const kept = await this.#notes.get(NOTE)
    return kept === undefined ? undefined : Number(kept.split(' ')[0])
  }

  async fits(key: string): Promise<boolean> {
    const digest = (await this.#notes.get(NOTE))?.split(' ')[1]
    if (digest === undefined || key === '') return false
    const [expected, given] = [Buffer.from(digest), Buffer.from(digestOf(key))]
    return expected.length === given.length && timingSafeEqual(expected, given)
  }
}

function digestOf(key: string): string {
  return toBase64Url(sha256(key))
}
