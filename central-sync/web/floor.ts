/**
 * The web floor of one program: every door with the same headers, checks and manners. `listen` gives it a port and the
 * application settings.
 */
import { type Request, type Response, Router } from 'express'
import { refuse } from '../protocol/refusal.ts'
import { apiRoutes } from './api-routes.ts'
import { openAssetStore } from './asset-store.ts'
import { assetRoutes } from './assets.ts'
import { isForeignOrigin } from './decide-origin.ts'
import { FlashShelf } from './flash.ts'
import { type FloorParts, noteMount, type RouteLine } from './floor-parts.ts'
import { formRoutes } from './form-routes.ts'
import { AnswerDesk } from './idempotency.ts'
import { mayOpenIn } from './may-open.ts'
import { Metrics } from './metrics.ts'
import { pageRoutes, showFailure, showRefusal } from './page-routes.ts'
import type { UpgradeDoor, WebFloorOptions, WebProgram } from './port.ts'
import { sendProblem } from './problem.ts'
import { createRenderer } from './render.ts'
import { contextReader } from './request-context.ts'
import { noStore, securityHeaders } from './security-headers.ts'

export interface WebFloor extends WebProgram {
  readonly routes: Router
  readonly upgrades: readonly UpgradeDoor[]
  /** Counters and gauges of this program, served at `/metrics`; rooms add theirs. */
  readonly metrics: Metrics
  /** Every route with who may use it. */
  readonly table: readonly RouteLine[]
}

export function createWebFloor(options: WebFloorOptions): WebFloor {
  const metrics = new Metrics()
  const assets = openAssetStore()
  const parts: FloorParts = {
    options,
    metrics,
    assets,
    answers: new AnswerDesk(options.memory.idempotency),
    shelf: new FlashShelf(),
    refusals: metrics.counter('kado_refusals_total', 'Requests answered with a refusal, by code'),
    renderer: createRenderer(assets, options.rooms.words),
    table: [],
    mayOpen: mayOpenIn(options.rooms),
    contextOf: contextReader(options),
  }
  return { routes: routesOf(parts), upgrades: options.upgrades ?? [], metrics, table: parts.table }
}

function routesOf(parts: FloorParts): Router {
  const router = Router()
  const { doors = [], secure } = parts.options
  router.use((request, _response, next) => {
    noteMount(request)
    next()
  })
  router.use(securityHeaders(secure))
  router.use(counting(parts))
  router.use(assetRoutes(parts.assets))
  router.use(noStore)
  router.use(originCheck(parts))
  for (const { path, router: door } of doors) router.use(path, door)
  router.use(machinePages(parts))
  router.use('/api/v1', apiRoutes(parts))
  router.use('/do', formRoutes(parts))
  router.use(pageRoutes(parts))
  router.use((request, response) => showRefusal(parts, request, response, refuse('not_found')))
  router.use(failing(parts))
  return router
}

function counting(parts: FloorParts) {
  const requests = parts.metrics.counter('kado_http_requests_total', 'HTTP requests answered, by method and status')
  return (request: Request, response: Response, next: () => void) => {
    response.on('finish', () => requests.add({ method: request.method, status: String(response.statusCode) }))
    next()
  }
}

function originCheck(parts: FloorParts) {
  return (request: Request, response: Response, next: () => void) => {
    const { secure } = parts.options
    const [origin, fetchSite, host] = [request.get('origin'), request.get('sec-fetch-site'), request.get('host')]
    if (!isForeignOrigin({ method: request.method, origin, fetchSite, host, secure })) return next()
    parts.refusals.add({ code: 'foreign_origin' })
    parts.options.log.warn({ path: request.path }, 'refused a request from another site')
    sendProblem(response, refuse('foreign_origin'), 'ja')
  }
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** `/healthz` for everybody; `/metrics` for programs of this machine and for those who look after it. */
function machinePages(parts: FloorParts): Router {
  const router = Router()
  router.get('/healthz', async (request, response) => {
    const { lights } = await parts.options.rooms.health(await parts.contextOf(request, response))
    const worst = ['bad', 'warn'].find((level) => lights.some((light) => light.level === level))
    response.json({ status: 'up', health: worst ?? 'ok' })
  })
  router.get('/metrics', async (request, response) => {
    const { actor, remote, language } = await parts.contextOf(request, response)
    const caretaker = actor.kind === 'staff' && actor.roles.some((role) => role === 'it' || role === 'administrator')
    if (!LOOPBACK.has(remote) && !caretaker) return sendProblem(response, refuse('not_allowed'), language)
    response.type('text/plain; version=0.0.4').send(await parts.metrics.render())
  })
  parts.table.push({ method: 'GET', path: '/healthz', kind: 'floor', name: 'healthz', access: 'anyone' })
  return router
}

/** Express knows error handlers by their four parameters. */
function failing(parts: FloorParts) {
  return (error: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) return next(error)
    showFailure(parts, request, response, error).catch(next)
  }
}
