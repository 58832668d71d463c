/** The journal of an invented centre as it would be uploaded: a registration of each worker, then her taps. */

import { tapRecorded } from '../../central-sync/protocol/event/attendance.ts'
import type { EventDefinition } from '../../central-sync/protocol/event/definition.ts'
import { cardEnrolled, workerRegistered } from '../../central-sync/protocol/event/person.ts'
import { centreNamed, deviceEnrolled, incarnationOpened } from '../../central-sync/protocol/event/place.ts'
import { sha256, toBase64Url } from '../../central-sync/protocol/hash.ts'
import {
  type CardId,
  deviceEventId,
  type EventId,
  newEventId,
  newIdentifier,
  type SiteId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { HOUR_MS, type Instant } from '../../central-sync/protocol/time.ts'
import type { Chain } from '../support/hub-chain.ts'

interface Person {
  readonly worker: WorkerId
  readonly card: CardId
  readonly digest: { readonly k: number; readonly h: string }
}

/** `records` entries in all, the last taps an hour before `now`; each worker taps every few hours. */
export function inventStream(chain: Chain, workers: number, records: number, now: Instant): void {
  const site = chain.site as SiteId
  const device = newIdentifier('device')
  const add = (event: EventDefinition, data: object, sub?: string, id: EventId = newEventId(now)) => {
    const at = now - HOUR_MS
    chain.append({ id, t: event.type, v: event.version, at, by: 'system', sub, d: data as Record<string, unknown> })
  }
  const { prevInc, prevSeq, prevHash } = chain.genesis
  const publicKey = chain.identity.signing.publicKey
  const opened = { role: 'centre', site, inc: chain.inc, publicKey, prevInc, prevSeq, prevHash, reason: 'first' }
  add(incarnationOpened as EventDefinition, opened)
  add(centreNamed as EventDefinition, { site, code: 'BEN', name: 'ベンチ' })
  const keys = { publicKey, boxKey: chain.identity.box.publicKey }
  add(deviceEnrolled as EventDefinition, { device, kind: 'kiosk', label: 'k', place: '', ...keys })
  const people = Array.from({ length: workers }, (_, index) => inventPerson(index))
  for (const [index, { worker, card, digest }] of people.entries()) {
    const code = `W${String(index + 1).padStart(4, '0')}`
    add(workerRegistered as EventDefinition, { worker, code, home: site }, worker)
    add(cardEnrolled as EventDefinition, { card, worker, digests: [digest], tail: 'ABCD' })
  }
  const taps = records - chain.head
  const rounds = Math.ceil(taps / workers)
  for (let tap = 0; tap < taps; tap += 1) {
    const person = people[tap % workers]
    if (person === undefined) throw new RangeError('no worker')
    const round = Math.floor(tap / workers)
    const id = deviceEventId(device, 1, tap + 1)
    const time = now - HOUR_MS - (rounds - round) * 3 * HOUR_MS
    add(tapRecorded as EventDefinition, inventTap(id, site, device, person, time, round), person.worker, id)
  }
}

function inventPerson(index: number): Person {
  const h = toBase64Url(sha256(`card ${index}`))
  return { worker: newIdentifier('worker'), card: newIdentifier('card'), digest: { k: 1, h } }
}

function inventTap(id: EventId, site: SiteId, device: string, person: Person, time: Instant, round: number): object {
  const { worker, card, digest } = person
  return {
    id,
    digests: [digest],
    identified: 'card',
    place: '',
    wall: time,
    mono: round * 1_000,
    offset: 0,
    offsetAge: 60_000,
    clock: 'synced',
    claim: round % 2 === 0 ? 'in' : 'out',
    claimBy: 'auto',
    online: true,
    rosterStale: false,
    site,
    device,
    time,
    worker,
    card,
    known: 'known',
  }
}
