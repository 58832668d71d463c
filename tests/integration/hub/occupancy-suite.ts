/** What the hub says about the use of seats and childcare rooms, on whichever database it runs. */

import { expect, it } from 'vitest'
import { monthOccupancy } from '../../../central-sync/hub/occupancy/month-occupancy.ts'
import { demandCsv, occupancyCsv } from '../../../central-sync/hub/occupancy/occupancy-csv.ts'
import { occupancyTables } from '../../../central-sync/hub/occupancy/occupancy-tables.ts'
import { careFigures, careSum, kindSums } from '../../../central-sync/hub/occupancy/summarise.ts'
import type { Draft } from '../../../central-sync/journal/port.ts'
import * as booking from '../../../central-sync/protocol/event/booking.ts'
import { shiftAttended } from '../../../central-sync/protocol/event/carer.ts'
import * as childcare from '../../../central-sync/protocol/event/childcare.ts'
import { careMoved } from '../../../central-sync/protocol/event/childcare.ts'
import { newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { type CalendarDay, instantOf, type Month } from '../../../central-sync/protocol/time.ts'
import { HubFixture, syncAll } from '../../support/hub-fixture.ts'
import { occupancyMonth } from '../../support/occupancy-month.ts'

const NOVEMBER = '2026-11' as Month
const TENTH = '2026-11-10' as CalendarDay
const NOON = instantOf(TENTH, 720)

async function story(databaseUrl: string | undefined) {
  const fixture = await HubFixture.create(NOON, databaseUrl)
  const [shi, ito] = [await fixture.centre('SHI'), await fixture.centre('ITO')]
  return { fixture, shi, ito, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

export function occupancySuite(databaseOf: () => Promise<string | undefined>): void {
  it('counts places, booked and used hours, no-shows, waiting and declined demand of each day and kind', async () => {
    await using house = await story(await databaseOf())
    const { fixture, shi, ito } = house
    const told = occupancyMonth(NOVEMBER, TENTH, 7)
    await shi.writeAll(told)
    await syncAll(fixture, [shi, ito])
    const { read } = fixture.hub.journal
    const occupancy = await monthOccupancy(read, shi.site, NOVEMBER, NOON)
    for (const sum of kindSums(occupancy, TENTH)) expect(sum).toMatchObject(countBookings(told, sum.kind))
    const [seat] = kindSums(occupancy, TENTH)
    // 20 weekdays without 3 and 23 November (national holidays), nine hours each.
    expect(seat).toMatchObject({ kind: 'seat', places: 6, openMin: 6 * 19 * 540, elapsedMin: 6 * 6 * 540 })
    expect(careSum(occupancy)).toMatchObject(countCare(told))
    const declined = told.filter(({ event }) => event === booking.demandDeclined)
    expect(occupancy.declined.reduce((sum, { requests }) => sum + requests, 0)).toBe(declined.length)
    const waited = told.filter(({ event }) => event === booking.waitingJoined)
    expect(occupancy.waited.reduce((sum, { joined }) => sum + joined, 0)).toBe(waited.length)
    const other = await monthOccupancy(read, ito.site, NOVEMBER, NOON)
    expect([kindSums(other, TENTH), other.declined, careSum(other).children]).toEqual([[], [], 0])
  })

  it('says when there were fewer carers than needed, and how many that would have taken', async () => {
    await using house = await story(await databaseOf())
    const { fixture, shi, ito } = house
    const month = occupancyMonth(NOVEMBER, TENTH, 3)
    const [room] = month.flatMap(({ event, data }) => (event === childcare.shiftSet ? [(data as ShiftData).room] : []))
    if (room === undefined) throw new Error('no shift')
    const babies = Array.from({ length: 7 }, (): Draft => {
      const stay = { stay: newIdentifier('stay'), child: newIdentifier('child'), room, at: instantOf(TENTH, 700) }
      const data = { ...stay, by: newIdentifier('staff'), band: 'a0' as const, units: 100 }
      const personal = { broughtBy: '', temperatureX10: 366, symptoms: [], contactPhone: '', meds: '', code: 'ABCD' }
      return { event: childcare.careArrived, data, personal, subject: stay.child, by: 'system' } as Draft
    })
    await shi.writeAll([...month, ...babies])
    await syncAll(fixture, [shi, ito])
    const { care } = await monthOccupancy(fixture.hub.journal.read, shi.site, NOVEMBER, NOON)
    const day = careFigures(care).find((one) => one.day === TENTH)
    expect(day).toMatchObject({ short: true, staff: 2 })
    expect(day?.needed).toBeGreaterThanOrEqual(3)
    const [gone] = month.flatMap(({ event, data }) =>
      event === childcare.shiftSet && (data as ShiftData).day === TENTH ? [(data as ShiftData).shift] : [],
    )
    if (gone === undefined) throw new Error('no shift on that day')
    await shi.write({ event: shiftAttended, data: { shift: gone, state: 'absent' as const }, by: 'system' })
    await syncAll(fixture, [shi, ito])
    const after = careFigures((await monthOccupancy(fixture.hub.journal.read, shi.site, NOVEMBER, NOON)).care)
    expect(after.find((one) => one.day === TENTH)).toMatchObject({ short: true, staff: 1 })
  })

  it('counts a child’s place where it was moved to, and no more where it was', async () => {
    await using house = await story(await databaseOf())
    const { fixture, shi, ito } = house
    const month = occupancyMonth(NOVEMBER, TENTH, 3)
    const [room] = month.flatMap(({ event, data }) => (event === childcare.shiftSet ? [(data as ShiftData).room] : []))
    if (room === undefined) throw new Error('no shift')
    const care = newIdentifier('booking')
    const ids = { request: newIdentifier('request'), child: newIdentifier('child'), worker: newIdentifier('worker') }
    const weight = { band: 'a12' as const, units: 50 }
    const at = (day: string) => ({ care, room, day: day as CalendarDay, start: 600, end: 720, ...weight })
    const told = { ...ids, state: 'confirmed' as const, source: 'web' as const }
    await shi.writeAll([
      ...month,
      { event: childcare.careBooked, data: { ...at('2026-11-12'), ...told }, subject: ids.child, by: ids.worker },
      { event: careMoved, data: at('2026-11-13'), subject: ids.child, by: ids.worker },
    ])
    await syncAll(fixture, [shi, ito])
    const sql = 'SELECT day, start_min, end_min FROM occ_care WHERE care = ?'
    expect(await fixture.hub.journal.read.all(sql, [care])).toEqual([
      { day: '2026-11-13', start_min: 600, end_min: 720 },
    ])
  })

  it('gives the same rows live and after a rebuild, and holds no name, worker or key of a child', async () => {
    await using house = await story(await databaseOf())
    const { fixture, shi, ito } = house
    for (const [centre, seed] of [
      [shi, 1],
      [ito, 2],
    ] as const) {
      // In many small pieces, so that a booking and what became of it travel in different batches.
      const told = occupancyMonth(NOVEMBER, TENTH, seed)
      for (let from = 0; from < told.length; from += 40) {
        await centre.writeAll(told.slice(from, from + 40))
        await syncAll(fixture, [centre])
      }
    }
    const { journal } = fixture.hub
    const tables = occupancyTables.map(({ name, key }) => `SELECT * FROM ${name} ORDER BY ${key.join(', ')}`)
    const live = await Promise.all(tables.map((sql) => journal.read.all(sql)))
    expect(live.flat().length).toBeGreaterThan(500)
    expect(JSON.stringify(live)).not.toMatch(/"w_/)
    expect(await journal.rebuild()).toMatchObject({ equal: true })
    expect(await Promise.all(tables.map((sql) => journal.read.all(sql)))).toEqual(live)
    const children = await journal.read.all<{ child: string }>('SELECT DISTINCT child FROM occ_stay')
    for (const { child } of children) expect(fixture.hub.secrets.keys.ofSubject(child)).toEqual([])
  })

  it('leaves out of the file for the town what stands for fewer than three children', async () => {
    await using house = await story(await databaseOf())
    const { fixture, shi, ito } = house
    await shi.writeAll(occupancyMonth(NOVEMBER, TENTH, 7))
    await syncAll(fixture, [shi, ito])
    const occupancy = await monthOccupancy(fixture.hub.journal.read, shi.site, NOVEMBER, NOON)
    const csv = occupancyCsv('SHI', occupancy)
    const [header, ...lines] = csv
      .replace(/^\uFEFF/, '')
      .trimEnd()
      .split('\r\n')
    expect(header).toBe(
      'centre,day,kind,places,open_hours,booked_hours,used_hours,bookings,no_shows,released,children,peak_children,carers_needed,carers_on_duty',
    )
    const care = lines.filter((line) => line.includes(',childcare,'))
    const small = careFigures(occupancy.care).filter(({ children }) => children > 0 && children < 3)
    expect(small.length).toBeGreaterThan(0)
    for (const { day } of small)
      expect(care.find((line) => line.includes(day))).toMatch(/^SHI,[\d-]+,childcare,,,x,x,,x,,x,x,/)
    expect(care.some((line) => /,\d+(\.\d)?,\d+(\.\d)?,,\d+,,[3-9],/.test(line))).toBe(true)
    expect(demandCsv('SHI', NOVEMBER, occupancy).split('\r\n')[0]).toBe('\uFEFFcentre,month,kind,reason,requests,hours')
  })
}

interface ShiftData {
  readonly shift: ReturnType<typeof newIdentifier<'shift'>>
  readonly room: ReturnType<typeof newIdentifier<'resource'>>
  readonly day: CalendarDay
}

/** The same counted another way: from the drafts alone. */
function countBookings(told: readonly Draft[], kind: string) {
  const kinds = new Map<string, string>()
  const last = new Map<string, { minutes: number; kind: string; state: string }>()
  for (const { event, data } of told as readonly Draft<Record<string, string & number>>[]) {
    if (event.type === 'resource.described') kinds.set(String(data.resource), String(data.kind))
    if (event.type === 'booking.made')
      last.set(String(data.booking), {
        minutes: Number(data.end) - Number(data.start),
        kind: kinds.get(String(data.resource)) ?? '',
        state: String(data.state),
      })
    const known = last.get(String(data.booking))
    if (event.type === 'booking.moved' && known !== undefined) known.minutes = Number(data.end) - Number(data.start)
    if (event.type === 'booking.settled' && known !== undefined) known.state = String(data.state)
  }
  const mine = [...last.values()].filter((one) => one.kind === kind)
  const minutes = (states: string) =>
    mine.filter(({ state }) => states.split(' ').includes(state)).reduce((sum, one) => sum + one.minutes, 0)
  return {
    bookedMin: minutes('confirmed in done no_show released'),
    usedMin: minutes('in done'),
    noShows: mine.filter(({ state }) => state === 'no_show').length,
    released: mine.filter(({ state }) => state === 'released').length,
  }
}

function countCare(told: readonly Draft[]) {
  const arrived = new Map<string, { child: string; at: number }>()
  let presentMin = 0
  for (const { event, data } of told as readonly Draft<Record<string, string & number>>[]) {
    if (event.type === 'care.arrived')
      arrived.set(String(data.stay), { child: String(data.child), at: Number(data.at) })
    if (event.type === 'care.handed-over')
      presentMin += Math.round((Number(data.at) - (arrived.get(String(data.stay))?.at ?? 0)) / 60_000)
  }
  return { presentMin, children: new Set([...arrived.values()].map(({ child }) => child)).size }
}
