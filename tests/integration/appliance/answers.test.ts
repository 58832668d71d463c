/** A tap is answered from memory, before its rows are written. The words are those the rows will say. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { weekOf } from '../../../appliance/attendance/answer.ts'
import type { DayFigures } from '../../../central-sync/journal/projections/known-days.ts'
import type { EventId } from '../../../central-sync/protocol/identifier.ts'
import { businessDayOf, HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'
import type { DeviceLine } from '../../support/device-line.ts'
import { readIndependently } from '../../support/independent-reader.ts'

const THURSDAY = parseIsoInstant('2026-11-19T09:00:00+09:00') ?? 0
const CARDS = ['0123456789ABCDEF', '0123456789ABCD01'] as const

const step = fc.record({
  wait: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 200 }) },
    { weight: 1, arbitrary: fc.constant(13 * 60) },
  ),
  person: fc.constantFrom(...CARDS),
  kiosk: fc.constantFrom(0, 1),
  claim: fc.constantFrom('in', 'out' as const),
  /** How long a kiosk without a line kept the tap. */
  backMinutes: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  ),
  after: fc.constantFrom('nothing', 'nothing', 'nothing', 'redirect', 'undo', 'again'),
})

test('every answer says what the projection says of the same taps, whatever came before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      await using centre = await ApplianceFixture.create(THURSDAY)
      const administrator = await centre.claimed()
      for (const [index, card] of CARDS.entries()) {
        const sheet = { code: `W00${index + 1}`, name: '青木 さくら', kana: 'あおき さくら', callName: 'さくら' }
        const { worker } = (await administrator.send('/workers', sheet)).body
        await administrator.send('/cards/enrol-number', { worker, card })
      }
      const lines = [await centre.line(await centre.newKiosk('A')), await centre.line(await centre.newKiosk('B'))]
      for (const { wait, person, kiosk, claim, backMinutes, after } of steps) {
        centre.clock.turn(wait * MINUTE_MS)
        const line = lines[kiosk] as DeviceLine
        const at = centre.clock.now() - backMinutes * MINUTE_MS
        const { record, answer } = await line.touch({ card: person, claim, at, online: backMinutes === 0 })
        await expectSaid(centre, answer.id, answer)
        if (after === 'again') expect((await line.deliver(record)).answers).toEqual([answer])
        if (after === 'nothing' || after === 'again') continue
        const other = claim === 'in' ? 'out' : 'in'
        const later = after === 'undo' ? line.undo(answer.id) : line.redirect(answer.id, other)
        const [corrected] = (await line.deliver(later)).answers
        if (corrected !== undefined) await expectSaid(centre, answer.id, corrected)
      }
    }),
    { numRuns: 6 },
  )
})

async function expectSaid(
  centre: ApplianceFixture,
  tap: EventId,
  answer: Awaited<ReturnType<DeviceLine['touch']>>['answer'],
): Promise<void> {
  const day = businessDayOf(answer.time)
  // A read of the centre waits for the rows; then they are looked at from outside.
  await centre.appliance.sessionsExport(day, day)
  const file = join(centre.folder, 'journal.db')
  const [became] = await readIndependently<{ outcome: string }>(
    file,
    `SELECT outcome FROM tap_outcome WHERE tap = '${tap}'`,
  )
  const folds = await readIndependently<DayFigures>(
    file,
    `SELECT day, payable_seconds, pending, open FROM day_fold WHERE worker = '${answer.worker}'`,
  )
  expect(answer.result).toBe(became?.outcome)
  expect(answer.week).toEqual(weekOf(folds, day))
}

test('sixteen kiosks at once, and each person is told her own hours', async () => {
  await using centre = await ApplianceFixture.create(THURSDAY)
  const administrator = await centre.claimed()
  const people = Array.from({ length: 16 }, (_, n) => ({
    card: `0123456789AB${String(n).padStart(4, '0')}`,
    code: `W${100 + n}`,
  }))
  for (const { card, code } of people) {
    const sheet = { code, name: '青木 さくら', kana: 'あおき さくら', callName: 'さくら' }
    const { worker } = (await administrator.send('/workers', sheet)).body
    await administrator.send('/cards/enrol-number', { worker, card })
  }
  const lines: DeviceLine[] = []
  for (const { code } of people) lines.push(await centre.line(await centre.newKiosk(code)))
  const touchAll = (claim: 'in' | 'out') =>
    Promise.all(people.map(({ card }, n) => (lines[n] as DeviceLine).touch({ card, claim })))
  for (let turn = 0; turn < 3; turn += 1) {
    const arrived = await touchAll('in')
    centre.clock.turn(HOUR_MS)
    const left = await touchAll('out')
    centre.clock.turn(5 * MINUTE_MS)
    expect(arrived.map(({ answer }) => [answer.code, answer.result])).toEqual(people.map(({ code }) => [code, 'in']))
    expect(left.map(({ answer }) => answer.week?.seconds)).toEqual(people.map(() => (turn + 1) * 3_600))
  }
})
