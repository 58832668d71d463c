/** Queries about the centre: today, devices, synchronisation, staff, who is signed in. */
import type { Rows } from '../../central-sync/journal/port.ts'
import { presentNow, sessionsBetween } from '../../central-sync/journal/projections/attendance-read.ts'
import { devices as readDevices } from '../../central-sync/journal/projections/directory-read.ts'
import type { ResourceId, SiteId } from '../../central-sync/protocol/identifier.ts'
import { refuse } from '../../central-sync/protocol/refusal.ts'
import { businessDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import { decideAccess } from '../../central-sync/web/decide-access.ts'
import type { MayOpen } from '../../central-sync/web/may-open.ts'
import type { Query } from '../../central-sync/web/port.ts'
import type { DeviceCursors } from '../attendance/device-cursors.ts'
import { findTasks } from '../attendance/tasks.ts'
import type { DeviceStates } from '../channels/device-states.ts'
import type { EnrolmentTokens } from '../channels/enrolment-tokens.ts'
import { roomsOfKiosks } from '../channels/kiosk-rooms.ts'
import { pageOfTask } from '../pages/describe-task.ts'
import type { CentreDesk } from '../staff/centre-desk.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import type { Sync } from '../sync/sync.ts'
import type { Directory } from '../worker/directory.ts'
import { bindQuery } from './shape.ts'
import * as shapes from './shape-queries.ts'

const RECENT_MAX = 20

export interface CentreSources {
  readonly rows: Rows
  readonly site: SiteId
  readonly directory: Directory
  readonly states: DeviceStates
  readonly cursors: DeviceCursors
  readonly tokens: EnrolmentTokens
  readonly sync: Sync
  readonly staff: StaffDesk
  readonly centre: CentreDesk
}

/** `mayOpen`: who may open which page. A task is for those who can open the page where it is settled. */
export function centreQueries(sources: CentreSources, mayOpen: MayOpen): readonly Query[] {
  const { staff, centre, sync, tokens } = sources
  return [
    bindQuery(shapes.today, async (_input, { actor, now }) => {
      const { tasks, recent, ...board } = await readToday(sources, now)
      // Who looks after readers sees that they read; who came and went is for those who read hours.
      const isNamed = decideAccess(shapes.TIME_READERS, actor) === undefined
      return {
        ...board,
        tasks: tasks.filter((one) => mayOpen(actor, pageOfTask(one))),
        recent: isNamed ? recent : recent.map((one) => ({ ...one, code: null, name: null })),
      }
    }),
    bindQuery(shapes.devices, async () => ({
      devices: await deviceRows(sources),
      rooms: await careRooms(sources.rows),
    })),
    bindQuery(shapes.syncQuery, async () => sync.status()),
    bindQuery(shapes.cardsEnrolment, async ({ token }) => {
      const state = tokens.state(token)
      return state === undefined ? refuse('not_found') : { state: state.state, code: state.code ?? null }
    }),
    bindQuery(shapes.staffList, async () => ({
      staff: (await staff.all()).map(({ worker, roles, ...one }) => ({
        ...one,
        roles: [...roles],
        worker: worker ?? null,
      })),
    })),
    bindQuery(shapes.me, async (_input, { actor }) => ({
      kind: actor.kind,
      id: actor.kind === 'staff' ? actor.staff : actor.kind === 'worker' ? actor.worker : null,
      name: actor.kind === 'nobody' ? null : actor.name,
      roles: actor.kind === 'staff' ? [...actor.roles] : [],
      claimed: await centre.isClaimed(),
    })),
  ] as readonly Query[]
}

async function readToday(sources: CentreSources, now: Instant) {
  const { rows, site, directory, sync } = sources
  const day = businessDayOf(now)
  const people = await directory.byId()
  const present = await presentNow(rows, site, now)
  const sessions = await sessionsBetween(rows, day, day, now)
  const here = sessions.filter((session) => session.site === site)
  const status = await sync.status()
  const named = await directory.centre()
  const machines = await deviceRows(sources)
  const gaps = await countsByDevice(rows, 'device_gap')
  return {
    day,
    at: now,
    centre: { site, code: named?.code ?? '', name: named?.name ?? '' },
    present: present.map(({ worker, since, place }) => {
      const person = people.get(worker)
      const { shownCode: code = '', name = '', callName = '', own = false } = person ?? {}
      return { worker, code, name, callName, since, place, own }
    }),
    numbers: {
      present: present.length,
      arrivedToday: new Set(here.map(({ worker }) => worker)).size,
      secondsToday: here
        .filter(({ status: state }) => state === 'payable')
        .reduce((sum, { seconds }) => sum + seconds, 0),
      registered: [...people.values()].filter(({ own, active }) => own && active).length,
    },
    tasks: await findTasks({
      rows,
      site,
      now,
      people,
      devices: machines
        .filter(({ kind }) => kind !== 'import')
        .map((one) => ({
          device: one.device,
          label: one.label,
          retired: one.retiredAt !== null,
          connected: one.connected,
          lastSeen: one.lastSeen ?? undefined,
          clone: one.clone,
          quarantined: one.quarantined,
          gaps: gaps.get(one.device) ?? 0,
        })),
      syncStopped: status.code ?? undefined,
    }),
    recent: await recentTaps(rows, site, day, people),
  }
}

async function recentTaps(rows: Rows, site: SiteId, day: string, people: Awaited<ReturnType<Directory['byId']>>) {
  const found = await rows.all<{
    id: string
    time: number
    worker: string | null
    known: 'known' | 'unknown_card' | 'revoked_card'
    place: string
    online: number
    outcome: 'in' | 'out' | 'ignored' | null
    reason: string | null
  }>(
    `SELECT t.id, t.time, t.worker, t.known, t.place, t.online, o.outcome, o.reason FROM tap t
       LEFT JOIN tap_outcome o ON o.tap = t.id
      WHERE t.entry_pos > (SELECT coalesce(max(pos), 0) - 2000 FROM entry) AND t.day = ? AND t.site = ?
      ORDER BY t.time DESC, t.entry_pos DESC LIMIT ?`,
    [day, site, RECENT_MAX],
  )
  return found.map(({ id, time, worker, known, place, online, outcome, reason }) => {
    const person = worker === null ? undefined : people.get(worker as Parameters<Directory['get']>[0])
    const result =
      known !== 'known' && worker === null ? known : reason === 'voided' ? 'voided' : (outcome ?? 'ignored')
    const { shownCode: code = null, name = null } = person ?? {}
    return { tap: id, time, result, code, name, place, online: online !== 0 } as const
  })
}

async function deviceRows({ rows, site, states, cursors }: CentreSources) {
  const found = (await readDevices(rows, site)).filter(({ kind }) => kind !== 'import')
  const clones = await rows.all<{ device: string }>('SELECT device FROM device_clone')
  const cloned = new Set(clones.map(({ device }) => device))
  const quarantined = await countsByDevice(rows, 'device_quarantine')
  const rooms = await roomsOfKiosks(rows)
  const seen = await rows.all<{ device: string; last_seen: number }>('SELECT device, last_seen FROM device_cursor')
  const lastSeen = new Map(seen.map(({ device, last_seen }) => [device, last_seen]))
  return Promise.all(
    found.map(async ({ device, kind, label, place, enrolledAt, retiredAt }) => {
      const state = states.of(device)
      return {
        device,
        kind,
        label,
        place,
        room: rooms.get(device) ?? null,
        enrolledAt,
        retiredAt: retiredAt ?? null,
        connected: state.connected,
        lastSeen: state.lastSeen ?? lastSeen.get(device) ?? null,
        spooled: state.spooled,
        readers: [...state.readers],
        clone: cloned.has(device),
        quarantined: quarantined.get(device) ?? 0,
        seq: await cursors.have(device),
      }
    }),
  )
}

function careRooms(rows: Rows): Promise<{ room: ResourceId; name: string }[]> {
  return rows.all(
    "SELECT resource AS room, name FROM resource WHERE kind = 'nursery' AND open = 1 ORDER BY name, resource",
  )
}

async function countsByDevice(rows: Rows, table: 'device_gap' | 'device_quarantine'): Promise<Map<string, number>> {
  const found = await rows.all<{ device: string; count: number }>(
    `SELECT device, count(*) AS count FROM ${table} GROUP BY device`,
  )
  return new Map(found.map(({ device, count }) => [device, count]))
}
