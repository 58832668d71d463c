/** Server-rendered pages and downloads. A person who may not see one is sent to sign in, or told why not. */
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../protocol/refusal.ts'
import { clearCookie, readCookie, setLanguageCookie } from './cookie.ts'
import { decideAccess } from './decide-access.ts'
import { refusalWords } from './easy-refusals.ts'
import type { Flash } from './flash.ts'
import { cookiesOf, type FloorParts, mountOf } from './floor-parts.ts'
import { buildFrame } from './page-frame.ts'
import type { Access, Download, Page, Redirect, RequestContext, Words } from './port.ts'
import { noteRetry, refusalOfError, statusOf } from './problem.ts'
import { isDangerous } from './read-form.ts'
import { asLanguage } from './request-context.ts'
import { sharedWords } from './words.ts'

export function pageRoutes(parts: FloorParts): Router {
  const { pages, downloads = [] } = parts.options.rooms
  const router = Router()
  for (const page of pages) {
    if (!parts.renderer.has(page.template)) throw new Error(`page ${page.path}: no template ${page.template}`)
    router.get(page.path, pageHandler(parts, page))
    parts.table.push({ method: 'GET', path: page.path, kind: 'page', name: page.template, access: page.access })
  }
  for (const download of downloads) {
    router.get(download.path, downloadHandler(parts, download))
    const { path, access } = download
    parts.table.push({ method: 'GET', path, kind: 'download', name: path, access })
  }
  for (const { path } of [...pages, ...downloads])
    router.all(path, (request, response) => showRefusal(parts, request, response, refuse('method_not_allowed')))
  return router
}

function pageHandler(parts: FloorParts, page: Page): RequestHandler {
  return async (request, response) => {
    if (keptLanguage(parts, request, response)) return
    const context = await parts.contextOf(request, response)
    const denied = decideAccess(page.access, context.actor, page.beforePinChange)
    if (denied !== undefined) return turnAway(parts, request, response, page.access, denied)
    const flash = takeFlash(parts, request, response, context)
    const answered = flash?.kind === 'done' ? { command: flash.command, output: flash.output } : undefined
    const input = isDangerous(request.query) ? undefined : page.input.safeParse({ ...request.query, ...request.params })
    if (input?.success !== true) return showRefusal(parts, request, response, refuse('not_found'))
    const loaded = await page.load(input.data, { ...context, answered })
    if (isRefusal(loaded)) return showRefusal(parts, request, response, loaded)
    if (isRedirect(loaded)) return response.redirect(303, `${context.base}${loaded.redirect}`)
    const html = await draw(parts, request, { page, context, flash, data: loaded })
    response.type('html').send(html)
  }
}

function isRedirect(value: Readonly<Record<string, unknown>> | Redirect): value is Redirect {
  return 'redirect' in value && typeof value.redirect === 'string'
}

interface Drawing {
  readonly page: Pick<Page, 'title' | 'shell' | 'scripts' | 'template' | 'path' | 'answers'>
  readonly context: RequestContext
  readonly flash: Flash | undefined
  readonly data: Readonly<Record<string, unknown>>
}

async function draw(parts: FloorParts, request: Request, drawing: Drawing): Promise<string> {
  const { rooms, plainLan } = parts.options
  const { page, context, flash, data } = drawing
  const health = page.shell === 'staff' ? await rooms.health(context) : { lights: [], counts: {} }
  const hasStyle = (name: string) => parts.assets.nameOf(name) !== undefined
  const here = withoutLanguage(request.originalUrl)
  const programName = await rooms.nameNow?.()
  const { mayOpen } = parts
  const frame = buildFrame({ rooms, page, context, here, flash, plainLan, programName, health, hasStyle, mayOpen })
  return parts.renderer.render(page.template, data, frame)
}

function takeFlash(parts: FloorParts, request: Request, response: Response, { now }: RequestContext) {
  const name = cookiesOf(parts, request).flash
  const flash = parts.shelf.take(readCookie(request, name), now)
  clearCookie(request, response, name, parts.options.secure)
  return flash
}

/** `?lang=en` is remembered and leaves the address. */
function keptLanguage(parts: FloorParts, request: Request, response: Response): boolean {
  const language = asLanguage(request.query.lang)
  if (language === undefined) return false
  setLanguageCookie(response, language, parts.options.secure)
  response.redirect(303, withoutLanguage(request.originalUrl))
  return true
}

function withoutLanguage(target: string): string {
  const [path = '/', query = ''] = target.split('?', 2)
  const rest = query.split('&').filter((part) => part !== '' && !part.startsWith('lang='))
  return `${path.replace(/^\/{2,}/, '/')}${rest.length > 0 ? `?${rest.join('&')}` : ''}`
}

/** To the entrance that fits what was asked for, and back from there. */
function turnAway(parts: FloorParts, request: Request, response: Response, access: Access, denied: Refusal): unknown {
  const { entrances } = parts.options.rooms
  const doors: Partial<Record<RefusalCode, string | undefined>> = {
    sign_in_required: access === 'worker' ? entrances?.worker : entrances?.staff,
    pin_change_required: entrances?.pinChange,
  }
  const door = doors[denied.refused]
  if (door === undefined) return showRefusal(parts, request, response, denied)
  const next = encodeURIComponent(withoutLanguage(request.originalUrl))
  return response.redirect(303, `${mountOf(request)}${door}?next=${next}`)
}

function downloadHandler(parts: FloorParts, download: Download): RequestHandler {
  return async (request, response) => {
    const context = await parts.contextOf(request, response)
    const denied = decideAccess(download.access, context.actor)
    if (denied !== undefined) return turnAway(parts, request, response, download.access, denied)
    const input = isDangerous(request.query)
      ? undefined
      : download.input.safeParse({ ...request.query, ...request.params })
    if (input?.success !== true) return showRefusal(parts, request, response, refuse('not_found'))
    const file = await download.load(input.data, context)
    if (isRefusal(file)) return showRefusal(parts, request, response, file)
    response.attachment(file.fileName).type(file.contentType)
    if (file.body instanceof Uint8Array) return response.send(Buffer.from(file.body))
    for await (const part of file.body) {
      if (response.destroyed) return
      if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
    }
    response.end()
  }
}

/** An error page in the words of the refusal; JSON for programs that want no HTML. */
export async function showRefusal(parts: FloorParts, request: Request, response: Response, refusal: Refusal) {
  parts.refusals.add({ code: refusal.refused })
  noteRetry(response, refusal)
  await showError(parts, request, response, {
    status: statusOf(refusal),
    sentence: refusalWords(refusal),
    code: refusal.refused,
  })
}

/** After an error of ours: same page, no inside knowledge. */
export async function showFailure(parts: FloorParts, request: Request, response: Response, error: unknown) {
  const refusal = refusalOfError(error)
  if (refusal !== undefined) return showRefusal(parts, request, response, refusal)
  parts.options.log.error({ err: error, path: request.path }, 'a page failed')
  await showError(parts, request, response, { status: 500, sentence: sharedWords['error.internal'], code: 'internal' })
}

async function showError(
  parts: FloorParts,
  request: Request,
  response: Response,
  error: { status: number; sentence: Words; code: string },
): Promise<void> {
  const context = await parts.contextOf(request, response)
  const page = { title: sharedWords['error.title'], shell: 'bare', template: 'web/error', path: '' } as const
  const html = await draw(parts, request, { page, context, flash: undefined, data: error })
  response.status(error.status).type('html').send(html)
}
