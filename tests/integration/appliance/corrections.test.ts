import { expect, test } from 'vitest'
import { HOUR_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture, Visitor } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'
const DAY = '2026-11-20'

/** One worker who came at nine and forgot to check out; it is ten the next morning. */
async function forgotten() {
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
  const line = await centre.line(await centre.newKiosk())
  const tap = await line.touch({ card: CARD })
  centre.clock.turn(25 * HOUR_MS)
  await centre.signInAgain(administrator)
  const herself = new Visitor(centre.url)
  await herself.send('/sign-in/worker', { code: 'W001', pin })
  await herself.send('/pin/change', { current: pin, next: '270841' })
  return { centre, administrator, worker, line, tap, herself }
}

async function sessionsOf(centre: ApplianceFixture) {
  return centre.appliance.sessionsExport(DAY as never, DAY as never)
}

test('the next morning the kiosk asks, the answer files a request, another person grants it', async () => {
  const { centre, administrator, line, tap, herself } = await forgotten()
  await using _ = centre
  expect(await sessionsOf(centre)).toMatchObject([{ status: 'pending', flags: 'missing_out', ended_at: '' }])
  const morning = await line.touch({ card: CARD })
  expect(morning.answer.question).toMatchObject({ day: DAY, start: NINE, taps: [tap.id] })
  const { question } = morning.answer
  if (question === undefined) throw new Error('no question')
  const wanted = [{ start: NINE, end: NINE + 3 * HOUR_MS, place: question.place }]
  const { day, base, taps } = question
  const id = line.nextId()
  await line.deliver({ t: 'answer', id, tap: morning.id, day, base, taps, wanted, reason: 'forgot_out' })
  const waiting = await administrator.ask('/corrections?state=requested')
  expect(waiting.body.corrections).toMatchObject([{ code: 'W001', state: 'requested', mayDecide: true, wanted }])
  const [{ correction }] = waiting.body.corrections
  expect((await herself.send('/corrections/approve', { correction })).status).toBe(401)
  expect((await administrator.send('/corrections/approve', { correction, note: '台帳で確認' })).status).toBe(200)
  const sessions = (await sessionsOf(centre)).sort((a, b) => (a.status < b.status ? -1 : 1))
  expect(sessions).toMatchObject([{ status: 'payable', seconds: 10_800, flags: '' }, { status: 'void' }])
  const mine = await herself.ask('/my/day')
  expect(mine.body.corrections).toMatchObject([{ state: 'approved', decisionNote: '台帳で確認' }])
})

test('approve then revert is as before; reject and withdraw leave the day alone', async () => {
  const { centre, administrator, herself } = await forgotten()
  await using _ = centre
  const before = await sessionsOf(centre)
  const day = await herself.ask(`/my/evidence?day=${DAY}`)
  const [{ session }] = day.body.sessions
  const ask = async () => {
    const body = {
      day: DAY,
      base: day.body.version,
      sessions: [session],
      start: '9:00',
      end: '12:30',
      reason: 'forgot_out',
    }
    const asked = await herself.send('/my/corrections', body)
    expect(asked.status).toBe(200)
    return asked.body.correction as string
  }
  const first = await ask()
  await administrator.send('/corrections/approve', { correction: first })
  expect(await sessionsOf(centre)).toHaveLength(2)
  await administrator.send('/corrections/revert', { correction: first, note: 'まちがい' })
  expect(await sessionsOf(centre)).toEqual(before)
  const second = await ask()
  await administrator.send('/corrections/reject', { correction: second, note: '在館の記録なし' })
  const third = await ask()
  expect((await herself.send('/my/corrections/withdraw', { correction: third })).status).toBe(200)
  expect((await administrator.send('/corrections/approve', { correction: third })).body.code).toBe('correction_closed')
  expect(await sessionsOf(centre)).toEqual(before)
})

test('a request goes stale with its day and is closed by the attempt to grant it', async () => {
  const { centre, administrator, herself, line } = await forgotten()
  await using _ = centre
  const day = await herself.ask(`/my/evidence?day=${DAY}`)
  const [{ session }] = day.body.sessions
  const body = { day: DAY, sessions: [session], start: '9:00', end: '12:30', reason: 'forgot_out' }
  const { correction } = (await herself.send('/my/corrections', body)).body
  await line.touch({ card: CARD, claim: 'out', at: NINE + 2 * HOUR_MS, online: false })
  expect((await administrator.send('/corrections/approve', { correction })).body.code).toBe('correction_stale')
  expect((await administrator.ask('/corrections?state=stale')).body.corrections).toHaveLength(1)
  expect((await administrator.send('/corrections/approve', { correction })).body.code).toBe('correction_closed')
  const old = await herself.send('/my/corrections', { ...body, base: day.body.version })
  expect(old.body.code).toBe('correction_stale')
})

test('impossible intervals are refused by name', async () => {
  const { centre, herself } = await forgotten()
  await using _ = centre
  const day = await herself.ask(`/my/evidence?day=${DAY}`)
  const [{ session }] = day.body.sessions
  const ask = async (start: string, end: string) => {
    const body = { day: DAY, sessions: [session], start, end, reason: 'forgot_out' }
    return (await herself.send('/my/corrections', body)).body.code
  }
  expect(await ask('12:00', '9:00')).toBe('interval_invalid')
  expect(await ask('5:30', '22:00')).toBe('interval_too_long')
  expect(await ask('9:00', '')).toBe('interval_invalid')
})

test('nobody decides about herself, and who asked for another does not grant it', async () => {
  const { centre, administrator, worker, herself } = await forgotten()
  await using _ = centre
  const twin = await centre.staff(administrator, 'aoki', ['director'], worker)
  const desk = await centre.staff(administrator, 'uketsuke', ['front_desk'])
  const day = await herself.ask(`/my/evidence?day=${DAY}`)
  const [{ session }] = day.body.sessions
  const body = { worker, day: DAY, sessions: [session], start: '9:00', end: '12:30', reason: 'forgot_out' }
  const { correction } = (await desk.send('/corrections', body)).body
  expect((await twin.send('/corrections/approve', { correction })).body.code).toBe('deciding_about_oneself')
  expect((await desk.send('/corrections/approve', { correction })).body.code).toBe('deciding_about_oneself')
  expect((await administrator.send('/corrections/approve', { correction })).status).toBe(200)
})

test('a flagged session is vouched for exactly as it was shown', async () => {
  const { centre, administrator, worker, line } = await forgotten()
  await using _ = centre
  const start = NINE + 26 * HOUR_MS
  await line.touch({ card: CARD, at: start, clock: 'unsynced' })
  centre.clock.turn(3 * HOUR_MS)
  await line.touch({ card: CARD, at: start + HOUR_MS, claim: 'out', clock: 'unsynced' })
  await centre.signInAgain(administrator)
  const shown = await administrator.ask('/sessions?from=2026-11-21&to=2026-11-21')
  const [{ session, startedAt, endedAt, status }] = shown.body.sessions
  expect(status).toBe('pending')
  const confirm = (ended: number) =>
    administrator.send('/sessions/confirm', { worker, session, startedAt, endedAt: ended })
  expect((await confirm(endedAt + 1)).body.code).toBe('correction_stale')
  expect((await confirm(endedAt)).status).toBe(200)
  const after = await administrator.ask('/sessions?from=2026-11-21&to=2026-11-21')
  expect(after.body.sessions).toMatchObject([{ status: 'payable', flags: expect.arrayContaining(['clock_unsynced']) }])
})
