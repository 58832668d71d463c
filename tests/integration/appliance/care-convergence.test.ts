import { rm } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenedCentre, openCentre } from '../../../appliance/open-centre.ts'
import { silentLog } from '../../../central-sync/journal/log.ts'
import type { Draft } from '../../../central-sync/journal/port.ts'
import { careArrived, careHandedOver } from '../../../central-sync/protocol/event/childcare.ts'
import { deviceEventId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { MINUTE_MS, parseIsoInstant, systemClock } from '../../../central-sync/protocol/time.ts'
import { newFolder } from '../../support/journal-fixture.ts'

/*
 * Kiosks that were cut off tell late, in any order and in any pieces. What the centre then knows of a child must depend on
 * what was told, not on how it came (P19): the same facts are told twice, about two children who share nothing.
 */

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const STAYS = 3
const room = newIdentifier('resource')
const staff = newIdentifier('staff')
const health = { temperatureX10: 366, symptoms: [], contactPhone: '', meds: '' }

let folder: string
let centre: OpenedCentre

beforeAll(async () => {
  folder = await newFolder()
  centre = await openCentre(folder, systemClock, silentLog)
})

afterAll(async () => {
  await centre[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

interface Fact {
  readonly kind: 'arrived' | 'handed_over'
  readonly stay: number
  readonly minute: number
}

const anyFact: fc.Arbitrary<Fact> = fc.record({
  kind: fc.constantFrom('arrived' as const, 'handed_over' as const),
  stay: fc.nat({ max: STAYS - 1 }),
  minute: fc.integer({ min: 0, max: 12 }),
})
/** Facts, another order of them, and where that order is cut into pieces. */
const told = fc.array(anyFact, { minLength: 1, maxLength: 9 }).chain((facts) => {
  const order = facts.map((_, index) => index)
  return fc.tuple(
    fc.constant(facts),
    fc.shuffledSubarray(order, { minLength: order.length, maxLength: order.length }),
    fc.uniqueArray(fc.nat({ max: facts.length }), { maxLength: 4 }),
  )
})

/** One child, its kiosk and its stays. */
function invent() {
  const [child, device] = [newIdentifier('child'), newIdentifier('device')]
  const stays = Array.from({ length: STAYS }, () => newIdentifier('stay')).sort()
  const draftOf = ({ kind, stay, minute }: Fact, index: number): Draft => {
    const at = NINE + minute * MINUTE_MS
    const shared = { id: deviceEventId(device, 1, 101 + index), subject: child, by: device }
    const about = { stay: stays[stay], child, at, device }
    if (kind === 'arrived') {
      const data = { ...about, room, by: device, band: 'a12', units: 50 }
      return { event: careArrived, data, personal: { ...health, broughtBy: '', code: 'K4PX' }, ...shared } as Draft
    }
    const data = { ...about, to: { kind: 'guardian' }, staff, secondFactor: 'code' }
    return { event: careHandedOver, data, personal: { name: '', reason: '' }, ...shared } as Draft
  }
  return { child, device, stays, draftOf }
}

async function tell(drafts: readonly Draft[], cuts: readonly number[]): Promise<void> {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), drafts.length]
  for (const [index, from] of edges.entries()) {
    const piece = drafts.slice(from, edges[index + 1])
    if (piece.length === 0) continue
    await centre.journal.write('told late', async (tx) => {
      tx.append(piece)
    })
  }
}

/** What the centre knows, without the names of things. */
async function known({ child, device, stays }: ReturnType<typeof invent>) {
  const rows = await centre.journal.read.all<{ stay: string }>(
    `SELECT stay, day, arrived_at, arrived_min, departed_at, departed_min, to_kind, twin FROM care_stay WHERE child = ?
      ORDER BY stay`,
    [child],
  )
  const doubts = await centre.journal.read.all<{ entry: string }>(
    'SELECT entry, kind, at FROM care_doubt WHERE child = ? ORDER BY entry, kind',
    [child],
  )
  return {
    stays: rows.map((row) => ({ ...row, stay: stays.indexOf(row.stay as (typeof stays)[number]) })),
    doubts: doubts.map((row) => ({ ...row, entry: row.entry.slice(device.length) })),
  }
}

test('facts told late lead to the same stays and the same doubts in any order and in any pieces (P19)', async () => {
  await fc.assert(
    fc.asyncProperty(told, async ([facts, order, cuts]) => {
      const [one, other] = [invent(), invent()]
      await tell(facts.map(one.draftOf), [])
      await tell(
        order.map((index) => other.draftOf(facts[index] as Fact, index)),
        cuts,
      )
      const [first, second] = [await known(one), await known(other)]
      expect(second).toEqual(first)
      // One child is never there twice, and what was told of a hand-over without an arrival is not lost.
      const open = first.stays.filter((stay) => (stay as { departed_at?: unknown }).departed_at === null)
      expect(open.filter((stay) => (stay as { twin?: unknown }).twin === 0).length).toBeLessThanOrEqual(1)
      const orphan = facts.some(({ kind, stay }) => {
        return kind === 'handed_over' && !facts.some((fact) => fact.kind === 'arrived' && fact.stay === stay)
      })
      if (orphan) expect(first.doubts.some((doubt) => 'kind' in doubt)).toBe(true)
    }),
    { numRuns: 80 },
  )
})
