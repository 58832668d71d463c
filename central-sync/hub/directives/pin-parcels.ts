/**
 * PIN verifiers of workers, brought by their home centres, each sealed to the hub. They wait in the hub's secrets until
 * she is introduced somewhere; where she is known already, her introduction is written anew.
 */
import type { Journal, Tx } from '../../journal/port.ts'
import type { SecretStore } from '../../journal/secret-store.ts'
import { openSealed } from '../../protocol/signing-key.ts'
import { PIN_PARCEL_INFO, type PinParcel } from '../../protocol/wire/sync.ts'
import { introductionDueTable } from './routing-tables.ts'

const VERIFIER = /^argon2id\$[\w$-]{1,290}$/

export interface PinParcelParts {
  readonly journal: Journal
  readonly secrets: Pick<SecretStore, 'identity' | 'verifiers'>
  readonly log: { warn(fields: object, message: string): void }
}

export class PinParcels {
  private readonly parts: PinParcelParts

  constructor(parts: PinParcelParts) {
    this.parts = parts
  }

  /** Keeps those of the site's own workers. The followers must have seen what the site sent before. */
  async receive(site: string, parcels: readonly PinParcel[]): Promise<void> {
    const { journal, secrets, log } = this.parts
    const kept: string[] = []
    for (const { subject, box } of parcels) {
      const verifier = (await this.isHome(subject, site)) ? this.open(box) : undefined
      if (verifier === undefined) {
        log.warn({ site }, 'a PIN was put aside: not for this hub, or not of a worker of that centre')
        continue
      }
      await secrets.verifiers.keep(subject, 'pin', verifier, false)
      kept.push(subject)
    }
    if (kept.length > 0) await journal.write('pins', (tx) => introduceAgain(tx, kept))
  }

  private open(box: string): string | undefined {
    const text = openSealed(box, this.parts.secrets.identity.box, PIN_PARCEL_INFO)?.toString('utf8')
    return text !== undefined && VERIFIER.test(text) ? text : undefined
  }

  private async isHome(worker: string, site: string): Promise<boolean> {
    const row = await this.parts.journal.read.one<{ home: string }>('SELECT home FROM worker WHERE worker = ?', [
      worker,
    ])
    return row?.home === site
  }
}

/** Wherever they have been. */
async function introduceAgain(tx: Tx, workers: readonly string[]): Promise<void> {
  const marks = workers.map(() => '?').join(', ')
  const known = await tx.all<{ worker: string }>(
    `SELECT DISTINCT worker FROM route_acquaintance WHERE worker IN (${marks})`,
    workers,
  )
  await tx.insert(introductionDueTable, known, 'ignore')
}
