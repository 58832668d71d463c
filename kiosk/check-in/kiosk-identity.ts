/**
 * Who this kiosk is: its keys, its id, the appliance's pinned keys and the card keys. One 0600 file; whoever can read it
 * is this kiosk. Beside it a counter of process starts, which tells the records of two starts apart.
 */
import { hkdfSync } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { CARD_KEY_BYTES, type CardKey } from '../../central-sync/protocol/card.ts'
import { fromBase64Url, toBase64Url } from '../../central-sync/protocol/hash.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { type KeyPair, openSealed } from '../../central-sync/protocol/signing-key.ts'
import { instant } from '../../central-sync/protocol/time.ts'
import { careKey } from '../../central-sync/protocol/wire/care.ts'
import { CARD_KEY_INFO } from '../../central-sync/protocol/wire/enrolment.ts'
import { readIfThere, replaceFile } from './durable-file.ts'

const keyPair = z.strictObject({ publicKey: z.string(), secret: z.string() })

const kioskIdentity = z.strictObject({
  version: z.literal(1),
  device: identifier('device'),
  site: z.string(),
  label: z.string(),
  place: z.string(),
  own: z.strictObject({ signing: keyPair, box: keyPair }),
  /** Pinned at enrolment: every welcome of the channel must be signed by it. */
  server: z.strictObject({ signingKey: z.string(), boxKey: z.string() }),
  cardKeys: z.array(z.strictObject({ version: z.number().int().min(0), key: z.string() })),
  enrolledAt: instant,
})
export type KioskIdentity = z.infer<typeof kioskIdentity>

const IDENTITY_FILE = 'identity.json'
const BOOT_FILE = 'boot'

/** The identity in this folder; undefined before enrolment. A file that is there but unreadable is thrown by name. */
export async function readKioskIdentity(dir: string): Promise<KioskIdentity | undefined> {
  const bytes = await readIfThere(join(dir, IDENTITY_FILE))
  return bytes === undefined ? undefined : kioskIdentity.parse(JSON.parse(bytes.toString('utf8')))
}

export async function writeKioskIdentity(dir: string, identity: KioskIdentity): Promise<void> {
  await replaceFile(join(dir, IDENTITY_FILE), `${JSON.stringify(identity, null, 2)}\n`)
}

/** Counts this process start; the number is on the disk before it is used in any record. From 1. */
export async function nextBoot(dir: string): Promise<number> {
  const text = (await readIfThere(join(dir, BOOT_FILE)))?.toString('utf8').trim() ?? '0'
  if (!/^\d{1,9}$/.test(text)) throw new Error(`the boot counter of the kiosk is damaged: ${join(dir, BOOT_FILE)}`)
  const boot = Number(text) + 1
  await replaceFile(join(dir, BOOT_FILE), `${boot}\n`)
  return boot
}

/** The card keys of this kiosk, newest last; a tap carries a digest under at most the two newest. */
export function cardKeysOf(identity: KioskIdentity): readonly CardKey[] {
  return identity.cardKeys
    .map(({ version, key }) => ({ version, key: fromBase64Url(key) }))
    .sort((a, b) => a.version - b.version)
    .slice(-2)
}

/** Card keys as the appliance sends them: boxes sealed to this kiosk. A box that does not open is left out. */
export function openCardKeys(
  boxes: readonly { readonly version: number; readonly box: string }[],
  own: KeyPair,
): KioskIdentity['cardKeys'] {
  return boxes.flatMap(({ version, box }) => {
    const key = openSealed(box, own, CARD_KEY_INFO)
    return key?.length === CARD_KEY_BYTES ? [{ version, key: toBase64Url(key) }] : []
  })
}

/** Key between this kiosk and its appliance for what is said about children. 32 bytes. */
export function careKeyOf({ own, server, device }: KioskIdentity): Buffer {
  return careKey(own.box, server.boxKey, device)
}

/** Key for what this kiosk caches about people: useless without the identity file. 32 bytes. */
export function cacheKeyOf(identity: KioskIdentity): Buffer {
  return Buffer.from(
    hkdfSync('sha256', fromBase64Url(identity.own.box.secret), identity.device, 'kado kiosk cache v1', 32),
  )
}
