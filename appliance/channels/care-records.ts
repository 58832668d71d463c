/**
 * What kiosks of childcare rooms recorded, into the journal (`childcare/record-care.ts` says what each means). A fact from
 * a device is never lost and never refused: it happened. One record is one transaction, in the order of the device, and
 * its entry carries the record's own id: told twice it is one fact.
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { type RefusalCode, Refused } from '../../central-sync/protocol/refusal.ts'
import { type CareRecord, careSecrets, openCare, recordContext } from '../../central-sync/protocol/wire/care.ts'
import { type DeviceCursors, noteNumber } from '../attendance/device-cursors.ts'
import { type DeviceAck, POISON_BYTES_MAX, type Poison } from '../attendance/device-record.ts'
import type { CareParts } from '../childcare/book-care.ts'
import { type CareTold, recordCare } from '../childcare/record-care.ts'
import { deviceQuarantine } from '../migrations.ts'
import { roomOfKiosk } from './kiosk-rooms.ts'
import type { CareArrival } from './split-records.ts'
import type { StaffPasses } from './staff-passes.ts'

export interface CareRecordsOptions {
  readonly journal: Journal
  readonly cursors: DeviceCursors
  readonly parts: CareParts
  readonly passes: StaffPasses
}

/** Somebody who speaks for a kiosk, with the key between it and the centre. */
export interface CareTeller {
  readonly device: DeviceId
  readonly key: Uint8Array
}

/** Not committed: the kiosk keeps its records and tries again. */
const AGAIN: ReadonlySet<string> = new Set<RefusalCode>(['busy', 'disk_full', 'commit_not_confirmed'])

export class CareRecords {
  readonly #options: CareRecordsOptions

  constructor(options: CareRecordsOptions) {
    this.#options = options
  }

  /** Resolves once everything is committed with fsync. Throws `Refused` when it is not. */
  async accept(teller: CareTeller, arrivals: readonly CareArrival[]): Promise<DeviceAck> {
    const { cursors } = this.#options
    await cursors.have(teller.device)
    const quarantined: { id: Poison['id']; code: string }[] = []
    for (const arrival of arrivals) {
      const aside = 'poison' in arrival ? arrival.poison : await this.#take(teller, arrival.record, arrival.seq)
      if (aside === undefined) continue
      await this.#putAside(teller.device, aside)
      quarantined.push({ id: aside.id, code: aside.code })
    }
    return { seq: cursors.known(teller.device), answers: [], quarantined }
  }

  /** Resolves to what cannot be applied at all. */
  async #take(teller: CareTeller, record: CareRecord, seq: number): Promise<Poison | undefined> {
    const { journal } = this.#options
    const code = await journal.write('care.record', (tx) => this.#record(tx, teller, record, seq)).catch(refusedCode)
    if (code === undefined) return undefined
    return { id: record.id, seq, code, record: JSON.stringify(record).slice(0, POISON_BYTES_MAX) }
  }

  async #record(tx: Tx, teller: CareTeller, record: CareRecord, seq: number): Promise<RefusalCode | undefined> {
    if (await isKnown(tx, record.id)) return undefined
    const { parts, passes } = this.#options
    const { device, key } = teller
    const secret = careSecrets[record.t].safeParse(openCare(record.x, key, recordContext(record)))
    if (!secret.success) return 'malformed'
    const shown = record.t === 'care-handed-over' ? record : { staff: [], passes: [] }
    const told = {
      ...{ t: record.t, record, secret: secret.data, device, room: await roomOfKiosk(tx, device) },
      proven: passes.haveShown(device, shown.staff, shown.passes),
    } as CareTold
    const refused = await recordCare(tx, parts, told)
    // Thrown, so that nothing of it stays; what is left of it is put aside in a job of its own.
    if (refused !== undefined) throw new Refused(refused)
    await noteNumber(tx, this.#options.cursors, device, seq)
    tx.onCommit(() => passes.use(shown.passes))
    return undefined
  }

  async #putAside(device: DeviceId, { id, seq, code, record }: Poison): Promise<void> {
    await this.#options.journal.write('care.record-aside', async (tx) => {
      await tx.insert(deviceQuarantine, [{ id, device, seq, code, record, at: tx.now }], 'ignore')
      await noteNumber(tx, this.#options.cursors, device, seq)
    })
  }
}

function refusedCode(error: unknown): RefusalCode {
  if (!(error instanceof Refused) || AGAIN.has(error.refusal.refused)) throw error
  return error.refusal.refused
}

/** In the journal, or put aside before. */
async function isKnown(tx: Tx, id: CareRecord['id']): Promise<boolean> {
  const row = await tx.one(
    `SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM entry WHERE id = ?)
        OR EXISTS (SELECT 1 FROM device_quarantine WHERE id = ?)`,
    [id, id],
  )
  return row !== undefined
}
