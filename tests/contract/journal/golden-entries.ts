/** The entries behind `fixtures/journal/stream-v1.*`: fixed ids, keys and nonces. Invented people. */
import type { Genesis } from '../../../central-sync/protocol/chain.ts'
import type { Entry } from '../../../central-sync/protocol/entry.ts'
import { eventId, identifier } from '../../../central-sync/protocol/identifier.ts'
import { type DataKey, seal } from '../../../central-sync/protocol/sealed.ts'
import type { KeyPair } from '../../../central-sync/protocol/signing-key.ts'

/** RFC 8032 §7.1, TEST 1. */
export const pair: KeyPair = {
  publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  secret: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
}

export const genesis: Genesis = {
  site: 's_00000000000000000001',
  inc: 'AAECAwQFBgcICQoLDA0ODw',
  publicKey: pair.publicKey,
  prevInc: '',
  prevSeq: 0,
  prevHash: '',
}

export const dataKey: DataKey = {
  id: identifier('key').parse('x_00000000000000000009'),
  key: Uint8Array.from({ length: 32 }, (_, n) => n),
}

const AT = 1_763_600_000_000
const WORKER = 'w_00000000000000000002'
const DEVICE = 'd_00000000000000000003'
const NONCE = Buffer.from('000102030405060708090a0b', 'hex')

export const sheet = { name: '架空野 花子', kana: 'かくうの はなこ', callName: 'はな', language: 'ja' }

export function makeEntries(): Entry[] {
  const opened = { role: 'centre', ...genesis, reason: 'first' }
  const registeredId = eventId.parse('01KAFXD0000000000000000001')
  const context = { id: registeredId, type: 'worker.registered', version: 1, subject: WORKER }
  return [
    {
      s: 1,
      id: eventId.parse('01KAFXD0000000000000000000'),
      t: 'incarnation.opened',
      v: 1,
      at: AT,
      by: 'system',
      d: opened,
    },
    {
      s: 2,
      id: registeredId,
      t: 'worker.registered',
      v: 1,
      at: AT + 1,
      by: 'f_00000000000000000004',
      sub: WORKER,
      d: { worker: WORKER, code: 'W001', home: genesis.site },
      x: seal(sheet, dataKey, context, NONCE),
    },
    {
      s: 3,
      id: eventId.parse(`${DEVICE}.7.41`),
      t: 'tap.voided',
      v: 1,
      at: AT + 2,
      by: DEVICE,
      d: { target: `${DEVICE}.7.40`, worker: WORKER },
    },
  ]
}
