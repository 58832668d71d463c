/** Who owes a watermark for a month, as stored. */
import type { Rows } from '../../journal/port.ts'
import { type BusinessDay, businessDayOf, type Instant, lastDayOf, type Month } from '../../protocol/time.ts'
import { type Behind, type CentreOnDuty, type DeviceOnDuty, findBehind } from './find-behind.ts'

interface CentreRow {
  readonly site: string
  readonly code: string
  readonly name: string
  readonly admittedAt: Instant | null
  readonly declared: BusinessDay | null
}

interface DeviceRow {
  readonly device: string
  readonly site: string
  readonly label: string
  readonly kind: string
  readonly enrolledAt: Instant
  readonly retiredAt: Instant | null
  readonly complete: BusinessDay | null
}

/** A day that is not over at `now` cannot be complete, whatever a centre with a wrong clock once declared. */
export async function listBehind(rows: Rows, month: Month, now: Instant): Promise<Behind[]> {
  const centres = await rows.all<CentreRow>(
    `SELECT c.site AS site, c.code AS code, c.name AS name, d.opened_at AS "admittedAt", y.day AS declared
     FROM centre c LEFT JOIN down_stream d ON d.site = c.site LEFT JOIN centre_day y ON y.site = c.site
     WHERE c.public_key IS NOT NULL`,
  )
  const devices = await rows.all<DeviceRow>(
    `SELECT d.device AS device, d.site AS site, d.label AS label, d.kind AS kind, d.enrolled_at AS "enrolledAt",
       d.retired_at AS "retiredAt", max(w.day) AS complete
     FROM device d LEFT JOIN watermark w ON w.device = d.device AND w.site = d.site AND w.seq IS NOT NULL AND w.day < ?
     GROUP BY d.device, d.site, d.label, d.kind, d.enrolled_at, d.retired_at`,
    [businessDayOf(now)],
  )
  return findBehind(centres.map(centreOf), devices.map(deviceOf), lastDayOf(month))
}

function centreOf({ site, code, name, admittedAt, declared }: CentreRow): CentreOnDuty {
  return { site, code, name, admittedAt: admittedAt ?? 0, declared: declared ?? undefined }
}

function deviceOf({ device, site, label, kind, enrolledAt, retiredAt, complete }: DeviceRow): DeviceOnDuty {
  const ends = { retiredAt: retiredAt ?? undefined, complete: complete ?? undefined }
  return { device, site, label, kind, enrolledAt, ...ends }
}
