/** The doors of sync for machines: uploads, down streams, key parcels. Everything is signed by the centre's identity. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, keyUpload } from '../../protocol/wire/sync.ts'
import type { MachineDoor } from '../../web/port.ts'
import { refusalOfError, sendProblem } from '../../web/problem.ts'
import { bodyOf, type SignedDoorOptions, signedDoor, signerOf } from '../../web/signed-door.ts'
import type { Directives } from '../directives/directives.ts'
import type { KeyParcels } from '../directives/key-parcels.ts'
import type { PinParcels } from '../directives/pin-parcels.ts'
import type { Intake } from '../intake/intake.ts'

/** Bodies up to here are read and then refused by name, with what the hub has. */
const READ_BYTES_MAX = 4 * BATCH_BYTES_MAX
const BUSY_RETRY_S = 5
const unzip = promisify(gunzip)

export interface SyncDoorParts {
  readonly signed: Omit<SignedDoorOptions, 'bytesMax'>
  readonly intake: Intake
  readonly directives: Directives
  readonly parcels: KeyParcels
  readonly pins: PinParcels
}

const downQuery = z.object({
  hubInc: z.string().max(64).default(''),
  after: z.coerce.number().int().min(0).default(0),
  hash: z.string().max(64).default(''),
  limit: z.coerce.number().int().min(1).max(BATCH_RECORDS_MAX).default(BATCH_RECORDS_MAX),
})
const keysQuery = z.object({ after: z.coerce.number().int().min(0).default(0) })

export function syncDoors({ signed, intake, directives, parcels, pins }: SyncDoorParts): MachineDoor {
  const router = Router()
  router.use(noteEncoding)
  router.use(...signedDoor({ ...signed, bytesMax: READ_BYTES_MAX }))
  router.post(
    '/up/:site',
    answering(async (site, request) => receive(intake, site, request)),
  )
  router.get('/down/:site', async (request, response) => sendPage(directives, request, response))
  router.post(
    '/keys/:site',
    answering(async (site, request) => {
      const upload = keyUpload.safeParse(jsonOf(request))
      if (!upload.success) return refuse('malformed')
      const receipt = await parcels.receive(site, upload.data.parcels)
      await pins.receive(site, upload.data.pins ?? [])
      // Introductions may have waited for just these.
      directives.wake()
      return receipt
    }),
  )
  router.get(
    '/keys/:site',
    answering(async (site, request) => {
      const query = keysQuery.safeParse(request.query)
      return query.success ? parcels.after(site, query.data.after) : refuse('malformed')
    }),
  )
  router.use((error: unknown, _request: Request, response: Response, next: (error: unknown) => void) => {
    const refusal = refusalOfError(error)
    if (refusal === undefined || response.headersSent) return next(error)
    const facts = refusal.refused === 'busy' ? { retryAfterS: BUSY_RETRY_S } : {}
    sendProblem(response, { ...refusal, facts: { ...refusal.facts, ...facts } }, 'en')
  })
  return { path: '/sync/v1', router }
}

const zipped = new WeakSet<Request>()

/** The signature covers the bytes as sent, so the body is read as it is and unpacked only after it was checked. */
function noteEncoding(request: Request, _response: Response, next: () => void): void {
  if (request.headers['content-encoding'] === 'gzip') {
    zipped.add(request)
    delete request.headers['content-encoding']
  }
  next()
}

/** A site speaks for itself only. */
function siteOf(request: Request): string | Refusal {
  const { site } = request.params
  return typeof site === 'string' && signerOf(request) === site ? site : refuse('SIG', 'signed by another key id')
}

function answering(answer: (site: string, request: Request) => Promise<object | Refusal>): RequestHandler {
  return async (request, response) => {
    const site = siteOf(request)
    const result = isRefusal(site) ? site : await answer(site, request)
    if (isRefusal(result)) sendProblem(response, result, 'en')
    else response.json(result)
  }
}

async function receive(intake: Intake, site: string, request: Request): Promise<object | Refusal> {
  const body = await unpack(request)
  if (!isRefusal(body)) return intake.receive(site, body)
  return body.refused === 'SIZE' ? intake.refuseSize(site) : body
}

/** Bounded: a small body that unpacks into a large one is refused before it is large. */
async function unpack(request: Request): Promise<Buffer | Refusal> {
  const body = bodyOf(request)
  if (!zipped.has(request)) return body
  try {
    return await unzip(body, { maxOutputLength: READ_BYTES_MAX })
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return refuse(tooLarge ? 'SIZE' : 'malformed', 'gzip')
  }
}

async function sendPage(directives: Directives, request: Request, response: Response): Promise<void> {
  const site = siteOf(request)
  const query = downQuery.safeParse(request.query)
  const page = isRefusal(site) ? site : query.success ? await directives.page(site, query.data) : refuse('malformed')
  if (isRefusal(page)) return sendProblem(response, page, 'en')
  const parts = [Buffer.from(JSON.stringify(page.header)), ...page.lines]
  response.type('application/x-ndjson').send(Buffer.concat(parts.flatMap((part) => [part, NEWLINE])))
}

const NEWLINE = Buffer.from('\n')

function jsonOf(request: Request): unknown {
  try {
    return JSON.parse(bodyOf(request).toString('utf8'))
  } catch {
    return undefined
  }
}
