/**
 * The list of a childcare room as frames for one kiosk (`childcare/kiosk-list.ts` says what is in it). Made anew from what
 * is committed whenever somebody asks, sealed for that kiosk alone, in parts a frame can hold.
 */
import { sha256, toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { ResourceId } from '../../central-sync/protocol/identifier.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import {
  CARE_PART_BYTES_MAX,
  CARE_PARTS_MAX,
  type CareChild,
  type CareListFrame,
  carePart,
  listContext,
  sealCare,
} from '../../central-sync/protocol/wire/care.ts'
import type { DeviceCursors } from '../attendance/device-cursors.ts'
import { type KioskListParts, readKioskList } from '../childcare/kiosk-list.ts'
import type { CareTeller } from './care-records.ts'

export interface CareListOptions {
  readonly clock: Clock
  readonly cursors: DeviceCursors
  readonly parts: KioskListParts
}

export class CareList {
  readonly #options: CareListOptions

  constructor(options: CareListOptions) {
    this.#options = options
  }

  /** The frames for one kiosk; one without content when it still has `rev`; none when its room is gone. */
  async frames({ device, key }: CareTeller, room: ResourceId, rev: string): Promise<CareListFrame[]> {
    const { clock, cursors, parts } = this.#options
    // Asked before anything is read: what the list says it contains, it does contain.
    const have = await cursors.have(device)
    const at = clock.now()
    const list = await readKioskList(parts, room, at)
    if (list === undefined) return []
    const now = toBase64Url(sha256(Buffer.from(JSON.stringify(list))))
    const frame = { t: 'care-list' as const, rev: now, at, have }
    if (now === rev) return [{ ...frame, part: 1, parts: 1 }]
    const groups = inParts(list.children)
    return groups.map((children, index) => {
      const part = index + 1
      const content = carePart.parse({ ...list, children, staff: index === 0 ? list.staff : [] })
      return {
        ...frame,
        part,
        parts: groups.length,
        x: sealCare(content, key, listContext(device, { rev: now, part })),
      }
    })
  }
}

/** Parts small enough for a frame; at least one, also of nobody. */
function inParts(children: readonly CareChild[]): CareChild[][] {
  const parts: CareChild[][] = [[]]
  let bytes = 0
  for (const child of children) {
    const size = Buffer.byteLength(JSON.stringify(child))
    if (bytes + size > CARE_PART_BYTES_MAX && (parts.at(-1)?.length ?? 0) > 0) {
      if (parts.length === CARE_PARTS_MAX) break
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(child)
    bytes += size
  }
  return parts
}
