/** Signed requests to a hub, and its refusals, as any program outside would see them. */
import { randomBytes } from 'node:crypto'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { Identity } from '../../central-sync/protocol/signing-key.ts'
import { signRequest } from '../../central-sync/protocol/wire/signed-request.ts'
import { type Position, syncProblem } from '../../central-sync/protocol/wire/sync.ts'

export interface Answer {
  readonly status: number
  readonly body: Buffer
  readonly json: unknown
}

export interface Problem {
  readonly code: string
  readonly have: Position | undefined
}

export interface RequestOptions {
  readonly keyId?: string
  readonly identity?: Identity
  readonly created?: number
  readonly nonce?: string
  readonly headers?: Record<string, string>
}

export async function signedFetch(
  url: string,
  method: 'GET' | 'POST',
  body: Uint8Array,
  {
    keyId,
    identity,
    created,
    nonce = toBase64Url(randomBytes(12)),
    headers,
  }: RequestOptions & Required<Pick<RequestOptions, 'keyId' | 'identity' | 'created'>>,
): Promise<Answer> {
  const { pathname, search } = new URL(url)
  const signature = signRequest(
    { method, target: `${pathname}${search}`, body },
    keyId,
    identity.signing,
    created,
    nonce,
  )
  const response = await fetch(url, {
    method,
    headers: { 'kado-signature': signature, ...headers },
    ...(method === 'POST' && { body: Buffer.from(body) }),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, body: bytes, json: jsonOrUndefined(bytes) }
}

export function problemOf(answer: Answer): Problem {
  const { code, facts } = syncProblem.parse(answer.json)
  return { code, have: facts?.have }
}

function jsonOrUndefined(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
