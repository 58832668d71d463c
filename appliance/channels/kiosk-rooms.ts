/**
 * Which kiosk stands at which childcare room: chosen by staff, because the list of children goes there. A kiosk without a
 * room stands at the entrance.
 */
import type { Follower, Journal, Migration, Rows, TableShape } from '../../central-sync/journal/port.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { deviceStationed } from '../../central-sync/protocol/event/place.ts'
import type { DeviceId, ResourceId, SiteId, StaffId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'

const kioskRoom: TableShape<'device' | 'room'> = {
  name: 'kiosk_room',
  columns: { device: 'text', room: 'text' },
  key: ['device'],
}

const tables = ['CREATE TABLE kiosk_room (device TEXT NOT NULL PRIMARY KEY, room TEXT) STRICT, WITHOUT ROWID']

/** A centre is SQLite only. */
export const kioskRoomMigrations: readonly Migration[] = [
  { number: 590, name: 'childcare: kiosks of the room', sqlite: tables, postgres: [] },
]

export const kioskRoomFollower: Follower = {
  name: 'kiosk-rooms',
  version: 1,
  tables: [kioskRoom.name],
  types: [deviceStationed.type],
  apply: async (tx, entries) => {
    for (const entry of entries) {
      const { device, room } = readEvent(deviceStationed, entry)
      await tx.insert(kioskRoom, [{ device, room: room ?? null }], 'replace')
    }
  },
}

export async function roomOfKiosk(rows: Rows, device: DeviceId): Promise<ResourceId | undefined> {
  const row = await rows.one<{ room: ResourceId | null }>('SELECT room FROM kiosk_room WHERE device = ?', [device])
  return row?.room ?? undefined
}

/** Of every kiosk that was ever given a purpose; null = back at the entrance. */
export async function roomsOfKiosks(rows: Rows): Promise<ReadonlyMap<DeviceId, ResourceId | null>> {
  const found = await rows.all<{ device: DeviceId; room: ResourceId | null }>('SELECT device, room FROM kiosk_room')
  return new Map(found.map(({ device, room }) => [device, room]))
}

/** Without a room: back to the entrance, and the list of children leaves the kiosk. */
export function stationKiosk(
  journal: Journal,
  site: SiteId,
  { device, room }: { device: DeviceId; room: ResourceId | undefined },
  by: StaffId,
): Promise<undefined | Refusal> {
  return journal.write('device.station', async (tx) => {
    const kiosk = await tx.one(
      "SELECT 1 AS one FROM device WHERE device = ? AND site = ? AND kind = 'kiosk' AND retired_at IS NULL",
      [device, site],
    )
    if (kiosk === undefined) return refuse('not_found')
    const nursery =
      room === undefined
        ? undefined
        : await tx.one("SELECT 1 AS one FROM resource WHERE resource = ? AND kind = 'nursery'", [room])
    if (room !== undefined && nursery === undefined) return refuse('resource_unknown')
    tx.append({ event: deviceStationed, data: { device, ...(room === undefined ? {} : { room }) }, by })
    return undefined
  })
}
