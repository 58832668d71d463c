/** Pages read through the centre's own queries: the same answers as the JSON API, with the same access. */
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { decideAccess } from '../../central-sync/web/decide-access.ts'
import type { Query, RequestContext } from '../../central-sync/web/port.ts'
import type { Shape } from '../http/shape.ts'

/** Asks the query of this shape. Throws when the centre has no such query: that is a mistake in the composition. */
export type Ask = <I, O>(
  shape: Shape<I, O>,
  input: NoInfer<Partial<I>>,
  context: RequestContext,
) => Promise<O | Refusal>

export function askOf(queries: readonly Query[]): Ask {
  const byName = new Map(queries.map((query) => [query.name, query]))
  // A page and the lights around it often ask the same: one request, one answer. Its session object is unique to it.
  const asked = new WeakMap<RequestContext['session'], Map<string, Promise<unknown>>>()
  return async <I, O>(shape: Shape<I, O>, input: Partial<I>, context: RequestContext) => {
    const query = byName.get(shape.name)
    if (query === undefined) throw new Error(`no query ${shape.name}`)
    const denied = decideAccess(shape.access, context.actor)
    if (denied !== undefined) return denied
    const answers = asked.get(context.session) ?? new Map<string, Promise<unknown>>()
    asked.set(context.session, answers)
    const question = `${shape.name} ${JSON.stringify(input)}`
    const known = answers.get(question)
    if (known !== undefined) return (await known) as O | Refusal
    // A page counts on from the day in its address: the week before the first day there is does not exist.
    const parsed = query.input.safeParse(input)
    if (!parsed.success) return refuse('malformed')
    const answer = query.handle(parsed.data, context)
    answers.set(question, answer)
    return (await answer) as O | Refusal
  }
}

/** The answer, or a fallback when this person may not ask. */
export async function orElse<O, F>(answer: Promise<O | Refusal>, fallback: F): Promise<O | F> {
  const value = await answer
  return isRefusal(value) ? fallback : value
}
