/**
 * The server's side of enrolment (protocol/wire/enrolment.ts): `POST …/hello`, `POST …/prove`. The code is burnt first,
 * then its expiry is checked, then the device is created; an unknown, a used and an expired code get the same answer.
 */
import { randomBytes } from 'node:crypto'
import { json, type Request, type RequestHandler, type Response, Router } from 'express'
import { toBase64Url } from '../protocol/hash.ts'
import { isRefusal, type Refusal, Refused, refuse } from '../protocol/refusal.ts'
import { type Identity, verifyBytes } from '../protocol/signing-key.ts'
import { type Clock, type Instant, MINUTE_MS } from '../protocol/time.ts'
import {
  CODE_TRIES_MAX,
  type EnrolHello,
  type EnrolOffer,
  type EnrolProof,
  type EnrolWelcome,
  enrolHello,
  enrolProof,
  proveKnowledge,
  sameMac,
  transcript,
} from '../protocol/wire/enrolment.ts'
import { refusalOfError, sendProblem } from './problem.ts'
import { Allowance } from './rate-limit.ts'

/** What a one-time code stands for. */
export interface CodeGrant {
  readonly prefix: string
  /** K = scrypt(secret): as good as the secret, wiped when the code is burnt. */
  readonly stretched: Uint8Array
  readonly role: EnrolHello['role']
  readonly label: string
  readonly place: string
  readonly expires: Instant
  /** Wrong proofs so far. */
  readonly tries: number
}

export interface CodeStore {
  find(prefix: string): Promise<CodeGrant | undefined>
  /** Counts a wrong proof. */
  countTry(prefix: string): Promise<void>
  /** Makes the code useless for ever; false when somebody else was faster. */
  burn(prefix: string): Promise<boolean>
}

export interface EnrolmentDoorOptions {
  readonly clock: Clock
  /** Long-term identity that devices pin. */
  readonly identity: Pick<Identity, 'signing' | 'box'>
  readonly codes: CodeStore
  /** Creates the device or centre. Called once per code, after it was burnt. */
  admit(hello: EnrolHello, proof: EnrolProof, grant: CodeGrant): Promise<EnrolWelcome | Refusal>
}

interface Ticket {
  readonly hello: EnrolHello
  readonly offer: EnrolOffer
  readonly until: Instant
}

const TICKET_MS = 2 * MINUTE_MS
const TICKETS_MAX = 500
const HELLOS_PER_MINUTE = 30

/** Mount it at `/enrol/v1`. */
export function enrolmentDoor(options: EnrolmentDoorOptions): Router {
  const tickets = new Map<string, Ticket>()
  const allowance = new Allowance(HELLOS_PER_MINUTE, 60)
  const router = Router()
  router.use(json({ limit: '8kb', strict: true }))
  router.post(
    '/hello',
    answering(async (request) => {
      const wait = await allowance.take(request.socket.remoteAddress ?? '')
      const hello = enrolHello.safeParse(request.body)
      if (wait !== undefined || !hello.success) return wait ?? refuse('malformed')
      return offer(options, tickets, hello.data)
    }),
  )
  router.post(
    '/prove',
    answering(async (request) => {
      const proof = enrolProof.safeParse(request.body)
      return proof.success ? prove(options, tickets, proof.data) : refuse('malformed')
    }),
  )
  router.use((error: unknown, _request: Request, response: Response, next: (error: unknown) => void) => {
    const refusal = refusalOfError(error)
    if (refusal === undefined) return next(error)
    sendProblem(response, refusal, 'en')
  })
  return router
}

function answering(answer: (request: Request) => Promise<object | Refusal>): RequestHandler {
  return async (request, response) => {
    const result = await answer(request)
    if (isRefusal(result)) sendProblem(response, result, 'ja')
    else response.json(result)
  }
}

async function offer(
  { clock, identity, codes }: EnrolmentDoorOptions,
  tickets: Map<string, Ticket>,
  hello: EnrolHello,
): Promise<EnrolOffer | Refusal> {
  const grant = await codes.find(hello.prefix)
  if (grant === undefined || grant.tries >= CODE_TRIES_MAX || grant.role !== hello.role) return refuse('code_unknown')
  const draft = {
    ticket: toBase64Url(randomBytes(24)),
    nonce: toBase64Url(randomBytes(32)),
    signingKey: identity.signing.publicKey,
    boxKey: identity.box.publicKey,
  }
  const mac = proveKnowledge(grant.stretched, 'server', transcript(hello, draft))
  const now = clock.now()
  for (const [id, { until }] of tickets) if (until <= now || tickets.size >= TICKETS_MAX) tickets.delete(id)
  tickets.set(draft.ticket, { hello, offer: { ...draft, mac }, until: now + TICKET_MS })
  return { ...draft, mac }
}

async function prove(
  options: EnrolmentDoorOptions,
  tickets: Map<string, Ticket>,
  proof: EnrolProof,
): Promise<EnrolWelcome | Refusal> {
  const ticket = tickets.get(proof.ticket)
  tickets.delete(proof.ticket)
  const now = options.clock.now()
  if (ticket === undefined || ticket.until <= now) return refuse('code_unknown')
  const { hello } = ticket
  const grant = await options.codes.find(hello.prefix)
  if (grant === undefined || grant.tries >= CODE_TRIES_MAX) return refuse('code_unknown')
  const seen = transcript(hello, ticket.offer)
  const knows = sameMac(proof.mac, proveKnowledge(grant.stretched, 'device', seen))
  if (!knows || !verifyBytes(seen, proof.signature, hello.signingKey)) {
    await options.codes.countTry(hello.prefix)
    return refuse('code_unknown')
  }
  const burnt = await options.codes.burn(hello.prefix)
  if (!burnt || grant.expires <= now) return refuse('code_unknown')
  return admitted(options, hello, proof, grant)
}

async function admitted(options: EnrolmentDoorOptions, hello: EnrolHello, proof: EnrolProof, grant: CodeGrant) {
  try {
    return await options.admit(hello, proof, grant)
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}
