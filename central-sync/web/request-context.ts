/** Who asks, in which language, from where: read fresh for each request. */
import type { Request, Response } from 'express'
import type { Language } from '../protocol/event/place.ts'
import { clearCookie, LANGUAGE_COOKIE, readCookie, setSessionCookie } from './cookie.ts'
import { cookiesOf, type FloorParts, mountOf } from './floor-parts.ts'
import type { Actor, RequestContext, WebFloorOptions } from './port.ts'

type Needs = Pick<FloorParts, 'options'>

/** One context per request, however many doors ask for it. */
export function contextReader(options: WebFloorOptions): FloorParts['contextOf'] {
  const known = new WeakMap<Request, Promise<RequestContext>>()
  return (request, response) => {
    const context = known.get(request) ?? readContext({ options }, request, response)
    known.set(request, context)
    return context
  }
}

async function readContext(parts: Needs, request: Request, response: Response): Promise<RequestContext> {
  const { memory, clock } = parts.options
  const now = clock.now()
  const token = readCookie(request, cookiesOf(parts, request).session)
  const subject = token === undefined ? undefined : await memory.session.find(token, now)
  const actor: Actor = subject === undefined ? { kind: 'nobody' } : await memory.actorOf(subject)
  return {
    actor,
    language: languageOf(request),
    now,
    base: mountOf(request),
    origin: `${parts.options.secure ? 'https' : 'http'}://${request.get('host') ?? 'localhost'}`,
    remote: request.socket.remoteAddress ?? '',
    session: sessionOf(parts, request, response, token),
  }
}

/** Signing in always makes a new token: one that was planted before is worth nothing afterwards. */
function sessionOf(
  parts: Needs,
  request: Request,
  response: Response,
  token: string | undefined,
): RequestContext['session'] {
  const { memory, clock, secure } = parts.options
  const name = cookiesOf(parts, request).session
  return {
    async begin(actor) {
      if (token !== undefined) await memory.session.end(token)
      setSessionCookie(response, name, await memory.session.begin(actor, clock.now()), secure)
    },
    async end() {
      if (token !== undefined) await memory.session.end(token)
      clearCookie(request, response, name, secure)
    },
  }
}

export function asLanguage(value: unknown): Language | undefined {
  return value === 'ja' || value === 'easy' || value === 'en' ? value : undefined
}

/** `?lang=`, then the cookie, then the browser's wish, then Japanese. */
function languageOf(request: Request): Language {
  const chosen = asLanguage(request.query.lang) ?? asLanguage(readCookie(request, LANGUAGE_COOKIE))
  if (chosen !== undefined) return chosen
  return request.acceptsLanguages('ja', 'en') === 'en' ? 'en' : 'ja'
}
