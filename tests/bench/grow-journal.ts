/**
 * Fills a centre's journal with taps through the real lane and its followers: `node grow-journal.ts FOLDER ENTRIES`.
 * The workers that are registered there come twice a day, day after day, up to yesterday.
 */
import { openCentre } from '../../appliance/open-centre.ts'
import type { Draft } from '../../central-sync/journal/port.ts'
import { tapRecorded } from '../../central-sync/protocol/event/attendance.ts'
import { deviceEnrolled } from '../../central-sync/protocol/event/place.ts'
import {
  type DeviceId,
  deviceEventId,
  newIdentifier,
  type SiteId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { DAY_MS, HOUR_MS, type Instant, systemClock } from '../../central-sync/protocol/time.ts'
import { silentLog } from '../../central-sync/web/log.ts'

const CHUNK = 5_000

interface Place {
  readonly site: SiteId
  readonly device: DeviceId
  readonly workers: readonly WorkerId[]
  readonly begin: Instant
}

async function main(): Promise<void> {
  const [folder = '', entries = '0'] = process.argv.slice(2)
  await using centre = await openCentre(folder, systemClock, silentLog)
  const { journal, site } = centre
  const rows = await journal.read.all<{ worker: WorkerId }>('SELECT worker FROM worker')
  const workers = rows.map(({ worker }) => worker)
  const device = newIdentifier('device')
  const identity = { label: 'grown', place: '', publicKey: '', boxKey: '' }
  await journal.write('grow', async (tx) => {
    tx.append({ event: deviceEnrolled, data: { device, kind: 'kiosk', ...identity }, by: 'system' })
  })
  const days = Math.ceil(Number(entries) / (workers.length * 2)) + 1
  const place = { site, device, workers, begin: systemClock.now() - days * DAY_MS }
  for (let tap = 0; journal.head().seq < Number(entries); tap += CHUNK) {
    await journal.write('grow', async (tx) => {
      tx.append(Array.from({ length: CHUNK }, (_, index) => draftOf(place, tap + index)))
    })
  }
}

/** Everybody IN in turn, then everybody OUT in turn, then the next day. */
function draftOf({ site, device, workers, begin }: Place, tap: number): Draft {
  const turn = Math.floor(tap / workers.length)
  const worker = workers[tap % workers.length]
  if (worker === undefined) throw new RangeError('no worker')
  const time = begin + Math.floor(turn / 2) * DAY_MS + (turn % 2) * 4 * HOUR_MS
  const id = deviceEventId(device, 1, tap + 1)
  const claim = turn % 2 === 0 ? ('in' as const) : ('out' as const)
  const clocks = { wall: time, time, mono: tap, offset: 0, offsetAge: 0, clock: 'synced' as const }
  const how = { identified: 'card' as const, claimBy: 'auto' as const, online: true, rosterStale: false }
  const data = { id, digests: [], place: '', claim, site, device, worker, known: 'known' as const, ...how, ...clocks }
  return { event: tapRecorded, data, subject: worker, by: device, id } as Draft
}

void main()
