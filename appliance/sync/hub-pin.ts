/** The hub this centre joined: where it is, and the identity it is known by. Kept beside the secrets, not in settings. */
import { z } from 'zod'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'

const pinSchema = z.strictObject({
  /** With the mount prefix, without a slash at the end. */
  url: z.string().max(300),
  signingKey: z.string().max(64),
  boxKey: z.string().max(64),
})
export type HubPin = z.infer<typeof pinSchema>

const NOTE = 'hub'

export async function readHubPin(secrets: SecretStore): Promise<HubPin | undefined> {
  const text = await secrets.notes.get(NOTE)
  return text === undefined ? undefined : pinSchema.parse(JSON.parse(text))
}

/** Another hub begins with nothing sent and nothing received. */
export async function keepHubPin(secrets: SecretStore, pin: HubPin): Promise<void> {
  const before = await readHubPin(secrets)
  if (before?.signingKey !== pin.signingKey) {
    for (const note of [ACKED_NOTE, KEYS_UP_NOTE, KEYS_DOWN_NOTE, PINS_UP_NOTE]) await secrets.notes.remove(note)
  }
  await secrets.notes.set(NOTE, JSON.stringify(pinSchema.parse(pin)))
}

/** The joined hub answers at another address; who it is stays pinned. Nothing happens while no hub was joined. */
export async function moveHub(secrets: SecretStore, url: string): Promise<void> {
  const pin = await readHubPin(secrets)
  if (pin !== undefined && pin.url !== url) await keepHubPin(secrets, { ...pin, url })
}

export const ACKED_NOTE = 'hub.acked'
export const KEYS_UP_NOTE = 'hub.keys.up'
export const KEYS_DOWN_NOTE = 'hub.keys.down'
export const PINS_UP_NOTE = 'hub.pins.up'

export async function readCursor(secrets: SecretStore, note: string): Promise<number> {
  return Number((await secrets.notes.get(note)) ?? '0')
}
