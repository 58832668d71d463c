/** What the memory of the day says of a tap is what the projection says, also after a group of writes was lost. */
import { expect, test } from 'vitest'
import { DayMemory, type TakenTaps } from '../../../appliance/attendance/day-memory.ts'
import type { TapData } from '../../../appliance/attendance/decide-tap.ts'
import { SqlError } from '../../../central-sync/journal/dialect/port.ts'
import type { BatchHandler } from '../../../central-sync/journal/port.ts'
import { sharedFollowers, sharedMigrations } from '../../../central-sync/journal/projections/shared.ts'
import { tapRecorded } from '../../../central-sync/protocol/event/attendance.ts'
import type { EventId } from '../../../central-sync/protocol/identifier.ts'
import { HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { defaultPolicy } from '../../../central-sync/rules/policy.ts'
import { at, deviceId, SITE, tapId, WORKER } from '../../support/attendance-facts.ts'
import { freshJournal } from '../../support/journal-fixture.ts'

const NINE = at('09:00')
const clock = { now: () => NINE + 3 * HOUR_MS, monotonicMs: () => performance.now() }

function tap(seq: number, time: number, claim: 'in' | 'out', known: 'known' | 'unknown_card' = 'known'): TapData {
  const id = tapId(1, seq)
  return tapRecorded.data.parse({
    ...{ id, site: SITE, device: deviceId(1), time, wall: time, mono: 1, offset: 0, offsetAge: 1_000, clock: 'synced' },
    ...{
      claim,
      claimBy: 'auto',
      identified: 'card',
      digests: [],
      online: true,
      rosterStale: false,
      place: '塩尻',
      known,
    },
    ...(known === 'known' ? { worker: WORKER } : {}),
  })
}

/** Takes a tap as the desk does; `after` runs between taking and storing. */
function taking(memory: DayMemory, after: () => void = () => undefined): BatchHandler<TapData, TakenTaps | undefined> {
  return {
    name: 'taps',
    following: 'later',
    async handle(tx, taps) {
      const taken = await memory.take(tx, taps)
      after()
      tx.append(taps.map((data) => ({ event: tapRecorded, id: data.id, by: data.device, data })))
      if (taken === undefined) await tx.project()
      else {
        await tx.store()
        memory.holds(tx)
      }
      return taps.map(() => taken)
    },
  }
}

function opened() {
  return freshJournal({ clock, site: SITE, migrations: sharedMigrations, followers: sharedFollowers })
}

async function projected(
  journal: { read: { one<T extends object>(sql: string, params: readonly string[]): Promise<T | undefined> } },
  id: EventId,
) {
  return journal.read.one<{ outcome: string; session: string | null }>(
    'SELECT outcome, session FROM tap_outcome WHERE tap = ?',
    [id],
  )
}

test("a tap that was taken and could not be stored is in nobody's answer", async () => {
  await using fixture = await opened()
  const { journal } = fixture
  const memory = new DayMemory(defaultPolicy)
  await journal.batch(taking(memory), tap(1, NINE - 24 * HOUR_MS, 'in', 'unknown_card'))
  const fails = taking(memory, () => {
    throw new SqlError('the disk is full', { fault: 'disk_full', code: 'SQLITE_FULL', sql: '' })
  })
  await expect(journal.batch(fails, tap(2, NINE, 'in'))).rejects.toMatchObject({ refusal: { refused: 'disk_full' } })
  const out = tap(3, NINE + HOUR_MS, 'out')
  const taken = await journal.batch(taking(memory), out)
  expect(taken?.outcomes.get(out.id)).toMatchObject((await projected(journal, out.id)) ?? {})
  expect(taken?.days.get(WORKER)).toMatchObject([{ payable_seconds: 0, pending: 1 }])
})

test('an unknown card as the first after a loss does not hide what was acknowledged and not yet followed', async () => {
  await using fixture = await opened()
  const { journal } = fixture
  await journal.batch(taking(new DayMemory(defaultPolicy)), tap(1, NINE, 'in'))
  const memory = new DayMemory(defaultPolicy)
  const out = tap(3, NINE + HOUR_MS, 'out')
  const [, taken] = await Promise.all([
    journal.batch(taking(memory), tap(2, NINE + 1_000, 'in', 'unknown_card')),
    journal.batch(taking(memory), out),
  ])
  expect(taken?.outcomes.get(out.id)).toMatchObject((await projected(journal, out.id)) ?? {})
  expect(taken?.outcomes.get(out.id)).toMatchObject({ outcome: 'out', session: tapId(1, 1) })
})
