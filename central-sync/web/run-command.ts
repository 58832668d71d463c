/** The one way a command runs, whether it came as JSON or as a form: access, input, idempotency, handler. */
import { Refused } from '../protocol/refusal.ts'
import { decideAccess } from './decide-access.ts'
import { fieldIssuesOf, hiddenIssuesOf } from './field-issues.ts'
import type { FloorParts } from './floor-parts.ts'
import { type Answer, fingerprintOf, requestKeyOf, scopeOf, toAnswer } from './idempotency.ts'
import type { Command, RequestContext } from './port.ts'
import { refuseFields } from './problem.ts'

export interface Call {
  readonly command: Command
  readonly raw: unknown
  readonly key: string
  readonly context: RequestContext
}

/** The answer with the parsed input; errors that are no refusals are thrown. */
export async function runCommand(parts: FloorParts, call: Call): Promise<{ answer: Answer; input: unknown }> {
  const { command, raw, key, context } = call
  const denied = decideAccess(command.access, context.actor, command.beforePinChange)
  if (denied !== undefined) return { answer: { refusal: denied }, input: undefined }
  const hidden = hiddenIssuesOf(raw, context.language)
  if (hidden.length > 0) return { answer: { refusal: refuseFields(hidden) }, input: undefined }
  const parsed = command.input.safeParse(raw)
  if (!parsed.success) {
    const errors = fieldIssuesOf(parsed.error, context.language)
    return { answer: { refusal: refuseFields(errors) }, input: undefined }
  }
  const input = parsed.data
  if (command.unrepeatable === true) return { answer: toAnswer(await handled(command, input, context)), input }
  const scope = scopeOf(command.name, context.actor)
  if (command.remembers === true) {
    const requestKey = requestKeyOf({ scope, key, fingerprint: '' })
    return { answer: toAnswer(await handled(command, input, { ...context, requestKey })), input }
  }
  const attempt = { scope, key, fingerprint: fingerprintOf(raw), now: context.now }
  const run = () => handled(command, input, { ...context, requestKey: requestKeyOf(attempt) })
  return { answer: await parts.answers.answer(attempt, run), input }
}

async function handled(command: Command, input: unknown, context: RequestContext): Promise<unknown> {
  try {
    return await command.handle(input, context)
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}
