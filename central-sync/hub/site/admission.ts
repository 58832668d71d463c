/** Admits centres: one-time codes, the entry that binds a site to its keys, and the network's card key. */

import { z } from 'zod'
import type { Journal } from '../../journal/port.ts'
import type { SecretStore } from '../../journal/secret-store.ts'
import { cardKeyAnnounced, centreCode, label, siteAdmitted } from '../../protocol/event/place.ts'
import { identifier } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { sealTo } from '../../protocol/signing-key.ts'
import type { Clock, Instant } from '../../protocol/time.ts'
import {
  CARD_KEY_INFO,
  CODE_TTL_MS,
  type EnrolHello,
  type EnrolProof,
  type EnrolWelcome,
  formatEnrolmentCode,
  newEnrolmentCode,
  stretchSecret,
} from '../../protocol/wire/enrolment.ts'
import type { CodeGrant, CodeStore } from '../../web/enrolment-door.ts'

/** First version of the network's card key; 0 is each centre's own. */
const NETWORK_KEY = 1

export interface AdmissionParts {
  readonly journal: Journal
  readonly secrets: SecretStore
  readonly clock: Clock
}

export interface NewCode {
  /** Shown once: `PPPP-SSSS-SSSS-SSSS`. */
  readonly code: string
  readonly expires: Instant
}

const introduction = z.object({ site: identifier('site'), code: centreCode, name: label })

export class Admission {
  private readonly journal: Journal
  private readonly secrets: SecretStore
  private readonly clock: Clock

  constructor({ journal, secrets, clock }: AdmissionParts) {
    this.journal = journal
    this.secrets = secrets
    this.clock = clock
  }

  /** The network's card key exists and is announced, before the first centre asks for it. */
  async prepare(): Promise<void> {
    await this.secrets.cardKeys.ensure(NETWORK_KEY)
    const known = await this.journal.read.one('SELECT 1 AS known FROM card_key WHERE key_version = ?', [NETWORK_KEY])
    if (known !== undefined) return
    await this.journal.write('card-key', async (tx) => {
      tx.append({ event: cardKeyAnnounced, data: { keyVersion: NETWORK_KEY, from: tx.now }, by: 'system' })
    })
  }

  /** A code for one centre, good for two hours. `label` is a note of whoever asked for it. */
  async newCode(label: string): Promise<NewCode> {
    for (;;) {
      const fresh = newEnrolmentCode()
      const now = this.clock.now()
      const key = await stretchSecret(fresh.secret, fresh.prefix)
      const expires = now + CODE_TTL_MS
      const grant = { prefix: fresh.prefix, key, role: 'centre' as const, label, place: '', expires, facts: '{}' }
      if (await this.secrets.codes.keep(grant, now)) return { code: formatEnrolmentCode(fresh), expires }
    }
  }

  /** Codes that wait for their centre. */
  async openCodes(): Promise<
    readonly { readonly prefix: string; readonly label: string; readonly expires: Instant }[]
  > {
    const open = await this.secrets.codes.open(this.clock.now())
    return open.map(({ prefix, label, expires }) => ({ prefix, label, expires }))
  }

  /** What the enrolment door asks for. */
  get codes(): CodeStore {
    const { codes } = this.secrets
    return {
      find: async (prefix) => {
        const grant = await codes.find(prefix, this.clock.now())
        return grant === undefined ? undefined : { ...grant, stretched: grant.key }
      },
      countTry: (prefix) => codes.miss(prefix),
      burn: async (prefix) => (await codes.burn(prefix, this.clock.now())) !== undefined,
    }
  }

  /** Binds the site to its keys for ever. The same centre may come again; another key under its id may not. */
  async admit(hello: EnrolHello, proof: EnrolProof, _grant: CodeGrant): Promise<EnrolWelcome | Refusal> {
    const said = introduction.safeParse(proof)
    if (!said.success) return refuse('malformed', 'a centre names its site, code and name')
    const { site, code, name } = said.data
    const data = { site, code, name, publicKey: hello.signingKey, boxKey: hello.boxKey }
    const refusal = await this.journal.write('admit', async (tx) => {
      const twin = await tx.one('SELECT 1 AS taken FROM centre WHERE code = ? AND site <> ?', [code, site])
      if (twin !== undefined) return refuse('centre_code_taken', code)
      const known = await tx.one<{ public_key: string | null; box_key: string | null; code: string; name: string }>(
        'SELECT public_key, box_key, code, name FROM centre WHERE site = ?',
        [site],
      )
      const bound = known?.public_key ?? undefined
      if (bound !== undefined && bound !== data.publicKey) return refuse('CLONE', 'this site has other keys')
      const same = bound !== undefined && known?.box_key === data.boxKey && known.code === code && known.name === name
      if (!same) tx.append({ event: siteAdmitted, data, by: 'system' })
      return undefined
    })
    return refusal ?? this.welcome(site, name, hello.boxKey)
  }

  private welcome(site: string, name: string, boxKey: string): EnrolWelcome {
    const newest = this.secrets.cardKeys.inUse()[0]
    const cardKeys =
      newest === undefined ? [] : [{ version: newest.version, box: sealTo(newest.key, boxKey, CARD_KEY_INFO) }]
    return { id: site, label: name, place: '', site, serverTime: this.clock.now(), cardKeys }
  }
}
