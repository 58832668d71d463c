/**
 * Bytes of the sync protocol, version 1, as files. An old file never changes: a centre that was built with it must be
 * understood for the life of the product.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decideIntake } from '../../../central-sync/hub/intake/decide-intake.ts'
import { readBatch } from '../../../central-sync/hub/intake/read-batch.ts'
import { genesisHash, headStatement, nextHash } from '../../../central-sync/protocol/chain.ts'
import { decodeEntry } from '../../../central-sync/protocol/entry.ts'
import { fromBase64Url, toBase64Url } from '../../../central-sync/protocol/hash.ts'
import type { EventId } from '../../../central-sync/protocol/identifier.ts'
import { type Identity, type KeyPair, signBytes, verifyBytes } from '../../../central-sync/protocol/signing-key.ts'
import {
  downloadHeader,
  downStreamName,
  keyDownload,
  keyUpload,
  syncProblem,
  uploadReply,
} from '../../../central-sync/protocol/wire/sync.ts'
import { Chain } from '../../support/hub-chain.ts'

const folder = fileURLToPath(new URL('../../fixtures/wire/sync/', import.meta.url))
const pair: KeyPair = {
  publicKey: 'A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg',
  secret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
}
const identity: Identity = { signing: pair, box: pair }
const SITE = 's_00000000000000000001'
const AT = 1_790_000_000_000
const id = (number: number) => `01KZXJ0000000000000000000${number}` as EventId

function golden(name: string): Buffer {
  return readFileSync(`${folder}${name}`)
}

function chain(): Chain {
  const stream = new Chain({ site: SITE, inc: 'inc-1', identity })
  const opened = { role: 'centre', site: SITE, inc: 'inc-1', publicKey: pair.publicKey, prevInc: '', prevSeq: 0 }
  const entry = (number: number, t: string, d: Record<string, unknown>) => ({
    ...{ id: id(number), t, v: 1, at: AT + number, by: 'system', d },
  })
  stream.append(entry(1, 'incarnation.opened', { ...opened, prevHash: '', reason: 'first' }))
  stream.append(entry(2, 'centre.named', { site: SITE, code: 'SHI', name: '塩尻センター' }))
  stream.append(entry(3, 'attendance.watermark', { site: SITE, day: '2026-10-31', devices: {} }))
  return stream
}

describe('sync version 1', () => {
  it('an upload is written as in the file', () => {
    expect(chain().upload(1, 3, 'boot-1').toString('utf8')).toBe(golden('upload-1.ndjson').toString('utf8'))
  })

  it('the upload of the file is accepted', () => {
    const read = readBatch(golden('upload-1.ndjson'))
    if ('refused' in read) throw new Error(read.refused)
    const { header, lines, bytes } = read
    const genesis = genesisHash({ site: SITE, inc: header.inc, publicKey: pair.publicKey, ...header.genesis })
    const hashes = lines.map(({ hash }) => hash)
    const statement = headStatement({ site: SITE, inc: header.inc, seq: 3, hash: fromBase64Url(header.head), count: 3 })
    expect(verifyBytes(statement, header.sig, pair.publicKey)).toBe(true)
    const batch = { inc: header.inc, first: 1, bytes, prev: fromBase64Url(header.prev), hashes, genesis, signed: true }
    const facts = { newest: undefined, cloned: false, hashAt: () => undefined, bridge: undefined }
    expect(decideIntake({ ...batch, ...header.genesis }, facts)).toEqual({ kind: 'accept', skip: 0, opens: true })
  })

  it('a reply is read', () => {
    const reply = {
      ack: { inc: 'inc-1', seq: 3, hash: toBase64Url(chain().hashAt(3)) },
      safe: { seq: 0 },
      credit: { records: 1_000, bytes: 1_048_576 },
      hubTime: AT,
      down: { hubInc: 'hub-1', head: 7 },
    }
    const stored = golden('reply-1.json')
    expect(uploadReply.parse(JSON.parse(stored.toString('utf8')))).toEqual(reply)
  })

  it('a refusal says what the hub has', () => {
    const have = { inc: 'inc-1', seq: 2, hash: toBase64Url(chain().hashAt(2)) }
    const stored = golden('refusal-1.json')
    expect(syncProblem.parse(JSON.parse(stored.toString('utf8'))).facts?.have).toEqual(have)
  })

  it('a page of the down stream is chained and signed under its own name', () => {
    const stored = golden('download-1.ndjson').toString('utf8').trimEnd().split('\n')
    const header = downloadHeader.parse(JSON.parse(stored[0] ?? ''))
    const publicKey = pair.publicKey
    const genesis = { site: downStreamName(SITE), inc: 'hub-1', publicKey, prevInc: '', prevSeq: 0, prevHash: '' }
    let hash = genesisHash(genesis)
    expect(header.prev).toBe(toBase64Url(hash))
    for (const line of stored.slice(1)) {
      expect(decodeEntry(Buffer.from(line))?.o).toMatchObject({ site: 's_00000000000000000002' })
      hash = nextHash(hash, Buffer.from(line))
    }
    expect(header.head).toBe(toBase64Url(hash))
    const statement = headStatement({ site: downStreamName(SITE), inc: 'hub-1', seq: 2, hash, count: 2 })
    expect(verifyBytes(statement, header.sig, publicKey)).toBe(true)
    expect(Buffer.from(`${stored.join('\n')}\n`)).toEqual(downloadBytes())
  })

  it('key parcels are read in both directions', () => {
    const parcel = { key: 'x_00000000000000000001', subject: 'w_00000000000000000001', box: 'AAAA' }
    const up = golden('keys-up-1.json')
    expect(keyUpload.parse(JSON.parse(up.toString('utf8')))).toEqual({ parcels: [parcel] })
    const page = { parcels: [{ ...parcel, n: 1 }], cardKey: { version: 1, box: 'BBBB' } }
    const down = golden('keys-down-1.json')
    expect(keyDownload.parse(JSON.parse(down.toString('utf8')))).toEqual(page)
  })
})

describe('sync version 1, with PINs', () => {
  it('PIN parcels are read beside key parcels, which need none', () => {
    const pins = [{ subject: 'w_00000000000000000001', box: 'CCCC' }]
    const stored = golden('keys-up-2.json')
    expect(keyUpload.parse(JSON.parse(stored.toString('utf8')))).toEqual({ parcels: [], pins })
  })
})

function downloadBytes(): Buffer {
  const stream = new Chain({ site: downStreamName(SITE), inc: 'hub-1', identity })
  const o = (s: number) => ({ site: 's_00000000000000000002', inc: 'inc-9', s, h: 'A'.repeat(43) })
  const named = { site: 's_00000000000000000002', code: 'ITO', name: '糸魚川センター' }
  stream.append({ id: id(4), t: 'centre.named', v: 1, at: AT, by: 'system', d: named, o: o(2) })
  const worker = { worker: 'w_00000000000000000001', code: 'W001', home: 's_00000000000000000002' }
  const sub = 'w_00000000000000000001'
  stream.append({
    id: id(5),
    t: 'worker.registered',
    v: 1,
    at: AT,
    by: 'f_00000000000000000001',
    sub,
    d: worker,
    o: o(3),
  })
  const head = { site: downStreamName(SITE), inc: 'hub-1', seq: 2, hash: stream.hashAt(2), count: 2 }
  const header = {
    ...{
      p: 1,
      hubInc: 'hub-1',
      first: 1,
      n: 2,
      prev: toBase64Url(stream.hashAt(0)),
      head: toBase64Url(stream.hashAt(2)),
    },
    ...{ sig: signBytes(headStatement(head), pair), total: 2, hubTime: AT },
  }
  const parts = [Buffer.from(JSON.stringify(header)), ...stream.lines]
  return Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]))
}
