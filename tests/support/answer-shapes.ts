/** What answers of the API must have in them for a test to go on with it; more may be there. */
import { z } from 'zod'

const text = z.string()

/** A refusal: a stable code and a sentence in both languages. */
export const refusalAnswer = z.object({ code: text, ja: text, en: text })
/** The fields that could not be read. */
export const issuesAnswer = z.object({ errors: z.array(z.object({ path: text, code: text, message: text })) })
/** A worker who was just registered, with the PIN of her slip. */
export const workerAnswer = z.object({ worker: text, pin: text })
export const cardAnswer = z.object({ card: text })
export const passwordAnswer = z.object({ password: text })
export const codeAnswer = z.object({ code: text })
export const workerListAnswer = z.object({
  workers: z.array(z.object({ worker: text, code: text, name: text })),
})
export const personAnswer = z.object({
  person: z.object({ code: text, name: text, own: z.boolean() }),
  cards: z.array(cardAnswer),
})
export const dayAnswer = z.object({ sessions: z.array(z.object({ session: text })).min(1) })
export const clientAnswer = z.object({ client: text })
export const orderAnswer = z.object({ order: text })
export const packageListAnswer = z.object({ items: z.array(z.object({ package: text })).min(1) })
export const todayAnswer = z.object({
  centre: z.object({ code: text, name: text }),
  tasks: z.array(z.object({ kind: text })),
})
export const correctionAnswer = z.object({ correction: text })
