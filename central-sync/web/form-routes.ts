/**
 * `POST /do/<command>`: the same commands as forms. Always answers with 303 to a page of ours, which says once what
 * became of it. `_key` idempotency key, `_back` page to return to, `_next` page after success (`{field}` from the answer).
 */
import { type Request, type RequestHandler, type Response, Router, text } from 'express'
import { isRefusal, type Refusal, refuse } from '../protocol/refusal.ts'
import { setFlashCookie } from './cookie.ts'
import { type Flash, valuesToKeep } from './flash.ts'
import { cookiesOf, type FloorParts, mountOf } from './floor-parts.ts'
import { readKey } from './idempotency.ts'
import type { Command, FormFields, RequestContext } from './port.ts'
import { noteRetry } from './problem.ts'
import { groupFields, readForm } from './read-form.ts'
import { runCommand } from './run-command.ts'

const BODY_MAX = '32kb'

export function formRoutes(parts: FloorParts): Router {
  const router = Router()
  router.use(text({ limit: BODY_MAX, type: 'application/x-www-form-urlencoded', defaultCharset: 'utf-8' }))
  for (const command of parts.options.rooms.commands) {
    router.post(`/${command.name}`, formHandler(parts, command))
    parts.table.push({
      method: 'POST',
      path: `/do/${command.name}`,
      kind: 'form',
      name: command.name,
      access: command.access,
    })
  }
  return router
}

function formHandler(parts: FloorParts, command: Command): RequestHandler {
  return async (request, response) => {
    const context = await parts.contextOf(request, response)
    const fields = typeof request.body === 'string' ? groupFields(request.body) : undefined
    const raw = fields === undefined ? undefined : decode(parts, command, fields)
    const key = readKey(fields?.get('_key')?.at(-1))
    if (fields === undefined || raw === undefined)
      return comeBack(parts, request, response, fields, command, refuse('malformed'))
    if (isRefusal(key)) return comeBack(parts, request, response, fields, command, key)
    const { answer, input } = await runCommand(parts, { command, raw, key, context })
    if ('refusal' in answer) return comeBack(parts, request, response, fields, command, answer.refusal)
    const { output } = answer
    const undo = parts.options.rooms.undos?.[command.name]?.(input, output)
    put(parts, request, response, { kind: 'done', command: command.name, words: command.done, output, undo }, context)
    const next = fields.get('_next')?.at(-1)
    const target = next === undefined || next === '' ? fields.get('_back')?.at(-1) : fill(next, output)
    response.redirect(303, localPath(target, mountOf(request)))
  }
}

function decode(parts: FloorParts, command: Command, fields: FormFields): unknown {
  const { forms } = parts.options.rooms
  const own = forms !== undefined && Object.hasOwn(forms, command.name) ? forms[command.name] : undefined
  return own === undefined ? readForm(fields) : own(fields)
}

function comeBack(
  parts: FloorParts,
  request: Request,
  response: Response,
  fields: FormFields | undefined,
  command: Command,
  refusal: Refusal,
): void {
  parts.refusals.add({ code: refusal.refused })
  noteRetry(response, refusal)
  const values = fields === undefined ? {} : valuesToKeep(fields)
  const now = parts.options.clock.now()
  put(parts, request, response, { kind: 'refused', command: command.name, refusal, values }, { now })
  response.redirect(303, localPath(fields?.get('_back')?.at(-1), mountOf(request)))
}

function put(
  parts: FloorParts,
  request: Request,
  response: Response,
  flash: Flash,
  { now }: Pick<RequestContext, 'now'>,
): void {
  setFlashCookie(response, cookiesOf(parts, request).flash, parts.shelf.put(flash, now), parts.options.secure)
}

/** `/people/{worker}` with a text field of the answer. */
function fill(path: string, output: unknown): string {
  return path.replace(/\{([A-Za-z]+)\}/g, (_all, field: string) => {
    const value = typeof output === 'object' && output !== null ? Reflect.get(output, field) : undefined
    return typeof value === 'string' || typeof value === 'number' ? encodeURIComponent(value) : ''
  })
}

/** A path of this host or the program's first page: a form can send nobody elsewhere. */
export function localPath(path: string | undefined, base: string): string {
  const home = base === '' ? '/' : base
  if (path === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes('\\')) return home
  const here = 'http://localhost'
  const url = URL.canParse(path, here) ? new URL(path, here) : undefined
  return url === undefined || url.origin !== here || url.pathname.startsWith('//')
    ? home
    : `${url.pathname}${url.search}${url.hash}`
}
