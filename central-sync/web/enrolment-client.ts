/** The device's side of enrolment: proves that it knows the code, and pins the server that knows it too. */
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { toBase64Url } from '../protocol/hash.ts'
import { isRefusal, type Refusal, type RefusalCode, refusals, refuse } from '../protocol/refusal.ts'
import { type Identity, newIdentity, signBytes } from '../protocol/signing-key.ts'
import {
  type EnrolHello,
  type EnrolProof,
  type EnrolWelcome,
  enrolOffer,
  enrolWelcome,
  parseEnrolmentCode,
  proveKnowledge,
  sameMac,
  stretchSecret,
  transcript,
} from '../protocol/wire/enrolment.ts'

export interface Enrolled {
  /** Own keys, to be written to a 0600 file before anything else. */
  readonly identity: Identity
  /** Public keys of the server from now on: pinned, whatever its address or certificate becomes. */
  readonly server: { readonly signingKey: string; readonly boxKey: string }
  readonly welcome: EnrolWelcome
}

export type EnrolExtra = Pick<EnrolProof, 'site' | 'code' | 'name' | 'inc' | 'boot'>

/**
 * Enrols at `serverUrl` (its mount prefix included) with the one-time code as a person typed it. A centre brings its
 * existing `identity`. Refusals: `code_unknown`, `unreachable`, `server_not_proven`, and those of the server.
 */
export async function enrol(
  serverUrl: string,
  code: string,
  role: EnrolHello['role'],
  extra: EnrolExtra = {},
  identity: Identity = newIdentity(),
): Promise<Enrolled | Refusal> {
  const parsed = parseEnrolmentCode(code)
  if (parsed === undefined) return refuse('code_unknown')
  const hello: EnrolHello = {
    prefix: parsed.prefix,
    role,
    signingKey: identity.signing.publicKey,
    boxKey: identity.box.publicKey,
    nonce: toBase64Url(randomBytes(32)),
  }
  const answer = await post(serverUrl, 'hello', hello)
  if (isRefusal(answer)) return answer
  const offer = enrolOffer.safeParse(answer)
  if (!offer.success) return refuse('unknown_version')
  const key = await stretchSecret(parsed.secret, parsed.prefix)
  const seen = transcript(hello, offer.data)
  if (!sameMac(offer.data.mac, proveKnowledge(key, 'server', seen))) return refuse('server_not_proven')
  const proof: EnrolProof = {
    ...extra,
    ticket: offer.data.ticket,
    mac: proveKnowledge(key, 'device', seen),
    signature: signBytes(seen, identity.signing),
  }
  const welcomed = await post(serverUrl, 'prove', proof)
  if (isRefusal(welcomed)) return welcomed
  const welcome = enrolWelcome.safeParse(welcomed)
  if (!welcome.success) return refuse('unknown_version')
  const { signingKey, boxKey } = offer.data
  return { identity, server: { signingKey, boxKey }, welcome: welcome.data }
}

const ANSWER_MAX = 65_536
const TIMEOUT_MS = 15_000

async function post(serverUrl: string, step: 'hello' | 'prove', body: object): Promise<object | Refusal> {
  const base = serverUrl.replace(/\/+$/, '')
  if (!URL.canParse(`${base}/enrol/v1/${step}`)) return refuse('unreachable', serverUrl)
  try {
    const { status, text } = await exchange(new URL(`${base}/enrol/v1/${step}`), JSON.stringify(body))
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) return refuse('unknown_version')
    return status === 200 ? answer : refusalIn(answer)
  } catch (error) {
    return error instanceof SyntaxError ? refuse('unknown_version') : refuse('unreachable', base)
  }
}

function refusalIn(problem: object): Refusal {
  const code = 'code' in problem ? problem.code : undefined
  return typeof code === 'string' && refusals.has(code as RefusalCode)
    ? refuse(code as RefusalCode)
    : refuse('unreachable')
}

/**
 * The certificate is not looked at: both sides prove the one-time code over their keys, which holds on a plain LAN and
 * with a certificate of the house alike.
 */
function exchange(url: URL, body: string): Promise<{ status: number; text: string }> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json',
  }
  const options = { method: 'POST', headers, timeout: TIMEOUT_MS }
  return new Promise((resolve, reject) => {
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
        if (size > ANSWER_MAX) sending.destroy(new Error('answer too long'))
        else parts.push(part)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      )
      response.on('error', reject)
    })
    sending.end(body)
  })
}
