/**
 * Personal fields are never written in clear into a journal: they travel as `x`, AES-256-GCM under a data key of the
 * subject. Shredding that key erases the person while the chain still verifies.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { fromBase64Url, toBase64Url } from './hash.ts'
import { identifier, type KeyId } from './identifier.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `k` data key id, `n` nonce, `c` ciphertext with its tag; base64url. */
export const sealedPart = z.strictObject({
  k: identifier('key'),
  n: z.base64url().max(32),
  c: z.base64url().max(32_768),
})
export type SealedPart = z.infer<typeof sealedPart>

export interface DataKey {
  readonly id: KeyId
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** What binds a sealed part to its entry: event id | type | version | subject. */
export interface SealedContext {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly subject: string
}

function associatedData(context: SealedContext): Buffer {
  return Buffer.from([context.id, context.type, context.version, context.subject].join('|'))
}

export function seal(
  plain: unknown,
  dataKey: DataKey,
  context: SealedContext,
  nonce = randomBytes(NONCE_BYTES),
): SealedPart {
  const cipher = createCipheriv('aes-256-gcm', dataKey.key, nonce)
  cipher.setAAD(associatedData(context))
  const body = Buffer.concat([cipher.update(JSON.stringify(plain), 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { k: dataKey.id, n: toBase64Url(nonce), c: toBase64Url(body) }
}

/** The plaintext JSON value; undefined when the key does not fit or a byte was changed. */
export function open(part: SealedPart, key: Uint8Array, context: SealedContext): unknown {
  try {
    const body = fromBase64Url(part.c)
    const decipher = createDecipheriv('aes-256-gcm', key, fromBase64Url(part.n))
    decipher.setAAD(associatedData(context))
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES))
    const plain = Buffer.concat([decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final()])
    return JSON.parse(plain.toString('utf8'))
  } catch {
    return undefined
  }
}
