/** Refusals and errors as `application/problem+json` (RFC 9457) with a stable code and a sentence in both languages. */
import type { Response } from 'express'
import { z } from 'zod'
import type { Language } from '../protocol/event/place.ts'
import { type Refusal, Refused, refusalSentence, refusals, refuse } from '../protocol/refusal.ts'

/** One field that could not be read: `path` as in the input, for example `wanted.0.start`. */
export interface FieldIssue {
  readonly path: string
  readonly code: string
  readonly message: string
}

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  ja: z.string(),
  en: z.string(),
  facts: z.record(z.string(), z.unknown()).optional(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** Marks a refusal that carries field issues in `facts.errors`. */
export function refuseFields(errors: readonly FieldIssue[]): Refusal {
  return refuse('malformed', undefined, { errors })
}

export function fieldIssues(refusal: Refusal): readonly FieldIssue[] {
  const errors = refusal.facts?.errors
  return Array.isArray(errors) ? (errors as FieldIssue[]) : []
}

export function statusOf(refusal: Refusal): number {
  return refusals.get(refusal.refused)?.status ?? 500
}

export function problemOf(refusal: Refusal, language: Language): Problem {
  const text = refusals.get(refusal.refused)
  if (text === undefined) throw new Error(`unknown refusal ${refusal.refused}`)
  const errors = fieldIssues(refusal)
  const { errors: _listed, ...facts } = refusal.facts ?? {}
  return {
    type: `urn:kado:refusal:${refusal.refused}`,
    title: text.en,
    status: text.status,
    code: refusal.refused,
    detail: refusalSentence(refusal, language),
    ja: refusalSentence(refusal, 'ja'),
    en: refusalSentence(refusal, 'en'),
    ...(Object.keys(facts).length > 0 && { facts }),
    ...(errors.length > 0 && { errors: [...errors] }),
  }
}

export function sendProblem(response: Response, refusal: Refusal, language: Language): void {
  const problem = problemOf(refusal, language)
  noteRetry(response, refusal)
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

/** Waiting times travel in the header that clients know (RFC 9110 §10.2.3). */
export function noteRetry(response: Response, refusal: Refusal): void {
  const wait = refusal.facts?.retryAfterS
  if (typeof wait === 'number') response.set('retry-after', String(wait))
}

/**
 * What an error thrown below a door means to the outside: a `Refused` is its refusal, errors of the body parser and the
 * URL decoder are `malformed` or `too_large`, everything else is our own mistake (undefined: 500).
 */
export function refusalOfError(error: unknown): Refusal | undefined {
  if (error instanceof Refused) return error.refusal
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  if (status === 413) return refuse('too_large')
  if (typeof status === 'number' && status >= 400 && status < 500) return refuse('malformed')
  return error instanceof URIError ? refuse('malformed') : undefined
}

/** The answer to a mistake of ours: no stack, no path, no message. */
export const internalProblem: Problem = {
  type: 'about:blank',
  title: 'Internal error',
  status: 500,
  code: 'internal',
  detail: 'うまくいきませんでした。記録は変わっていません。もう一度ためしてください。',
  ja: 'うまくいきませんでした。記録は変わっていません。もう一度ためしてください。',
  en: 'Something went wrong. Please try again.',
}
