/** Registers workers and keeps their sheets. A worker's session is never ended by a change here: staff are told instead. */
import { randomInt } from 'node:crypto'
import type { Draft, Journal, Rows } from '../../central-sync/journal/port.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import { type WorkerSheet, workerChanged, workerRegistered } from '../../central-sync/protocol/event/person.ts'
import { newIdentifier, type SiteId, type StaffId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Directory } from './directory.ts'

const PIN_DIGITS = 6

export interface WorkerDeskOptions {
  readonly journal: Journal
  readonly secrets: SecretStore
  readonly directory: Directory
  readonly site: SiteId
}

export interface PinSlip {
  readonly worker: WorkerId
  readonly code: string
  /** Shown once: only its verifier is kept. */
  readonly pin: string
}

export class WorkerDesk {
  readonly #options: WorkerDeskOptions

  constructor(options: WorkerDeskOptions) {
    this.#options = options
  }

  /** Registers somebody of this centre and makes the first PIN for the printed slip. */
  async register(code: string, sheet: WorkerSheet, by: StaffId | 'system'): Promise<PinSlip | Refusal> {
    const { journal, site } = this.#options
    const worker = newIdentifier('worker')
    const refused = await journal.write('worker.register', async (tx) => {
      if (await isTaken(tx, code, site)) return refuse('worker_code_taken')
      tx.append({
        event: workerRegistered,
        data: { worker, code, home: site },
        personal: sheet,
        subject: worker,
        by,
      })
      return undefined
    })
    return refused ?? { worker, code, pin: await this.#issuePin(worker) }
  }

  /** A whole new sheet. */
  change(worker: WorkerId, sheet: WorkerSheet, by: StaffId): Promise<undefined | Refusal> {
    return this.#append(worker, async (active) => this.#changed(worker, active, sheet, by))
  }

  /** Deactivates or reactivates. Who is inside stays inside; whoever was signed in on a phone is signed out. */
  async setActive(worker: WorkerId, active: boolean, by: StaffId): Promise<undefined | Refusal> {
    const person = await this.#options.directory.get(worker)
    if (person === undefined || !person.own) return refuse('worker_unknown')
    const { name, kana, callName, language } = person
    const refused = await this.#append(worker, async () =>
      this.#changed(worker, active, { name, kana, callName, language }, by),
    )
    if (refused === undefined && !active) await this.#options.secrets.sessions.endAll(worker)
    return refused
  }

  /** A new slip. The old PIN is void, and so is whatever was signed in with it. */
  async resetPin(worker: WorkerId): Promise<PinSlip | Refusal> {
    const person = await this.#options.directory.get(worker)
    if (person === undefined || !person.own) return refuse('worker_unknown')
    await this.#options.secrets.sessions.endAll(worker)
    return { worker, code: person.code, pin: await this.#issuePin(worker) }
  }

  async changePin(worker: WorkerId, current: string, next: string): Promise<undefined | Refusal> {
    const { verifiers } = this.#options.secrets
    if ((await verifiers.check(worker, 'pin', current)) === 'wrong') return refuse('sign_in_failed')
    if (next.normalize('NFKC') === current.normalize('NFKC') || isWeakPin(next)) return refuse('weak_secret')
    await verifiers.set(worker, 'pin', next, false)
    return undefined
  }

  async #issuePin(worker: WorkerId): Promise<string> {
    let pin = ''
    do pin = String(randomInt(10 ** PIN_DIGITS)).padStart(PIN_DIGITS, '0')
    while (isWeakPin(pin))
    await this.#options.secrets.verifiers.set(worker, 'pin', pin, true)
    return pin
  }

  #changed(worker: WorkerId, active: boolean, sheet: WorkerSheet, by: StaffId): Draft {
    return { event: workerChanged, data: { worker, active }, personal: sheet, subject: worker, by } as Draft
  }

  #append(worker: WorkerId, draft: (active: boolean) => Promise<Draft>): Promise<undefined | Refusal> {
    const { journal, site } = this.#options
    return journal.write('worker.change', async (tx) => {
      const row = await tx.one<{ home: SiteId; active: number }>('SELECT home, active FROM worker WHERE worker = ?', [
        worker,
      ])
      if (row === undefined) return refuse('worker_unknown')
      // A centre registers and keeps the sheets of its own people only.
      if (row.home !== site) return refuse('not_allowed')
      tx.append([await draft(row.active !== 0)])
      return undefined
    })
  }
}

/** Codes are compared without regard to case: `w001` on a form is `W001` on the card. */
export async function isTaken(rows: Rows, code: string, site: SiteId): Promise<boolean> {
  const row = await rows.one('SELECT 1 AS one FROM worker WHERE code = ? COLLATE NOCASE AND home = ?', [code, site])
  return row !== undefined
}

/** At least four digits, not all the same, not a run such as 1234 or 9876. */
export function isWeakPin(pin: string): boolean {
  const digits = [...pin.normalize('NFKC')].map(Number)
  if (digits.length < 4 || digits.some((digit) => !Number.isInteger(digit))) return true
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)))
  const [step] = steps
  return steps.size === 1 && (step === 0 || step === 1 || step === -1)
}
