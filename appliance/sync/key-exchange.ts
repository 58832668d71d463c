/**
 * Data keys travel beside the journal, each sealed to its receiver: those of this centre's workers go up, those of people
 * who were introduced here come down. A received key is stored before anything is read with it.
 */
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import { isIdentifier, type KeyId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { openSealed, sealTo } from '../../central-sync/protocol/signing-key.ts'
import { CARD_KEY_INFO } from '../../central-sync/protocol/wire/enrolment.ts'
import { KEY_PARCEL_INFO, type KeyUpload, keyDownload, PIN_PARCEL_INFO } from '../../central-sync/protocol/wire/sync.ts'
import { type HubDoor, jsonIn } from './hub-door.ts'
import { KEYS_DOWN_NOTE, KEYS_UP_NOTE, PINS_UP_NOTE, readCursor } from './hub-pin.ts'

const PAGE = 500

export interface KeyExchangeOptions {
  readonly secrets: SecretStore
  readonly door: HubDoor
  readonly site: string
  readonly hubBoxKey: string
}

export interface KeysReceived {
  readonly dataKeys: number
  /** The network's card key is new here. */
  readonly cardKey: boolean
}

export class KeyExchange {
  readonly #options: KeyExchangeOptions

  constructor(options: KeyExchangeOptions) {
    this.#options = options
  }

  /** Sends the keys of this centre's workers that the hub has not got. Keys of staff and of children never leave. */
  async sendUp(signal: AbortSignal): Promise<Refusal | undefined> {
    const { secrets, hubBoxKey } = this.#options
    for (;;) {
      const cursor = await readCursor(secrets, KEYS_UP_NOTE)
      const keys = secrets.keys.after(cursor, PAGE)
      const last = keys.at(-1)
      if (last === undefined) return undefined
      const parcels = keys
        .filter(({ origin, subject }) => origin === 'minted' && isIdentifier('worker', subject))
        .map(({ id, subject, key }) => ({ key: id, subject, box: sealTo(key, hubBoxKey, KEY_PARCEL_INFO) }))
      if (parcels.length > 0) {
        const answer = await this.#post({ parcels }, signal)
        if (isRefusal(answer)) return answer
      }
      await secrets.notes.set(KEYS_UP_NOTE, String(last.n))
    }
  }

  /** Newest PIN that is set. Asked before the journal is sent, so that every worker up to it is registered at the hub. */
  async newestPin(): Promise<number> {
    return this.#options.secrets.verifiers.newestPin()
  }

  /** Sends workers' PIN verifiers up to number `upTo` that the hub has not got: they travel on with introductions. */
  async sendPinsUp(upTo: number, signal: AbortSignal): Promise<Refusal | undefined> {
    const { secrets, hubBoxKey } = this.#options
    for (;;) {
      const cursor = await readCursor(secrets, PINS_UP_NOTE)
      const found = (await secrets.verifiers.pinsAfter(cursor, PAGE)).filter(({ n }) => n <= upTo)
      const last = found.at(-1)
      if (last === undefined) return undefined
      const pins = found
        .filter(({ subject }) => isIdentifier('worker', subject))
        .map(({ subject, verifier }) => {
          return { subject, box: sealTo(Buffer.from(verifier, 'utf8'), hubBoxKey, PIN_PARCEL_INFO) }
        })
      if (pins.length > 0) {
        const answer = await this.#post({ parcels: [], pins }, signal)
        if (isRefusal(answer)) return answer
      }
      await secrets.notes.set(PINS_UP_NOTE, String(last.n))
    }
  }

  #post(upload: KeyUpload, signal: AbortSignal): Promise<Buffer | Refusal> {
    const { door, site } = this.#options
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.from(JSON.stringify(upload))
    return door.send({ method: 'POST', path: `/sync/v1/keys/${site}`, body, headers, signal })
  }

  /** The hub was put back from an older copy: what it once confirmed may be gone, and its numbers begin anew. */
  async beginAgain(): Promise<void> {
    const { notes } = this.#options.secrets
    for (const note of [KEYS_UP_NOTE, KEYS_DOWN_NOTE, PINS_UP_NOTE]) await notes.remove(note)
  }

  async takeDown(signal: AbortSignal): Promise<KeysReceived | Refusal> {
    const { secrets, door, site } = this.#options
    let dataKeys = 0
    let cardKey = false
    for (;;) {
      const cursor = await readCursor(secrets, KEYS_DOWN_NOTE)
      const answer = await door.send({ method: 'GET', path: `/sync/v1/keys/${site}?after=${cursor}`, signal })
      if (isRefusal(answer)) return answer
      const json = jsonIn(answer)
      if (isRefusal(json)) return json
      const parsed = keyDownload.safeParse(json.value)
      if (!parsed.success) return refuse('PROTO', 'keys')
      const offered = parsed.data.cardKey
      if (offered !== undefined) cardKey = (await this.takeCardKey(offered)) || cardKey
      const { parcels } = parsed.data
      const last = parcels.at(-1)
      if (last === undefined) return { dataKeys, cardKey }
      const opened = parcels.flatMap(({ key, subject, box }) => {
        const plain = openSealed(box, secrets.identity.box, KEY_PARCEL_INFO)
        return plain?.length === 32 && isIdentifier('key', key) ? [{ id: key as KeyId, subject, key: plain }] : []
      })
      await secrets.keys.receive(opened)
      await secrets.notes.set(KEYS_DOWN_NOTE, String(last.n))
      dataKeys += opened.length
    }
  }

  /** True when this version of the network's card key is new here. */
  async takeCardKey({ version, box }: { version: number; box: string }): Promise<boolean> {
    const { cardKeys, identity } = this.#options.secrets
    if (cardKeys.all().some((known) => known.version === version)) return false
    const key = openSealed(box, identity.box, CARD_KEY_INFO)
    if (key?.length !== 32) return false
    await cardKeys.add(version, key)
    return true
  }
}
