/**
 * secrets.db: everything that must never stand in a journal, a projection or a backup of them. Each write resolves
 * after COMMIT with fsync. Reads of keys are synchronous, from memory.
 */
import type { DataKey } from '../protocol/sealed.ts'
import type { Identity } from '../protocol/signing-key.ts'
import type { Clock } from '../protocol/time.ts'
import type { Log } from './log.ts'
import type { Unsealer } from './port.ts'
import { CardKeys } from './secrets/card-keys.ts'
import { DataKeys } from './secrets/data-keys.ts'
import { EnrolmentCodes } from './secrets/enrolment-codes.ts'
import { loadIdentity, type Notes, notesOf } from './secrets/identity.ts'
import { KeptAnswers } from './secrets/kept-answers.ts'
import { KeyParcels } from './secrets/key-parcels.ts'
import { openSecretFile } from './secrets/secret-file.ts'
import { SeenNonces } from './secrets/seen-nonces.ts'
import { SignInSessions } from './secrets/sign-in-sessions.ts'
import { Verifiers } from './secrets/verifiers.ts'

export interface SecretStore extends AsyncDisposable {
  /** This server's Ed25519 and X25519 keys, made at the first start. */
  readonly identity: Identity
  /** The newest data key of each subject, minted and durable before this resolves. */
  dataKeys(subjects: readonly string[]): Promise<ReadonlyMap<string, DataKey>>
  /** All data keys: receiving, sending on, shredding. */
  readonly keys: DataKeys
  readonly unsealer: Unsealer
  readonly cardKeys: CardKeys
  readonly verifiers: Verifiers
  readonly sessions: SignInSessions
  readonly answers: KeptAnswers
  readonly codes: EnrolmentCodes
  readonly nonces: SeenNonces
  readonly parcels: KeyParcels
  readonly notes: Notes
  close(): Promise<void>
}

export async function openSecretStore(options: { file: string; clock: Clock; log?: Log }): Promise<SecretStore> {
  const file = await openSecretFile(options.file, options.clock, options.log)
  const identity = await loadIdentity(file)
  const keys = await DataKeys.load(file)
  return {
    identity,
    dataKeys: (subjects) => keys.ensure(subjects),
    keys,
    unsealer: keys,
    cardKeys: await CardKeys.load(file),
    verifiers: new Verifiers(file, options.clock),
    sessions: new SignInSessions(file),
    answers: new KeptAnswers(file),
    codes: new EnrolmentCodes(file),
    nonces: new SeenNonces(file),
    parcels: new KeyParcels(file),
    notes: notesOf(file),
    close: () => file.close(),
    [Symbol.asyncDispose]: () => file.close(),
  }
}
