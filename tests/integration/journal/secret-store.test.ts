/** secrets.db on a real file: what is spent is spent, what is shredded is gone, and no token or PIN stands in it. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSecretStore, type SecretStore } from '../../../central-sync/journal/secret-store.ts'
import { SIGN_IN_LIFE } from '../../../central-sync/journal/secrets/sign-in-sessions.ts'
import { makeVerifier, matchesVerifier } from '../../../central-sync/journal/secrets/verifiers.ts'
import { createWebMemory } from '../../../central-sync/journal/web-memory.ts'
import { newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { NONCE_MEMORY_MS } from '../../../central-sync/protocol/wire/signed-request.ts'
import type { WebMemory } from '../../../central-sync/web/port.ts'
import { newFolder } from '../../support/journal-fixture.ts'

const START = 1_763_600_000_000
let folder: string
let now = START
let secrets: SecretStore

const clock = { now: () => now, monotonicMs: () => now }
const reopen = async () => {
  await secrets.close()
  secrets = await openSecretStore({ file: join(folder, 'secrets.db'), clock })
}

beforeEach(async () => {
  now = START
  folder = await newFolder()
  secrets = await openSecretStore({ file: join(folder, 'secrets.db'), clock })
})

afterEach(async () => {
  await secrets.close()
  await rm(folder, { recursive: true })
})

test('the identity is made once and is the same after a restart', async () => {
  const before = secrets.identity
  await reopen()
  expect(secrets.identity).toEqual(before)
  expect((await stat(join(folder, 'secrets.db'))).mode & 0o077).toBe(0)
})

test('a subject has one data key however many ask at once, and it survives a restart until it is shredded', async () => {
  const subjects = ['w_a', 'w_b', 'w_c']
  const answers = await Promise.all(Array.from({ length: 20 }, () => secrets.dataKeys(subjects)))
  const ids = new Set(answers.flatMap((keys) => subjects.map((subject) => keys.get(subject)?.id)))
  expect(ids.size).toBe(3)
  await reopen()
  expect((await secrets.dataKeys(['w_a'])).get('w_a')?.id).toBe(answers[0]?.get('w_a')?.id)
  expect(secrets.keys.after(0, 10).map(({ subject }) => subject)).toEqual(subjects)
  expect(await secrets.keys.shred('w_a')).toBe(1)
  await reopen()
  expect(secrets.keys.ofSubject('w_a')).toEqual([])
  expect((await secrets.dataKeys(['w_a'])).get('w_a')?.id).not.toBe(answers[0]?.get('w_a')?.id)
})

test('a shredded key leaves no copy of its bytes in any file', async () => {
  const key = Buffer.from((await secrets.dataKeys(['w_gone'])).get('w_gone')?.key ?? [])
  expect(key).toHaveLength(32)
  await secrets.keys.shred('w_gone')
  await secrets.close()
  for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).includes(key)).toBe(false)
  secrets = await openSecretStore({ file: join(folder, 'secrets.db'), clock })
})

test('received keys are kept once and open what was sealed elsewhere', async () => {
  const key = { id: newIdentifier('key'), subject: 'w_far', key: new Uint8Array(32).fill(7) }
  await secrets.keys.receive([key])
  await secrets.keys.receive([key])
  expect(secrets.keys.ofSubject('w_far')).toHaveLength(1)
})

test('a card key never changes under its version, and a tap uses the newest two', async () => {
  await secrets.cardKeys.ensure(0)
  const own = secrets.cardKeys.all()[0]?.key
  await secrets.cardKeys.ensure(0)
  await secrets.cardKeys.add(1, Buffer.alloc(32, 1))
  await secrets.cardKeys.add(2, Buffer.alloc(32, 2))
  expect(secrets.cardKeys.all()[0]?.key).toEqual(own)
  expect(secrets.cardKeys.inUse().map(({ version }) => version)).toEqual([2, 1])
  await expect(secrets.cardKeys.add(2, Buffer.alloc(32, 3))).rejects.toThrow('another one')
})

test('a PIN is right or wrong, says when it must be changed, and nobody learns whether a person exists', async () => {
  await secrets.verifiers.set('w_a', 'pin', '4071', true)
  expect(await secrets.verifiers.check('w_a', 'pin', '4071')).toBe('must_change')
  expect(await secrets.verifiers.check('w_a', 'pin', '４０７１')).toBe('must_change')
  expect(await secrets.verifiers.check('w_a', 'pin', '4072')).toBe('wrong')
  expect(await secrets.verifiers.check('w_nobody', 'pin', '4071')).toBe('wrong')
  await secrets.verifiers.set('w_a', 'pin', '1593', false)
  await reopen()
  expect(await secrets.verifiers.check('w_a', 'pin', '1593')).toBe('ok')
  expect(await secrets.verifiers.check('w_a', 'password', '1593')).toBe('wrong')
  const kept = await secrets.verifiers.get('w_a', 'pin')
  expect(kept?.verifier).toMatch(/^argon2id\$19456\$2\$1\$/)
  expect(await matchesVerifier('1593', kept?.verifier ?? '')).toBe(true)
  expect(await makeVerifier('1593')).not.toBe(kept?.verifier)
  expect(await matchesVerifier('1593', 'nonsense')).toBe(false)
})

test('a signed-in session ends after idleness, after its whole life, at sign-out, and for all of a person at once', async () => {
  const memory: Pick<WebMemory, 'session' | 'idempotency'> = createWebMemory(secrets)
  const staff = newIdentifier('staff')
  const worker = newIdentifier('worker')
  const token = await memory.session.begin({ kind: 'staff', staff }, now)
  expect(token).toMatch(/^[\w-]{43}$/)
  for (let turn = 0; turn < 20; turn++) {
    now += SIGN_IN_LIFE.staff.idleMs - MINUTE_MS
    expect(await memory.session.find(token, now)).toEqual({ kind: 'staff', staff })
  }
  expect(await memory.session.find(token, now + SIGN_IN_LIFE.staff.idleMs + 1)).toBeUndefined()
  expect(await memory.session.find(token, now)).toBeUndefined()

  const whole = await memory.session.begin({ kind: 'worker', worker }, now)
  const began = now
  while (now - began <= SIGN_IN_LIFE.worker.wholeMs) {
    expect(await memory.session.find(whole, now)).toEqual({ kind: 'worker', worker })
    now += SIGN_IN_LIFE.worker.idleMs
  }
  expect(await memory.session.find(whole, now)).toBeUndefined()

  const [a, b] = [
    await memory.session.begin({ kind: 'staff', staff }, now),
    await memory.session.begin({ kind: 'staff', staff }, now),
  ]
  await memory.session.end(a)
  expect(await memory.session.find(a, now)).toBeUndefined()
  await memory.session.endAll(staff)
  expect(await memory.session.find(b, now)).toBeUndefined()
  const past = await memory.session.begin({ kind: 'staff', staff }, now)
  expect(await memory.session.find(past, now - HOUR_MS)).toBeUndefined()
})

test('a token stands in no file', async () => {
  const token = await secrets.sessions.begin({ kind: 'staff', staff: newIdentifier('staff') }, now)
  for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).includes(token)).toBe(false)
})

test('the first answer to an idempotency key stands, for three days', async () => {
  await secrets.answers.keep('workers.register', 'k1', 'print', '{"first":true}', now)
  await secrets.answers.keep('workers.register', 'k1', 'other', '{"first":false}', now)
  await reopen()
  expect(await secrets.answers.find('workers.register', 'k1')).toEqual({
    fingerprint: 'print',
    answer: '{"first":true}',
  })
  expect(await secrets.answers.find('cards.enrol', 'k1')).toBeUndefined()
  await secrets.answers.keep('workers.register', 'k2', 'print', '{}', now + 4 * DAY_MS)
  expect(await secrets.answers.find('workers.register', 'k1')).toBeUndefined()
})

test('an enrolment code is burnt by the first who uses it, dies of wrong proofs and of age', async () => {
  const code = {
    prefix: 'ABCD',
    key: Buffer.alloc(32, 5),
    role: 'kiosk' as const,
    label: '入口',
    place: 'front',
    expires: now + HOUR_MS,
    facts: '{}',
  }
  expect(await secrets.codes.keep(code, now)).toBe(true)
  expect(await secrets.codes.keep(code, now)).toBe(false)
  expect(await secrets.codes.find('ABCD', now)).toEqual({ ...code, tries: 0 })
  const racers = await Promise.all(Array.from({ length: 10 }, () => secrets.codes.burn('ABCD', now)))
  expect(racers.filter((won) => won !== undefined)).toEqual([{ ...code, tries: 0 }])
  await reopen()
  expect(await secrets.codes.find('ABCD', now)).toBeUndefined()
  expect(await secrets.codes.keep(code, now)).toBe(true)
  for (let turn = 0; turn < 5; turn++) await secrets.codes.miss('ABCD')
  expect(await secrets.codes.burn('ABCD', now)).toBeUndefined()
  expect(await secrets.codes.keep({ ...code, prefix: 'OLDE' }, now)).toBe(true)
  expect(await secrets.codes.burn('OLDE', now + HOUR_MS)).toBeUndefined()
  expect(await secrets.codes.open(now)).toHaveLength(1)
})

test('a nonce is new once, also after a restart, and is forgotten when nobody could use it any more', async () => {
  expect(await secrets.nonces.remember('d_1', 'n1', now)).toBe(true)
  await reopen()
  expect(await secrets.nonces.remember('d_1', 'n1', now)).toBe(false)
  expect(await secrets.nonces.remember('d_2', 'n1', now)).toBe(true)
  expect(await secrets.nonces.remember('d_1', 'n1', now + NONCE_MEMORY_MS + 1)).toBe(true)
})

test('parcels wait for their peer in order until they are done', async () => {
  const parcels = ['x_1', 'x_2', 'x_3'].map((key) => ({ key, subject: 'w_a', box: 'sealed' }))
  await secrets.parcels.put('hub', 'out', parcels)
  await secrets.parcels.put('hub', 'out', parcels)
  expect((await secrets.parcels.waiting('hub', 'out', 10)).map(({ key }) => key)).toEqual(['x_1', 'x_2', 'x_3'])
  await secrets.parcels.done('hub', 'out', ['x_1', 'x_3'])
  expect((await secrets.parcels.waiting('hub', 'out', 10)).map(({ key }) => key)).toEqual(['x_2'])
  expect(await secrets.parcels.list('hub', 'out', 1, 10)).toHaveLength(2)
  await secrets.notes.set('hub.pin', 'a')
  await secrets.notes.set('hub.pin', 'b')
  expect(await secrets.notes.get('hub.pin')).toBe('b')
  await secrets.notes.remove('hub.pin')
  expect(await secrets.notes.get('hub.pin')).toBeUndefined()
})
