/** What the doors of one floor share. Made once by `createWebFloor`. */
import type { Request, Response } from 'express'
import type { AssetStore } from './asset-store.ts'
import { type CookieNames, cookieNames } from './cookie.ts'
import type { FlashShelf } from './flash.ts'
import type { AnswerDesk } from './idempotency.ts'
import type { MayOpen } from './may-open.ts'
import type { Counter, Metrics } from './metrics.ts'
import type { Access, RequestContext, WebFloorOptions } from './port.ts'
import type { Renderer } from './render.ts'

/** One line of the route table: what the access matrix is tested from. */
export interface RouteLine {
  readonly method: 'GET' | 'POST'
  /** Below the mount prefix, express notation. */
  readonly path: string
  readonly kind: 'command' | 'form' | 'query' | 'page' | 'download' | 'floor'
  readonly name: string
  readonly access: Access
}

export interface FloorParts {
  readonly options: WebFloorOptions
  readonly answers: AnswerDesk
  readonly shelf: FlashShelf
  readonly metrics: Metrics
  readonly refusals: Counter
  readonly assets: AssetStore
  readonly renderer: Renderer
  readonly table: RouteLine[]
  readonly mayOpen: MayOpen
  contextOf(request: Request, response: Response): Promise<RequestContext>
}

export function cookiesOf({ options }: Pick<FloorParts, 'options'>, request: Request): CookieNames {
  return cookieNames(options.program, mountOf(request), options.secure)
}

const mounts = new WeakMap<Request, string>()

export function noteMount(request: Request): void {
  mounts.set(request, request.baseUrl)
}

/** The mount prefix of this program: nested routers lengthen `baseUrl`, so the floor notes its own once per request. */
export function mountOf(request: Request): string {
  return mounts.get(request) ?? request.baseUrl
}
