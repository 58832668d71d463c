/** What the web floor remembers, on secrets.db: sign-in sessions and answers by idempotency key. */
import type { SecretStore } from './secret-store.ts'
import type { KeptAnswers } from './secrets/kept-answers.ts'
import type { SignInSessions } from './secrets/sign-in-sessions.ts'

export interface KeptWebMemory {
  readonly session: Pick<SignInSessions, 'begin' | 'find' | 'end' | 'endAll'>
  readonly idempotency: Pick<KeptAnswers, 'find' | 'keep'>
}

/** `WebMemory` but for `actorOf`, which each program adds: `{ ...createWebMemory(secrets), actorOf }`. */
export function createWebMemory(secrets: Pick<SecretStore, 'sessions' | 'answers'>): KeptWebMemory {
  const { sessions, answers } = secrets
  return {
    session: {
      begin: (actor, now) => sessions.begin(actor, now),
      find: (token, now) => sessions.find(token, now),
      end: (token) => sessions.end(token),
      endAll: (subject) => sessions.endAll(subject),
    },
    idempotency: {
      find: (scope, key) => answers.find(scope, key),
      keep: (scope, key, fingerprint, answer, now) => answers.keep(scope, key, fingerprint, answer, now),
    },
  }
}
