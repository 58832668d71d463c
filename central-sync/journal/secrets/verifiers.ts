/**
 * PINs and passwords, as Argon2id verifiers (RFC 9106; m = 19 MiB, t = 2, p = 1, the OWASP minimum). A check always
 * costs one computation, also for somebody who does not exist, and compares in constant time.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { fromBase64Url, toBase64Url } from '../../protocol/hash.ts'
import type { Clock } from '../../protocol/time.ts'
import type { SecretFile } from './secret-file.ts'

export type VerifierKind = 'pin' | 'password'

export const ARGON2_MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1
const TAG_BYTES = 32
const SALT_BYTES = 16

/** `argon2id$19456$2$1$<salt>$<tag>`, base64url: carries its own parameters, so they can be raised later. */
export async function makeVerifier(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await stretch(secret, salt, { memory: ARGON2_MEMORY_KIB, passes: PASSES, parallelism: LANES })
  return ['argon2id', ARGON2_MEMORY_KIB, PASSES, LANES, toBase64Url(salt), toBase64Url(tag)].join('$')
}

/** False for a wrong secret and for a text that is no verifier. */
export async function matchesVerifier(secret: string, verifier: string): Promise<boolean> {
  const match = /^argon2id\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(verifier)
  if (match === null) return false
  const [memory, passes, parallelism] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const wanted = fromBase64Url(match[5] ?? '')
  const found = await stretch(secret, fromBase64Url(match[4] ?? ''), { memory, passes, parallelism })
  return found.length === wanted.length && timingSafeEqual(found, wanted)
}

function stretch(
  secret: string,
  nonce: Uint8Array,
  cost: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  // The same PIN typed with a full-width keyboard is the same PIN.
  const message = Buffer.from(secret.normalize('NFKC'), 'utf8')
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, tagLength: TAG_BYTES, ...cost }, (error, tag) =>
      error === null ? resolve(tag) : reject(error),
    )
  })
}

export type VerifyOutcome = 'ok' | 'must_change' | 'wrong'

interface VerifierRow {
  readonly verifier: string
  readonly must_change: number
}

export class Verifiers {
  private readonly file: SecretFile
  private readonly clock: Clock
  private decoy: Promise<string> | undefined

  constructor(file: SecretFile, clock: Clock) {
    this.file = file
    this.clock = clock
  }

  /** Sets a secret. `mustChange`: it was handed out on paper and serves only to be changed. */
  async set(subject: string, kind: VerifierKind, secret: string, mustChange: boolean): Promise<void> {
    await this.keep(subject, kind, await makeVerifier(secret), mustChange)
  }

  /** Keeps a verifier made elsewhere (a worker's PIN at a centre that is not her home). */
  async keep(subject: string, kind: VerifierKind, verifier: string, mustChange: boolean): Promise<void> {
    await this.file.write('verifier.keep', (tx) =>
      tx.run(
        `INSERT INTO verifier (subject, kind, verifier, must_change, at, n)
         VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(n), 0) + 1 FROM verifier))
         ON CONFLICT (subject, kind) DO UPDATE SET
           verifier = excluded.verifier, must_change = excluded.must_change, at = excluded.at, n = excluded.n`,
        [subject, kind, verifier, mustChange ? 1 : 0, this.clock.now()],
      ),
    )
  }

  async check(subject: string, kind: VerifierKind, secret: string): Promise<VerifyOutcome> {
    const row = await this.find(subject, kind)
    if (!(await this.matches(row?.verifier, secret)) || row === undefined) return 'wrong'
    return row.must_change === 1 ? 'must_change' : 'ok'
  }

  /** A secret against a verifier that is kept elsewhere; without one it is wrong, and takes as long. */
  async matches(verifier: string | undefined, secret: string): Promise<boolean> {
    this.decoy ??= makeVerifier(toBase64Url(randomBytes(16)))
    const matches = await matchesVerifier(secret, verifier ?? (await this.decoy))
    return matches && verifier !== undefined
  }

  /** Number of the PIN that was set last; 0 without one. */
  async newestPin(): Promise<number> {
    const row = await this.file.read.one<{ n: number | null }>("SELECT max(n) AS n FROM verifier WHERE kind = 'pin'")
    return row?.n ?? 0
  }

  /** PINs set after cursor `n`, oldest first. */
  pinsAfter(n: number, limit: number): Promise<{ n: number; subject: string; verifier: string }[]> {
    return this.file.read.all(
      "SELECT n, subject, verifier FROM verifier WHERE kind = 'pin' AND n > ? ORDER BY n LIMIT ?",
      [n, limit],
    )
  }

  /** The verifier text and whether it must be changed; undefined when none is set. */
  async get(subject: string, kind: VerifierKind): Promise<{ verifier: string; mustChange: boolean } | undefined> {
    const row = await this.find(subject, kind)
    return row === undefined ? undefined : { verifier: row.verifier, mustChange: row.must_change === 1 }
  }

  async remove(subject: string): Promise<void> {
    await this.file.write('verifier.remove', (tx) => tx.run('DELETE FROM verifier WHERE subject = ?', [subject]))
  }

  private find(subject: string, kind: VerifierKind): Promise<VerifierRow | undefined> {
    return this.file.read.one<VerifierRow>(
      'SELECT verifier, must_change FROM verifier WHERE subject = ? AND kind = ?',
      [subject, kind],
    )
  }
}
