import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture, type Visitor } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'

async function registered(administrator: Visitor, code = 'W001', name = '青木 さくら', card = CARD) {
  const added = await administrator.send('/workers', { code, name, kana: 'あおき さくら', callName: 'さくら' })
  const worker: string = added.body.worker
  if (card !== '') expect((await administrator.send('/cards/enrol-number', { worker, card })).status).toBe(200)
  return { worker, pin: added.body.pin as string }
}

test('a card in and out becomes a session, greeted by call name', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  await registered(administrator)
  const line = await centre.line(await centre.newKiosk())
  const arrived = await line.touch({ card: CARD })
  expect(arrived.answer).toMatchObject({ result: 'in', code: 'W001', callName: 'さくら' })
  centre.clock.turn(3 * HOUR_MS)
  const left = await line.touch({ card: CARD, claim: 'out' })
  expect(left.answer).toMatchObject({ result: 'out', week: { seconds: 10_800, pending: 0 } })
  const sessions = await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)
  expect(sessions).toEqual([
    {
      worker_code: 'W001',
      business_day: '2026-11-20',
      started_at: '2026-11-20T09:00:00+09:00',
      ended_at: '2026-11-20T12:00:00+09:00',
      minutes: 180,
      status: 'payable',
      flags: '',
      place: 'センターSHI',
      seconds: 10_800,
    },
  ])
})

test('the same records sent again get the same answers and change nothing', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  await registered(await centre.claimed())
  const identity = await centre.newKiosk()
  const line = await centre.line(identity)
  const first = await line.touch({ card: CARD })
  centre.clock.turn(HOUR_MS)
  const second = await line.touch({ card: CARD, claim: 'out' })
  const again = await line.deliver(first.record, second.record)
  expect(again.answers).toEqual([first.answer, second.answer])
  line.close()
  await centre.stop()
  await centre.start()
  const later = await centre.line(identity, 2)
  expect(later.have).toBe(2)
  expect((await later.deliver(second.record, first.record)).answers).toEqual([second.answer, first.answer])
  expect(await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)).toHaveLength(1)
})

test('an unknown card is kept as a tap, and attaching it later proposes its time without paying it', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const { worker } = await registered(administrator, 'W001', '青木 さくら', '')
  const line = await centre.line(await centre.newKiosk())
  const tap = await line.touch({ card: CARD })
  expect(tap.answer).toEqual({ id: tap.id, result: 'unknown_card', time: NINE })
  centre.clock.turn(HOUR_MS)
  await line.touch({ card: CARD, claim: 'out' })
  await centre.signInAgain(administrator)
  const today = await administrator.ask('/today')
  expect(today.body.tasks.filter((task: { kind: string }) => task.kind === 'unknown_card')).toHaveLength(2)
  const attached = await administrator.send('/cards/attach', { tap: tap.id, worker })
  expect(attached.body).toMatchObject({ attributed: 2 })
  const [session] = await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)
  expect(session).toMatchObject({ status: 'pending', flags: 'card_attached_later', seconds: 3_600 })
  centre.clock.turn(5 * MINUTE_MS)
  expect((await line.touch({ card: CARD })).answer.result).toBe('in')
})

test('the tap of a revoked card is kept, touches no session and makes a task', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const { worker } = await registered(administrator)
  const person = await administrator.ask(`/worker?worker=${worker}`)
  const [card] = person.body.cards
  await administrator.send('/cards/revoke', { card: card.card, reason: 'lost' })
  const line = await centre.line(await centre.newKiosk())
  expect((await line.touch({ card: CARD })).answer.result).toBe('revoked_card')
  expect(await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)).toEqual([])
  const today = await administrator.ask('/today')
  expect(today.body.tasks).toContainEqual(
    expect.objectContaining({ kind: 'revoked_card', code: 'W001', urgency: 'now' }),
  )
})

test('a direction is switched within ten seconds and undone within thirty, by the same kiosk only', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  await registered(await centre.claimed())
  const line = await centre.line(await centre.newKiosk())
  const other = await centre.line(await centre.newKiosk('受付2'))
  const tap = await line.touch({ card: CARD })
  const switched = line.redirect(tap.id, 'out', 10_000)
  expect((await line.deliver(switched)).answers[0]).toMatchObject({ result: 'out' })
  const late = line.redirect(tap.id, 'in', 10_001)
  expect((await line.deliver(late)).quarantined).toEqual([{ id: 'id' in late ? late.id : '', code: 'too_late' }])
  const foreign = other.undo(tap.id)
  expect((await other.deliver(foreign)).quarantined[0]?.code).toBe('tap_unknown')
  const undone = line.undo(tap.id, 30_000)
  expect((await line.deliver(undone)).answers[0]).toMatchObject({ result: 'ignored', standing: 'out' })
  expect(await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)).toEqual([])
})

test.each([
  ['2000-01-01T00:00:00+09:00', 'before the program existed'],
  ['2063-04-05T12:00:00+09:00', 'in the far future'],
])('a tap of %s (%s) is kept and never pays by itself', async (at) => {
  await using centre = await ApplianceFixture.create(NINE)
  await registered(await centre.claimed())
  const line = await centre.line(await centre.newKiosk())
  const wall = parseIsoInstant(at) ?? 0
  await line.touch({ card: CARD, at: wall })
  await line.touch({ card: CARD, at: wall + HOUR_MS, claim: 'out' })
  const day = at.startsWith('2000') ? '1999-12-31' : '2063-04-05'
  const [session] = await centre.appliance.sessionsExport(day as never, day as never)
  expect(session).toMatchObject({ status: 'pending', flags: expect.stringMatching(/^clock_absurd\b/) })
})

test('a record that cannot be read is kept aside and holds up nothing behind it', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  await registered(administrator)
  const line = await centre.line(await centre.newKiosk())
  const odd = { t: 'tap', tap: { ...line.tap({ card: CARD }).tap, claim: 'sideways' } }
  const good = line.tap({ card: CARD })
  const ack = line.next((frame) => frame.t === 'ack')
  line.send({ t: 'records', records: [odd, good] } as never)
  expect(await ack).toMatchObject({
    seq: 2,
    quarantined: [{ id: odd.tap.id, code: 'malformed' }],
    answers: [{ id: good.tap.id, result: 'in' }],
  })
  const devices = await administrator.ask('/devices')
  expect(devices.body.devices[0]).toMatchObject({ quarantined: 1, seq: 2, connected: true })
})

test('numbers a kiosk skipped are named until they arrive', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  await registered(administrator)
  const line = await centre.line(await centre.newKiosk())
  const missing = line.tap({ card: CARD })
  centre.clock.turn(5 * MINUTE_MS)
  await line.touch({ card: CARD, claim: 'out' })
  const gaps = async () =>
    (await administrator.ask('/today')).body.tasks.filter((task: { kind: string }) => task.kind === 'device_gap')
  expect(await gaps()).toHaveLength(1)
  expect((await line.deliver(missing)).answers[0]?.result).toBe('in')
  expect(await gaps()).toEqual([])
  const [session] = await centre.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)
  expect(session).toMatchObject({ seconds: 300, status: 'payable' })
})
