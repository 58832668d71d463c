/** No acknowledged tap is lost, none is there twice, none was invented, and each says what the screen said. */
import type { DiskEntry } from './disk.ts'
import { of, seqOf } from './gather-evidence.ts'
import { KIOSKS } from './plan.ts'
import type { Record, SeenTap } from './record.ts'

export interface Disks {
  readonly hub: readonly DiskEntry[]
  /** By centre. */
  readonly centres: readonly (readonly DiskEntry[])[]
}

/** `leaving` = kiosks out of reach: what they hold is not due yet. */
export function judgeEvidence(record: Record, disks: Disks, leaving: readonly number[]): string[] {
  const atCentres = disks.centres.map((entries) =>
    byId(of(entries, 'tap.recorded').filter(({ kind }) => kind === 'own')),
  )
  const atHub = byId(of(disks.hub, 'tap.recorded'))
  const wrong: string[] = []
  for (const tap of record.taps.values()) {
    const here = atCentres[KIOSKS[tap.kiosk] ?? 0]?.get(tap.id) ?? []
    const due = tap.acknowledged || !leaving.includes(tap.kiosk)
    const found = [here.length, atHub.get(tap.id)?.length ?? 0]
    if (due ? found.some((times) => times !== 1) : found.some((times) => times > 1)) {
      wrong.push(`tap ${tap.id} (${tap.acknowledged ? 'acknowledged' : 'kept'}) is there ${found.join(' and ')} times`)
    }
    for (const entry of here) wrong.push(...differences(tap, entry, disks.hub))
  }
  const known = new Set(record.taps.keys())
  for (const id of atHub.keys()) if (!known.has(id)) wrong.push(`nobody touched for tap ${id}`)
  return [...wrong, ...judgeDone(record, disks)]
}

function differences(tap: SeenTap, { data }: DiskEntry, hub: readonly DiskEntry[]): string[] {
  const switches = of(hub, 'tap.redirected').filter(({ data: { target } }) => target === tap.id)
  const pressed = switches.sort((a, b) => seqOf(a.id) - seqOf(b.id)).map(({ data: { claim } }) => claim)
  const voids = of(hub, 'tap.voided').filter(({ data: { target } }) => target === tap.id)
  const said = { time: data.time, claim: data.claim, switches: pressed.join(), voids: voids.length }
  const shown = { time: tap.time, claim: tap.claim, switches: tap.switches.join(), voids: tap.voided ? 1 : 0 }
  const same = JSON.stringify(said) === JSON.stringify(shown)
  return same ? [] : [`tap ${tap.id} was shown as ${JSON.stringify(shown)} and kept as ${JSON.stringify(said)}`]
}

/** Commands that were answered with success left exactly one entry each. */
function judgeDone(record: Record, { hub }: Disks): string[] {
  const marks = new Map<string, number>()
  for (const { type, data } of hub) {
    const mark = markOf(type, data)
    if (mark !== undefined) marks.set(mark, (marks.get(mark) ?? 0) + 1)
  }
  const times = Map.groupBy(record.done, ({ type, mark }) => `${type} ${mark}`)
  return [...times].flatMap(([mark, done]) => {
    const found = marks.get(mark) ?? 0
    return found === done.length ? [] : [`${mark}: done ${done.length} times, kept ${found} times`]
  })
}

function markOf(type: string, data: DiskEntry['data']): string | undefined {
  if (type === 'correction.decided') return `${type} ${data.correction} ${data.outcome}`
  if (type === 'work.unapproved') return `${type} ${data.worker} ${data.session}`
  if (type === 'correction.requested') return `${type} ${data.correction}`
  return type === 'session.confirmed' ? `${type} ${data.worker} ${data.start}` : undefined
}

/** The hub holds every centre's journal byte for byte, and every extract says what its origin said. */
export function judgeCopies({ hub, centres }: Disks): string[] {
  const origins = new Map(hub.map(({ id, data }) => [id, JSON.stringify(data)]))
  const wrong: string[] = []
  for (const entries of centres) {
    const own = entries.filter(({ kind }) => kind === 'own')
    const streams = Map.groupBy(own, ({ site, inc }) => `${site} ${inc}`)
    if (streams.size !== 1) wrong.push(`a centre has ${streams.size} incarnations although it lost nothing`)
    for (const [stream, lines] of streams) {
      const copy = hub.filter(({ site, inc }) => `${site} ${inc}` === stream).map(({ line }) => line)
      if (copy.join('\n') !== lines.map(({ line }) => line).join('\n'))
        wrong.push(`the hub has another stream ${stream}`)
    }
    for (const { id, data } of entries.filter(({ kind }) => kind === 'down')) {
      if (origins.get(id) !== JSON.stringify(data)) wrong.push(`the extract ${id} is not what was written`)
    }
  }
  return wrong
}

function byId(entries: readonly DiskEntry[]): Map<string, DiskEntry[]> {
  return Map.groupBy(entries, ({ id }) => id)
}
