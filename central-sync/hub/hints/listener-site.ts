/** Which centre asks to listen for hints: the upgrade request is signed like every other request. */
import type { IncomingMessage } from 'node:http'
import { CREATED_SKEW_MS, NONCE_MEMORY_MS, parseSignature, verifyRequest } from '../../protocol/wire/signed-request.ts'
import type { SignedDoorOptions } from '../../web/signed-door.ts'

const NO_BODY = Buffer.alloc(0)

/** The site, or undefined when it may not listen. */
export async function listenerSite(
  request: IncomingMessage,
  { clock, publicKeyOf, nonces }: Omit<SignedDoorOptions, 'bytesMax'>,
): Promise<string | undefined> {
  const header = request.headers['kado-signature']
  const signature = parseSignature(typeof header === 'string' ? header : undefined)
  const target = request.url ?? ''
  if (signature === undefined || !target.endsWith(`/sync/v1/hints/${signature.keyId}`)) return undefined
  const now = clock.now()
  if (Math.abs(now - signature.created) > CREATED_SKEW_MS) return undefined
  const publicKey = await publicKeyOf(signature.keyId)
  if (typeof publicKey !== 'string') return undefined
  if (!verifyRequest({ method: 'GET', target, body: NO_BODY }, signature, publicKey)) return undefined
  const fresh = await nonces.remember(signature.keyId, signature.nonce, now + NONCE_MEMORY_MS)
  return fresh ? signature.keyId : undefined
}
