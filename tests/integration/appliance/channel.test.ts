import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newIdentity } from '../../../central-sync/protocol/signing-key.ts'
import { HOUR_MS, parseIsoInstant, SECOND_MS } from '../../../central-sync/protocol/time.ts'
import type { ServerFrame } from '../../../central-sync/protocol/wire/device.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'

async function ready() {
  const centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const added = await administrator.send('/workers', {
    code: 'W001',
    name: '青木 さくら',
    kana: 'あおき',
    callName: '',
  })
  const { worker, pin } = added.body as { worker: string; pin: string }
  await administrator.send('/cards/enrol-number', { worker, card: CARD })
  const identity = await centre.newKiosk()
  return { centre, administrator, worker, pin, identity }
}

/** The centre still answers a tap as if nothing had happened. */
async function stillWorks(centre: ApplianceFixture, identity: Parameters<ApplianceFixture['line']>[0], boot: number) {
  const line = await centre.line(identity, boot)
  const { answer } = await line.touch({ card: CARD })
  expect(['in', 'out', 'ignored']).toContain(answer.result)
  return line
}

test.each([
  ['not a frame at all', () => 'hello'],
  ['a number where a frame should be', () => '12'],
  ['an empty text', () => ''],
  ['JSON without a counter', () => '{"t":"health"}'],
  ['deep nesting', () => `1 ${'A'.repeat(43)} {${'['.repeat(30_000)}`],
])('%s is answered with a goodbye and a closed socket', async (_what, text) => {
  const { centre, identity } = await ready()
  await using _ = centre
  const line = await centre.line(identity)
  line.sendText(text())
  expect((await line.ended()).code).toBe(1008)
  expect(line.refused).toMatch(/^(malformed|SIG)$/)
  await stillWorks(centre, identity, 2)
})

test('binary, oversized and over-fragmented messages close the socket by number', async () => {
  const { centre, identity } = await ready()
  await using _ = centre
  const binary = await centre.line(identity, 1)
  binary.socket.send(randomBytes(100))
  expect((await binary.ended()).code).toBe(1008)
  const large = await centre.line(identity, 2)
  large.sendText('x'.repeat(65_537))
  expect((await large.ended()).code).toBe(1009)
  const split = await centre.line(identity, 3)
  for (let part = 0; part < 80; part += 1) split.socket.send('x', { fin: false })
  expect([1008, 1009, 1006]).toContain((await split.ended()).code)
  await stillWorks(centre, identity, 4)
})

test('a record of another device, a wrong mac, a repeated and a skipped counter end the connection by name', async () => {
  const { centre, identity } = await ready()
  await using _ = centre
  const other = await centre.newKiosk('受付2')
  const foreign = await centre.line(identity, 1)
  const theirs = await centre.line(other, 1)
  foreign.send({ t: 'records', records: [theirs.tap({ card: CARD })] })
  await foreign.ended()
  expect(foreign.refused).toBe('malformed')
  const forged = await centre.line(identity, 2)
  forged.sendText(`1 ${'A'.repeat(43)} {"t":"time","ask":1}`)
  await forged.ended()
  expect(forged.refused).toBe('SIG')
  const replayed = await centre.line(identity, 3)
  const text = replayed.seal({ t: 'time', ask: 1 })
  replayed.sendText(text)
  replayed.sendText(text)
  await replayed.ended()
  expect(replayed.refused).toBe('REPLAY')
  const skipping = await centre.line(identity, 4)
  skipping.seal({ t: 'time', ask: 1 })
  skipping.send({ t: 'time', ask: 2 })
  await skipping.ended()
  expect(skipping.refused).toBe('REPLAY')
  await stillWorks(centre, identity, 5)
})

test('an unknown device, a wrong key and a retired device are told which they are', async () => {
  const { centre, administrator, identity } = await ready()
  await using _ = centre
  const { enrolled } = identity
  const stranger = { ...enrolled, welcome: { ...enrolled.welcome, id: `d_${'0'.repeat(20)}` } }
  expect((await centre.line({ enrolled: stranger, seq: 0 })).refused).toBe('UNKNOWN_DEVICE')
  const thief = { ...enrolled, identity: newIdentity() }
  expect((await centre.line({ enrolled: thief, seq: 0 })).refused).toBe('SIG')
  const line = await centre.line(identity)
  await administrator.send('/devices/retire', { device: enrolled.welcome.id, reason: '入れ替え' })
  await line.ended()
  expect(line.refused).toBe('RETIRED_DEVICE')
  expect((await centre.line(identity, 2)).refused).toBe('RETIRED_DEVICE')
})

test('two live connections of one identity with different starts are a clone, and staff are told', async () => {
  const { centre, administrator, identity } = await ready()
  await using _ = centre
  const genuine = await centre.line(identity, 7)
  const copy = await centre.line({ ...identity }, 8)
  expect(copy.refused).toBe('CLONE')
  expect((await genuine.touch({ card: CARD })).answer.result).toBe('in')
  const today = await administrator.ask('/today')
  expect(today.body.tasks).toContainEqual(expect.objectContaining({ kind: 'device_clone', why: ['CLONE'] }))
  await administrator.send('/devices/clear-clone', { device: identity.enrolled.welcome.id })
  expect((await administrator.ask('/devices')).body.devices[0].clone).toBe(false)
})

test('the same start of a kiosk simply takes the place of its own dead connection', async () => {
  const { centre, identity } = await ready()
  await using _ = centre
  const first = await centre.line(identity, 1)
  const second = await centre.line(identity, 1)
  expect(second.refused).toBeUndefined()
  await first.ended()
  expect((await second.touch({ card: CARD })).answer.result).toBe('in')
})

test('a browser of another site cannot open the channel', async () => {
  const { centre } = await ready()
  await using _ = centre
  const url = `${centre.url.replace('http', 'ws')}/channel/v1`
  for (const origin of ['https://example.com', centre.url]) {
    const socket = new WebSocket(url, { origin })
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
      socket.on('error', () => undefined)
      socket.on('open', () => resolve('open'))
    })
    expect(status).toBe(403)
  }
})

test('a PIN is checked for who has no card, and guessing is slowed down without stopping others', async () => {
  const { centre, administrator, pin, worker, identity } = await ready()
  await using _ = centre
  const second = await administrator.send('/workers', { code: 'W002', name: '井上 健', kana: 'いのうえ', callName: '' })
  const line = await centre.line(identity)
  const ask = async (code: string, secret: string) => {
    const answer = line.next((frame) => frame.t === 'pin')
    line.send({ t: 'pin', ask: 'a', code, pin: secret })
    return (await answer) as ServerFrame & { t: 'pin' }
  }
  expect(await ask('W001', pin)).toMatchObject({ ok: true, worker })
  for (let guess = 0; guess < 5; guess += 1) expect((await ask('W001', '0000')).code).toBe('sign_in_failed')
  expect((await ask('W001', pin)).code).toBe('rate_limited')
  expect(await ask('w002', second.body.pin)).toMatchObject({ ok: true, worker: second.body.worker })
  expect((await ask('W999', '0000')).code).toBe('sign_in_failed')
  const tap = await line.touch({ worker, identified: 'pin' })
  expect(tap.answer).toMatchObject({ result: 'in', code: 'W001' })
  const unsure = await line.touch({ worker: second.body.worker, identified: 'unverified' })
  expect(unsure.answer.result).toBe('in')
  centre.clock.turn(HOUR_MS)
  await line.touch({ worker: second.body.worker, identified: 'unverified', claim: 'out' })
  const sessions = await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)
  expect(sessions.find(({ worker_code }) => worker_code === 'W002')).toMatchObject({
    status: 'pending',
    flags: 'identity_unverified',
  })
})

test('a card is enrolled at the kiosk the staff chose, by token, once', async () => {
  const { centre, administrator, worker, identity } = await ready()
  await using _ = centre
  const device = identity.enrolled.welcome.id
  const absent = await administrator.send('/cards/start-enrolment', { worker, device })
  expect(absent.body.code).toBe('device_offline')
  const line = await centre.line(identity)
  const asked = line.next((frame) => frame.t === 'enrol')
  const started = await administrator.send('/cards/start-enrolment', { worker, device })
  const { token } = started.body as { token: string }
  expect(await asked).toMatchObject({ token, greeting: 'W001' })
  const digests = line.digestsOf('FEDCBA9876543210')
  const finish = async (sent: string) => {
    const done = line.next((frame) => frame.t === 'enrol-done')
    line.send({ t: 'enrolled', token: sent, digests, tail: '3210' })
    return (await done) as ServerFrame & { t: 'enrol-done' }
  }
  expect((await finish('planted')).code).toBe('not_allowed')
  expect(await finish(token)).toEqual({ t: 'enrol-done', token })
  expect((await administrator.ask(`/cards/enrolment?token=${token}`)).body).toEqual({ state: 'done', code: null })
  expect((await line.touch({ card: 'FEDCBA9876543210' })).answer).toMatchObject({ result: 'in', code: 'W001' })
  const again = await administrator.send('/cards/start-enrolment', { worker, device })
  centre.clock.turn(181 * SECOND_MS)
  expect((await finish(again.body.token)).code).toBe('too_late')
})

test('the roster comes in pages and then only with what has changed', async () => {
  const { centre, administrator, identity } = await ready()
  await using _ = centre
  const csv = ['worker_code,name,kana,home_center']
  for (let number = 100; number < 350; number += 1) csv.push(`K${number},試験 ${number},しけん,`)
  await centre.appliance.workersImport(Buffer.from(csv.join('\n')))
  const line = await centre.line(identity)
  const ask = async (rev: number) => {
    const page = line.next((frame) => frame.t === 'roster')
    line.send({ t: 'roster', rev })
    return (await page) as ServerFrame & { t: 'roster' }
  }
  const rows = new Map<string, string>()
  let page = await ask(0)
  for (;;) {
    for (const row of page.rows) rows.set(row.worker, row.code)
    if (!page.more) break
    page = await ask(page.rev)
  }
  expect(rows.size).toBe(251)
  expect((await ask(page.rev)).rows).toEqual([])
  await line.touch({ card: CARD })
  const changed = await ask(page.rev)
  expect(changed.rows).toHaveLength(1)
  expect(changed.rows[0]).toMatchObject({ code: 'W001', last: { claim: 'in' } })
  const people = await administrator.ask('/workers?q=K100')
  await administrator.send('/workers/deactivate', { worker: people.body.workers[0].worker })
  expect((await ask(changed.rev)).rows).toMatchObject([{ code: 'K100', active: false }])
})

test('a kiosk hears the new name of its centre, though nobody came or left', async () => {
  const { centre, administrator, identity } = await ready()
  await using _ = centre
  const line = await centre.line(identity)
  await line.touch({ card: CARD })
  await line.next((frame) => frame.t === 'board' && frame.board.present === 1)
  await administrator.send('/centre/rename', { code: 'SHI', name: '名前の変わったセンター' })
  expect(await line.next((frame) => frame.t === 'board')).toMatchObject({
    board: { present: 1, centreName: '名前の変わったセンター' },
  })
})
