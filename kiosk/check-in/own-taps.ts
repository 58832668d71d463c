/**
 * The taps this kiosk kept during the current business day, by person. They overlay the roster until the appliance's own
 * word arrives. After a restart they are read again from the spool, so an off-line kiosk keeps proposing rightly.
 */
import type { TapEvidence } from '../../central-sync/protocol/event/attendance.ts'
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { businessDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import type { KioskRecord } from '../../central-sync/protocol/wire/device.ts'
import type { OwnTap } from './tap-gate.ts'

/** A person, or the card of somebody not yet known: worker id or digest. */
export type Who = string

export class OwnTaps {
  readonly #taps = new Map<Who, readonly OwnTap[]>()
  readonly #who = new Map<EventId, Who>()
  /** Taps on the disk whose acknowledgement has not come; also those of earlier days. */
  readonly #unsent = new Set<EventId>()
  #day = ''

  /** Taps that wait for the appliance. */
  get waiting(): number {
    return this.#unsent.size
  }

  /** Oldest first. */
  of(who: Who): readonly OwnTap[] {
    return this.#taps.get(who) ?? []
  }

  find(id: EventId): OwnTap | undefined {
    const who = this.#who.get(id)
    return who === undefined ? undefined : this.of(who).find((tap) => tap.id === id)
  }

  add(who: Who, tap: OwnTap): void {
    this.#turnDay(tap.time)
    this.#taps.set(who, [...this.of(who), tap])
    this.#who.set(tap.id, who)
    this.#unsent.add(tap.id)
  }

  /** The disk refused it: it never was. */
  remove(id: EventId): void {
    const who = this.#who.get(id)
    if (who !== undefined)
      this.#taps.set(
        who,
        this.of(who).filter((tap) => tap.id !== id),
      )
    this.#who.delete(id)
    this.#unsent.delete(id)
  }

  put(tap: OwnTap): void {
    const who = this.#who.get(tap.id)
    if (who !== undefined)
      this.#taps.set(
        who,
        this.of(who).map((one) => (one.id === tap.id ? tap : one)),
      )
  }

  acknowledged(id: EventId): void {
    this.#unsent.delete(id)
  }

  /** The appliance named the person of a card: all taps of that card move under her name. */
  rename(id: EventId, to: Who): void {
    const from = this.#who.get(id)
    if (from === undefined || from === to) return
    const moved = this.of(from)
    this.#taps.delete(from)
    this.#taps.set(
      to,
      [...this.of(to), ...moved].sort((a, b) => a.time - b.time),
    )
    for (const tap of moved) this.#who.set(tap.id, to)
  }

  /** Reads one record of the spool at start. `whoOf` names the person of a tap. */
  replay(record: KioskRecord, whoOf: (tap: TapEvidence) => Who): void {
    switch (record.t) {
      case 'tap': {
        const { id, wall, offset, claim, place } = record.tap
        const tap = { id, time: wall + offset, place, keptAt: undefined, claim, before: undefined, latest: id }
        this.add(whoOf(record.tap), { ...tap, state: 'standing' })
        return
      }
      case 'redirect':
        this.#change(record.target, { claim: record.claim, state: 'standing', latest: record.id })
        return
      case 'void':
        this.#change(record.target, { state: 'voided', latest: record.id })
        return
      default:
        return
    }
  }

  #change(id: EventId, change: Partial<OwnTap>): void {
    const tap = this.find(id)
    if (tap !== undefined) this.put({ ...tap, ...change })
  }

  /** Everyone is out at roll-over: yesterday's taps propose nothing any more. */
  #turnDay(time: Instant): void {
    const day = businessDayOf(time)
    if (day <= this.#day) return
    this.#day = day
    this.#taps.clear()
    this.#who.clear()
  }
}
