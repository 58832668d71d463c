/**
 * Serves the kiosk's page to a browser on the same machine, tells it events (SSE) and takes its presses (POST). The page
 * is trusted with presses only: every one names a tap and is judged again by check-in, with check-in's own clock.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import type { AssetStore } from '../../central-sync/web/asset-store.ts'
import { assetRoutes } from '../../central-sync/web/assets.ts'
import { comesFromElsewhere } from '../../central-sync/web/decide-origin.ts'
import { noStore, securityHeaders } from '../../central-sync/web/security-headers.ts'
import type { KioskEvent } from '../check-in/kiosk-event.ts'
import { type PageAction, pageAction } from './page-action.ts'
import { pageDocument } from './page-document.ts'

export interface PageDoorOptions {
  readonly assets: AssetStore
  /** What a page is told first, when it connects. */
  hello(): KioskEvent
  /** Performs a press; resolves to the refusal's code when it was not done. */
  act(action: PageAction): Promise<string | undefined>
}

const PAGES_MAX = 8
const TOKEN_HEADER = 'x-kado-page'
const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/
const LOCAL_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/

export class PageDoor {
  readonly #options: PageDoorOptions
  /** New with every process: a page of yesterday reloads itself. */
  readonly #token = randomBytes(24).toString('base64url')
  readonly #pages = new Set<Response>()
  readonly routes: Router

  constructor(options: PageDoorOptions) {
    this.#options = options
    this.routes = this.#router()
  }

  /** Pages that are connected now. */
  get connected(): number {
    return this.#pages.size
  }

  tell(event: KioskEvent): void {
    const text = `data: ${JSON.stringify(event)}\n\n`
    for (const page of this.#pages) page.write(text)
  }

  /** Ends the event streams, so that the listener can close. */
  close(): void {
    for (const page of this.#pages) page.end()
    this.#pages.clear()
  }

  #router(): Router {
    const router = Router()
    router.use(onlyThisMachine)
    router.use(securityHeaders(false))
    router.use(assetRoutes(this.#options.assets))
    router.use(noStore)
    router.get('/', (request, response) => this.#page(request, response))
    router.get('/events', (request, response) => this.#events(request, response))
    const body = express.json({ limit: '16kb', strict: true, type: 'application/json' })
    router.post('/do', this.#onlyOurPage, body, (request, response) => this.#do(request, response))
    router.use(unreadable)
    return router
  }

  #page(request: Request, response: Response): void {
    // Without the slash the page's relative addresses would point beside it.
    if (!request.originalUrl.split('?')[0]?.endsWith('/')) {
      response.redirect(308, `${request.baseUrl}/`)
      return
    }
    const hello = this.#options.hello()
    response
      .type('html')
      .send(pageDocument({ token: this.#token, hello, nameOf: (name) => this.#options.assets.nameOf(name) }))
  }

  #events(request: Request, response: Response): void {
    if (comesFromElsewhere(originFacts(request)) || !sameToken(request.query.token, this.#token)) {
      response.status(403).end()
      return
    }
    if (this.#pages.size >= PAGES_MAX) {
      response.status(503).end()
      return
    }
    response.set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }).flushHeaders()
    response.write(`retry: 1000\ndata: ${JSON.stringify(this.#options.hello())}\n\n`)
    this.#pages.add(response)
    response.on('close', () => this.#pages.delete(response))
  }

  readonly #onlyOurPage: RequestHandler = (request, response, next) => {
    const ours = !comesFromElsewhere(originFacts(request)) && sameToken(request.get(TOKEN_HEADER), this.#token)
    if (ours) next()
    else response.status(403).json({ code: 'foreign_origin' })
  }

  async #do(request: Request, response: Response): Promise<void> {
    const action = pageAction.safeParse(request.body)
    if (!action.success) {
      response.status(400).json({ code: 'malformed' })
      return
    }
    const code = await this.#options.act(action.data)
    if (code === undefined) response.status(204).end()
    else response.status(409).json({ code })
  }
}

/** A kiosk without its own process on this machine is no kiosk; a name that was re-pointed to us is refused as well. */
const onlyThisMachine: RequestHandler = (request, response, next) => {
  const { remoteAddress } = request.socket
  const local =
    remoteAddress !== undefined && LOOPBACK.test(remoteAddress) && LOCAL_HOST.test(request.get('host') ?? '')
  if (local) next()
  else
    response
      .status(403)
      .type('text')
      .send('キオスクの画面は、その機械の中からだけ開けます。 (this machine only: http://127.0.0.1)')
}

const unreadable: express.ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(400).json({ code: 'malformed' })
}

function originFacts(request: Request) {
  return {
    origin: request.get('origin'),
    fetchSite: request.get('sec-fetch-site'),
    host: request.get('host'),
    secure: request.secure,
  }
}

function sameToken(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false
  const [left, right] = [Buffer.from(given), Buffer.from(token)]
  return left.length === right.length && timingSafeEqual(left, right)
}
