import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addDays, calendarDayOf, systemClock } from '../../../central-sync/protocol/time.ts'
import { Visitor } from '../../support/appliance-fixture.ts'
import { readIndependently } from '../../support/independent-reader.ts'
import { kill, startCentre } from '../../support/killed-centre.ts'

const PEOPLE = 12
const ROUNDS = 3
const numbers = Array.from({ length: PEOPLE }, (_, index) => index)
const workers = `worker_code,name,kana,home_center\n${numbers.map((index) => `W${index},試験 ${index},しけん,`).join('\n')}`

interface Press {
  readonly key: string
  readonly wish: Readonly<Record<string, string>>
  answer?: { status: number; body: { booking?: string; code?: string } }
}

/** Everybody after the same two seats, again and again, until the centre is dead. */
async function pressUntilDead(desk: Visitor, people: readonly string[], seats: readonly string[], round: number) {
  const presses: Press[] = []
  const from = addDays(calendarDayOf(systemClock.now()), 1 + round * 100)
  await Promise.all(
    people.map(async (worker, index) => {
      for (let day = 0; day < 90; day += 1) {
        const start = `${9 + ((index + day) % 6)}:00`
        const wish = {
          worker,
          resource: seats[(index + day) % seats.length] ?? '',
          day: addDays(from, day),
          start,
          end: '16:00',
        }
        const press: Press = { key: randomUUID(), wish }
        presses.push(press)
        const answer = await desk.send('/bookings', wish, press.key).catch(() => undefined)
        if (answer === undefined) return
        press.answer = answer
      }
    }),
  )
  return presses
}

test('a booking that was promised before a kill -9 stands afterwards, and the same press gets the same answer', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kado-killed-'))
  try {
    let centre = await startCentre(dir, { workers })
    let desk = new Visitor(centre.url)
    const account = { login: 'kanri', adminName: '管理 花子', password: 'tanpopo-no-wata-7' }
    await desk.send('/centre/claim', { claim: centre.claim, code: 'SHI', name: '塩尻', ...account })
    const open = Array.from({ length: 7 }, () => ({ start: '9:00', end: '18:00' }))
    await desk.send('/hours', { weekdays: open, holidays: true })
    const seats: string[] = []
    for (const name of ['A-1', 'A-2']) seats.push((await desk.send('/resources', { kind: 'seat', name })).body.resource)
    const listed = await desk.ask('/workers')
    const people = listed.body.workers.map(({ worker }: { worker: string }) => worker)
    const all: Press[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const pressing = pressUntilDead(desk, people, seats, round)
      await new Promise((resolve) => setTimeout(resolve, 150 + round * 130))
      await kill(centre)
      const presses = await pressing
      all.push(...presses)
      centre = await startCentre(dir, { workers })
      expect(centre.ok).toBe(true)
      desk = desk.at(centre.url)
      // Those in flight are pressed again with the same key, and so are some that had their answer.
      for (const press of presses.filter(({ answer }, index) => answer === undefined || index % 7 === 0)) {
        const again = await desk.send('/bookings', press.wish, press.key)
        if (press.answer !== undefined) expect(again).toEqual(press.answer)
        press.answer = again
      }
    }
    await kill(centre)
    expect(all.filter(({ answer }) => answer?.status === 201).length).toBeGreaterThan(ROUNDS)
    const rows = await readIndependently<{ booking: string; resource: string; day: string; start_min: number }>(
      join(dir, 'journal.db'),
      "SELECT booking, resource, day, start_min FROM booking WHERE state = 'confirmed'",
    )
    const promised = all.flatMap(({ answer, wish }) =>
      answer?.status === 201 ? [`${answer.body.booking} ${wish.resource} ${wish.day} ${wish.start}`] : [],
    )
    expect(rows.map((row) => `${row.booking} ${row.resource} ${row.day} ${row.start_min / 60}:00`).sort()).toEqual(
      promised.sort(),
    )
    // All of them end at four: one of a seat and day is all there can be.
    expect(new Set(rows.map(({ resource, day }) => `${resource} ${day}`)).size).toBe(rows.length)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
