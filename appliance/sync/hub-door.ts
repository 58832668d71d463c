/** Signed HTTP requests to the hub. Trust rests on signatures and the pinned key, never on the certificate. */
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { isRefusal, type Refusal, type RefusalCode, refusals, refuse } from '../../central-sync/protocol/refusal.ts'
import type { KeyPair } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import { signRequest } from '../../central-sync/protocol/wire/signed-request.ts'
import { syncProblem } from '../../central-sync/protocol/wire/sync.ts'

const TIMEOUT_MS = 30_000
/** A page of records with its header and some room. */
const ANSWER_BYTES_MAX = 4_194_304

export interface HubDoorOptions {
  readonly url: string
  /** Key id of every signature: the site. */
  readonly site: string
  readonly signing: KeyPair
  readonly clock: Clock
}

export interface HubRequest {
  readonly method: 'GET' | 'POST'
  /** Under the hub's mount, for example `/sync/v1/keys/s_…?after=3`. */
  readonly path: string
  readonly body?: Buffer
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export class HubDoor {
  readonly #options: HubDoorOptions
  /** hub − own, ms, once the hub has said that our clock is off. */
  #offsetMs = 0

  constructor(options: HubDoorOptions) {
    this.#options = options
  }

  /** The answer's bytes, or the refusal: the hub's own, or `unreachable` when nobody answered. */
  async send(request: HubRequest): Promise<Buffer | Refusal> {
    const answer = await this.#exchange(request)
    if (!isRefusal(answer) || answer.refused !== 'CLOCK') return answer
    const serverTime = answer.facts?.serverTime
    if (typeof serverTime !== 'number') return answer
    this.#offsetMs = serverTime - this.#options.clock.now()
    return this.#exchange(request)
  }

  /** Headers of a signed upgrade request. */
  signedHeaders(method: 'GET' | 'POST', path: string, body: Buffer = Buffer.alloc(0)): Record<string, string> {
    const { site, signing, clock } = this.#options
    const url = this.#urlOf(path)
    const target = `${url.pathname}${url.search}`
    const nonce = toBase64Url(randomBytes(16))
    const created = clock.now() + this.#offsetMs
    return { 'kado-signature': signRequest({ method, target, body }, site, signing, created, nonce) }
  }

  #urlOf(path: string): URL {
    return new URL(`${this.#options.url.replace(/\/+$/, '')}${path}`)
  }

  async #exchange({
    method,
    path,
    body = Buffer.alloc(0),
    headers = {},
    signal,
  }: HubRequest): Promise<Buffer | Refusal> {
    const url = this.#urlOf(path)
    const all = { ...headers, ...this.signedHeaders(method, path, body), 'content-length': String(body.length) }
    try {
      const { status, bytes, retryAfterS } = await exchange(url, { method, headers: all, body, signal })
      return status === 200 ? bytes : refusalIn(bytes, status, retryAfterS)
    } catch (error) {
      return refuse('unreachable', error instanceof Error ? error.message : undefined)
    }
  }
}

/** What the hub answered. Whatever is not JSON came from somebody else on the way, and is as good as no answer. */
export function jsonIn(bytes: Buffer): { readonly value: unknown } | Refusal {
  try {
    return { value: JSON.parse(bytes.toString('utf8')) }
  } catch {
    return refuse('unreachable', 'what answered is not the hub')
  }
}

interface Answer {
  readonly status: number
  readonly bytes: Buffer
  readonly retryAfterS: number | undefined
}

function exchange(
  url: URL,
  {
    method,
    headers,
    body,
    signal,
  }: { method: string; headers: Record<string, string>; body: Buffer; signal?: AbortSignal | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, timeout: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) }
    const sending =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, rejectUnauthorized: false })
        : httpRequest(url, options)
    sending.on('timeout', () => sending.destroy(new Error('timeout')))
    sending.on('error', reject)
    sending.on('response', (response) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > ANSWER_BYTES_MAX) sending.destroy(new Error('answer too long'))
        else parts.push(part)
      })
      response.on('error', reject)
      response.on('end', () => {
        const retryAfterS = Number(response.headers['retry-after'])
        resolve({
          status: response.statusCode ?? 0,
          bytes: Buffer.concat(parts),
          retryAfterS: Number.isFinite(retryAfterS) ? retryAfterS : undefined,
        })
      })
    })
    sending.end(body)
  })
}

/** What the hub refused, with its facts. An answer that is no problem document is somebody else's: try again later. */
function refusalIn(bytes: Buffer, status: number, retryAfterS: number | undefined): Refusal {
  const facts = retryAfterS === undefined ? {} : { retryAfterS }
  try {
    const parsed = syncProblem.loose().safeParse(JSON.parse(bytes.toString('utf8')))
    if (parsed.success && refusals.has(parsed.data.code as RefusalCode)) {
      return refuse(parsed.data.code as RefusalCode, parsed.data.detail, { ...facts, ...factsOf(bytes) })
    }
  } catch {
    // Not JSON: a proxy or a page.
  }
  // A proxy before the hub may allow less than the hub does: smaller batches get through.
  if (status === 413) return refuse('SIZE', 'HTTP 413', facts)
  return refuse('unreachable', `HTTP ${status}`, facts)
}

function factsOf(bytes: Buffer): Record<string, unknown> {
  const body = JSON.parse(bytes.toString('utf8')) as { facts?: Record<string, unknown> }
  return body.facts ?? {}
}
