/**
 * Lets signed requests of devices and centres in: body as raw bytes, signature over exactly what was sent, clock within
 * five minutes, every nonce once. Refusals in the order CLOCK, UNKNOWN_DEVICE, SIG, REPLAY.
 */
import { type Request, type RequestHandler, type Response, raw } from 'express'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { Clock, Instant } from '../protocol/time.ts'
import {
  CREATED_SKEW_MS,
  NONCE_MEMORY_MS,
  parseSignature,
  type RequestSignature,
  verifyRequest,
} from '../protocol/wire/signed-request.ts'
import { refusalOfError, sendProblem } from './problem.ts'

/** Remembers nonces across restarts. */
export interface NonceMemory {
  /** True when `nonce` of `keyId` was not seen before; remembers it until `until`. */
  remember(keyId: string, nonce: string, until: Instant): Promise<boolean>
}

export interface SignedDoorOptions {
  readonly clock: Clock
  /** Raw public key, base64url; a `Refusal` (for example RETIRED_DEVICE) or undefined when the key may not enter. */
  publicKeyOf(keyId: string): Promise<string | Refusal | undefined>
  readonly nonces: NonceMemory
  /** Largest body in bytes. */
  readonly bytesMax: number
  /** Hears of every request that was turned away. */
  readonly log?: { warn(fields: object, message: string): void } | undefined
}

const signers = new WeakMap<Request, string>()

/** Key id that signed this request; throws when the request did not pass a signed door. */
export function signerOf(request: Request): string {
  const signer = signers.get(request)
  if (signer === undefined) throw new Error('this route stands outside a signed door')
  return signer
}

/** Exact bytes of the body. */
export function bodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

export function signedDoor(options: SignedDoorOptions): RequestHandler[] {
  const readBody = raw({ limit: options.bytesMax, type: () => true, inflate: false })
  const limited: RequestHandler = (request, response, next) => {
    readBody(request, response, (error?: unknown) => {
      if (error === undefined || error === null) return next()
      const refusal = refusalOfError(error)
      if (refusal === undefined) return next(error)
      sendProblem(response, refusal.refused === 'too_large' ? refuse('SIZE') : refusal, 'en')
    })
  }
  return [limited, (request, response, next) => check(options, request, response).then((ok) => ok && next(), next)]
}

async function check(options: SignedDoorOptions, request: Request, response: Response): Promise<boolean> {
  const signature = parseSignature(request.get('kado-signature'))
  const refusal = signature === undefined ? refuse('SIG') : await judge(options, request, signature)
  if (refusal === undefined && signature !== undefined) {
    signers.set(request, signature.keyId)
    return true
  }
  const answer = refusal ?? refuse('SIG')
  options.log?.warn(
    { signer: signature?.keyId, code: answer.refused, path: request.path },
    'a signed request was refused',
  )
  sendProblem(response, answer, 'en')
  return false
}

async function judge(
  { clock, publicKeyOf, nonces }: SignedDoorOptions,
  request: Request,
  signature: RequestSignature,
): Promise<Refusal | undefined> {
  const now = clock.now()
  // The answer tells our time, so that a device with a dead clock can correct itself.
  if (Math.abs(now - signature.created) > CREATED_SKEW_MS) return refuse('CLOCK', undefined, { serverTime: now })
  const publicKey = await publicKeyOf(signature.keyId)
  if (publicKey === undefined) return refuse('UNKNOWN_DEVICE')
  if (typeof publicKey !== 'string') return publicKey
  const sent = { method: request.method, target: request.originalUrl, body: bodyOf(request) }
  if (!verifyRequest(sent, signature, publicKey)) return refuse('SIG')
  const fresh = await nonces.remember(signature.keyId, signature.nonce, now + NONCE_MEMORY_MS)
  return fresh ? undefined : refuse('REPLAY')
}
