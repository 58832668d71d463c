/** Events about workers and their cards. */
import { z } from 'zod'
import { identifier } from '../identifier.ts'
import { defineEvent } from './definition.ts'
import { language } from './place.ts'

/** `W001`: unique per home centre; elsewhere written `ITO-W001`. */
export const workerCode = z.string().regex(/^[A-Za-z0-9]{1,16}$/)

/** No control and no bidi-override characters: they would turn the words around a name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const STEADY = /^[^\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/u

/** A name as typed: any script, any length up to 200. */
export const personName = z.string().trim().min(1).max(200).regex(STEADY)

/** Reading of a name, where it is typed; may be empty. */
export const typedKana = z.string().trim().max(200).regex(STEADY)

/** Short name for the shared screen, where it is typed; empty = greet by code. */
export const typedCallName = z.string().trim().max(40).regex(STEADY)

export const workerSheet = z.strictObject({
  name: personName,
  /** Reading in kana; what lists are sorted by. */
  kana: z.string().trim().max(200),
  /** Short name chosen for the shared screen; empty = greet by code. */
  callName: z.string().trim().max(40),
  language,
})
export type WorkerSheet = z.infer<typeof workerSheet>

export const workerRegistered = defineEvent({
  type: 'worker.registered',
  version: 1,
  author: 'centre',
  data: z.strictObject({ worker: identifier('worker'), code: workerCode, home: identifier('site') }),
  personal: workerSheet,
})

/** A whole new sheet; the newest one counts. */
export const workerChanged = defineEvent({
  type: 'worker.changed',
  version: 1,
  author: 'centre',
  data: z.strictObject({ worker: identifier('worker'), active: z.boolean() }),
  personal: workerSheet,
})

/** What another centre may greet this worker with, sent down after a first tap or assignment there. */
export const workerIntroduced = defineEvent({
  type: 'worker.introduced',
  version: 1,
  author: 'hub',
  data: z.strictObject({ worker: identifier('worker') }),
  personal: z.strictObject({
    callName: z.string().max(40),
    kana: z.string().max(200),
    language,
    pinVerifier: z.string().max(300),
  }),
})

/** She was not at that centre for so long that it forgets her: her key is destroyed there, and she is greeted by code. */
export const introductionLapsed = defineEvent({
  type: 'introduction.lapsed',
  version: 1,
  author: 'hub',
  data: z.strictObject({ worker: identifier('worker'), site: identifier('site') }),
})

/** HMAC-SHA-256 of the canonical card number under a network card key, base64url. */
export const cardDigest = z.strictObject({
  /** Version of the card key: 0 = the centre's own, ≥ 1 = the network's. */
  k: z.number().int().min(0),
  h: z.base64url().length(43),
})
export type CardDigest = z.infer<typeof cardDigest>

export const cardEnrolled = defineEvent({
  type: 'card.enrolled',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    card: identifier('card'),
    worker: identifier('worker'),
    digests: z.array(cardDigest).min(1).max(2),
    /** Last two bytes in hex, for support ("the card ending 9ABC"). */
    tail: z.string().regex(/^[0-9A-F]{0,4}$/),
  }),
})

/** A tap matched on the old card key: the digest under the new one is added. */
export const cardDigestAdded = defineEvent({
  type: 'card.digest-added',
  version: 1,
  author: 'centre',
  data: z.strictObject({ card: identifier('card'), digest: cardDigest }),
})

/** Revoked by anyone is revoked. */
export const cardRevoked = defineEvent({
  type: 'card.revoked',
  version: 1,
  author: 'either',
  data: z.strictObject({
    card: identifier('card'),
    reason: z.enum(['lost', 'broken', 'returned', 'replaced', 'misused']),
  }),
})
