/** `/api/v1`: commands as POST, queries as GET, problem+json for every "no". */
import { json, type Request, type RequestHandler, type Response, Router } from 'express'
import { isRefusal, type Refusal, refuse } from '../protocol/refusal.ts'
import { decideAccess } from './decide-access.ts'
import { fieldIssuesOf } from './field-issues.ts'
import type { FloorParts } from './floor-parts.ts'
import { readKey } from './idempotency.ts'
import { openApiOf } from './openapi.ts'
import type { Command, Query } from './port.ts'
import { internalProblem, refusalOfError, refuseFields, sendProblem } from './problem.ts'
import { isDangerous } from './read-form.ts'
import { runCommand } from './run-command.ts'

const BODY_MAX = '32kb'

export function apiRoutes(parts: FloorParts): Router {
  const { commands, queries } = parts.options.rooms
  const router = Router()
  router.use(json({ limit: BODY_MAX, strict: true, type: 'application/json' }))
  const paths = new Set([...commands, ...queries].map(({ path }) => path))
  for (const command of commands) {
    router.post(command.path, commandHandler(parts, command))
    parts.table.push(line('POST', 'command', command))
  }
  for (const query of queries) {
    router.get(query.path, queryHandler(parts, query))
    parts.table.push(line('GET', 'query', query))
  }
  // Made when it is asked for: a start does not wait for what programmers read.
  let description: ReturnType<typeof openApiOf> | undefined
  router.get('/openapi.json', (_request, response) => {
    description ??= openApiOf(parts.options.rooms)
    response.json(description)
  })
  for (const path of paths) router.all(path, refusing(parts, refuse('method_not_allowed')))
  router.use(refusing(parts, refuse('not_found')))
  router.use(apiErrors(parts))
  return router
}

function line(method: 'GET' | 'POST', kind: 'command' | 'query', { path, name, access }: Command | Query) {
  return { method, path: `/api/v1${path}`, kind, name, access }
}

function commandHandler(parts: FloorParts, command: Command): RequestHandler {
  return async (request, response) => {
    const context = await parts.contextOf(request, response)
    const key = readKey(request.get('idempotency-key'))
    if (isRefusal(key)) return answerRefusal(parts, response, key, context.language)
    const body = jsonBody(request)
    if (isRefusal(body)) return answerRefusal(parts, response, body, context.language)
    const { answer } = await runCommand(parts, { command, raw: body, key, context })
    if ('refusal' in answer) return answerRefusal(parts, response, answer.refusal, context.language)
    response.status(command.creates === true ? 201 : 200).json(answer.output)
  }
}

/** Path parameters count as part of the body, so that `/workers/:worker/…` needs no second copy. */
function jsonBody(request: Request): unknown {
  const body: unknown = request.body
  if (body === undefined && Number(request.get('content-length') ?? 0) > 0) return refuse('malformed', 'Content-Type')
  if (isDangerous(body)) return refuse('malformed')
  if (body !== undefined && (typeof body !== 'object' || Array.isArray(body))) return body
  return { ...request.params, ...body }
}

function queryHandler(parts: FloorParts, query: Query): RequestHandler {
  return async (request, response) => {
    const context = await parts.contextOf(request, response)
    const denied = decideAccess(query.access, context.actor)
    if (denied !== undefined) return answerRefusal(parts, response, denied, context.language)
    const { lang: _lang, ...asked } = request.query
    const parsed = isDangerous(asked) ? undefined : query.input.safeParse({ ...asked, ...request.params })
    if (parsed?.success !== true) {
      const errors = parsed === undefined ? [] : fieldIssuesOf(parsed.error, context.language)
      return answerRefusal(parts, response, refuseFields(errors), context.language)
    }
    const result = await query.handle(parsed.data, context)
    if (isRefusal(result)) return answerRefusal(parts, response, result, context.language)
    response.json(result)
  }
}

function answerRefusal(parts: FloorParts, response: Response, refusal: Refusal, language: 'ja' | 'easy' | 'en') {
  parts.refusals.add({ code: refusal.refused })
  sendProblem(response, refusal, language)
}

function refusing(parts: FloorParts, refusal: Refusal): RequestHandler {
  return (_request, response) => answerRefusal(parts, response, refusal, 'ja')
}

/** Express knows error handlers by their four parameters. */
function apiErrors(parts: FloorParts) {
  return (error: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) return next(error)
    const refusal = refusalOfError(error)
    if (refusal !== undefined) return answerRefusal(parts, response, refusal, 'ja')
    parts.options.log.error({ err: error, path: request.path }, 'a request failed')
    response.status(500).type('application/problem+json').send(JSON.stringify(internalProblem))
  }
}
