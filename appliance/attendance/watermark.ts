/**
 * After roll-over the centre says how much of each day it has: per device on duty the number it declared complete, or
 * nothing while it was not heard from. The payroll close waits for these words.
 */
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { attendanceWatermark } from '../../central-sync/protocol/event/attendance.ts'
import type { DeviceId, SiteId } from '../../central-sync/protocol/identifier.ts'
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  DAY_MS,
  type Instant,
  startOfBusinessDay,
} from '../../central-sync/protocol/time.ts'

/** Days back that may still be completed: a kiosk that was away for longer is retired or overridden. */
const DAYS_BACK = 62

export interface DeviceDuty {
  readonly device: DeviceId
  readonly enrolledAt: Instant
  readonly retiredAt: Instant | undefined
  readonly completeSeq: number | undefined
  readonly completeAt: Instant | undefined
}

/**
 * What may be said of one day at `now`, per device: its complete seq, null when it has not declared anything at or after
 * the end of the day. What was declared later than now was declared under a clock that was wrong, and says nothing. A
 * device is on duty from the day it was enrolled; retiring ends its duty also for earlier days.
 */
export function watermarkOf(
  day: BusinessDay,
  devices: readonly DeviceDuty[],
  now: Instant,
): Record<string, number | null> {
  const end = startOfBusinessDay(day) + DAY_MS
  const onDuty = devices.filter(({ enrolledAt, retiredAt }) => enrolledAt < end && retiredAt === undefined)
  return Object.fromEntries(
    onDuty.map(({ device, completeSeq, completeAt }) => {
      const heard = completeAt !== undefined && completeAt >= end && completeAt <= now && completeSeq !== undefined
      return [device, heard ? completeSeq : null]
    }),
  )
}

/**
 * Appends the watermark of every past day that can say more than was said before, and takes back what was said of days
 * that are not over: a clock that ran ahead said it. Returns the days.
 */
export async function advanceWatermarks(journal: Journal, site: SiteId): Promise<BusinessDay[]> {
  return journal.write('attendance.watermark', async (tx) => {
    const today = businessDayOf(tx.now)
    const devices = await readDuties(tx, site)
    const said = await readSaid(tx, site, addDays(today, -DAYS_BACK))
    const first = await firstDay(tx, site, today)
    const days: BusinessDay[] = []
    for (let day = first; day < today; day = addDays(day, 1)) {
      const mark = watermarkOf(day, devices, tx.now)
      const before = said.get(day)
      if (before !== undefined && !saysMore(mark, before)) continue
      tx.append({ event: attendanceWatermark, data: { site, day, devices: mark }, by: 'system' })
      days.push(day)
    }
    for (const [day, before] of said) {
      if (day < today || [...before.values()].every((seq) => seq === null)) continue
      const unsaid = Object.fromEntries([...before.keys()].map((device) => [device, null]))
      tx.append({ event: attendanceWatermark, data: { site, day, devices: unsaid }, by: 'system' })
      days.push(day)
    }
    await noteSaid(tx, days)
    return days
  })
}

/** True when a device that was silent has spoken, or the list of devices on duty is another one. */
function saysMore(mark: Record<string, number | null>, before: ReadonlyMap<string, number | null>): boolean {
  const devices = Object.keys(mark)
  if (devices.some((device) => !before.has(device))) return true
  return devices.some((device) => mark[device] !== null && before.get(device) === null)
}

async function readDuties(tx: Tx, site: SiteId): Promise<DeviceDuty[]> {
  const rows = await tx.all<{
    device: DeviceId
    enrolled_at: number
    retired_at: number | null
    complete_seq: number | null
    complete_at: number | null
  }>(
    `SELECT d.device, d.enrolled_at, d.retired_at, c.complete_seq, c.complete_at FROM device d
       LEFT JOIN device_cursor c ON c.device = d.device WHERE d.site = ? AND d.kind <> 'import'`,
    [site],
  )
  return rows.map(({ device, enrolled_at, retired_at, complete_seq, complete_at }) => ({
    device,
    enrolledAt: enrolled_at,
    retiredAt: retired_at ?? undefined,
    completeSeq: complete_seq ?? undefined,
    completeAt: complete_at ?? undefined,
  }))
}

/** A day without any device on duty leaves no row in the projection, so the days themselves are kept beside it. */
async function readSaid(
  rows: Rows,
  site: SiteId,
  from: BusinessDay,
): Promise<Map<BusinessDay, Map<string, number | null>>> {
  const days = await rows.all<{ day: BusinessDay }>('SELECT day FROM watermark_day WHERE day >= ?', [from])
  const said = new Map(days.map(({ day }) => [day, new Map<string, number | null>()]))
  const marks = await rows.all<{ day: BusinessDay; device: string; seq: number | null }>(
    'SELECT day, device, seq FROM watermark WHERE site = ? AND day >= ?',
    [site, from],
  )
  for (const { day, device, seq } of marks) {
    const map = said.get(day) ?? new Map<string, number | null>()
    map.set(device, seq)
    said.set(day, map)
  }
  return said
}

async function noteSaid(tx: Tx, days: readonly BusinessDay[]): Promise<void> {
  for (const day of days) await tx.run('INSERT OR IGNORE INTO watermark_day (day) VALUES (?)', [day])
}

/** The centre answers from the day it was named, or from its first evidence if that is older. */
async function firstDay(rows: Rows, site: SiteId, today: BusinessDay): Promise<BusinessDay> {
  const earliest = addDays(today, -DAYS_BACK)
  const began = await rows.one<{ at: number | null }>('SELECT min(at) AS at FROM entry WHERE type = ?', [
    'centre.named',
  ])
  const tapped = await rows.one<{ day: BusinessDay | null }>(
    'SELECT min(day) AS day FROM tap WHERE site = ? AND day >= ?',
    [site, earliest],
  )
  const candidates = [tapped?.day, began?.at == null ? undefined : businessDayOf(began.at)].filter((day) => day != null)
  const first = candidates.sort()[0] ?? today
  return [first, earliest].sort()[1] ?? earliest
}
