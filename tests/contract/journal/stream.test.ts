/**
 * Golden bytes of version 1: lines, chain, sealed part, signed head, spool frame. Journals live for decades; a change
 * that turns one of these bytes breaks every chain that exists. New versions get new files, these never change.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { genesisHash, headStatement, nextHash } from '../../../central-sync/protocol/chain.ts'
import { decodeEntry, encodeEntry } from '../../../central-sync/protocol/entry.ts'
import { incarnationOpened } from '../../../central-sync/protocol/event/place.ts'
import { open } from '../../../central-sync/protocol/sealed.ts'
import { signBytes, verifyBytes } from '../../../central-sync/protocol/signing-key.ts'
import { decodeFrame, encodeFrame } from '../../../central-sync/spool/frame.ts'
import { dataKey, genesis, makeEntries, pair, sheet } from './golden-entries.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/journal/${name}`, import.meta.url))
const lines = fixture('stream-v1.ndjson')
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => Buffer.from(line))
const golden = JSON.parse(fixture('stream-v1.json').toString('utf8')) as {
  genesis: typeof genesis
  hashes: string[]
  statement: string
  signature: string
}

test('entries are written to these lines and read back from them', () => {
  expect(makeEntries().map((entry) => encodeEntry(entry).toString('utf8'))).toEqual(
    lines.map((line) => line.toString('utf8')),
  )
  expect(lines.map(decodeEntry)).toEqual(makeEntries())
  expect(incarnationOpened.data.safeParse(decodeEntry(lines[0] ?? Buffer.alloc(0))?.d).success).toBe(true)
})

test('the chain over them has these hashes, also when computed by hand', () => {
  expect(golden.genesis).toEqual(genesis)
  let hash = genesisHash(genesis)
  const hashes = [hash.toString('hex')]
  let byHand = createHash('sha256')
    .update(`v1|genesis|${genesis.site}|${genesis.inc}|${genesis.publicKey}||0|`)
    .digest()
  for (const line of lines) {
    hash = nextHash(hash, line)
    byHand = createHash('sha256')
      .update(Buffer.concat([byHand, Buffer.from('\n'), line]))
      .digest()
    expect(hash).toEqual(byHand)
    hashes.push(hash.toString('hex'))
  }
  expect(hashes).toEqual(golden.hashes)
})

test('the sealed part opens with its key and in its place only', () => {
  const entry = decodeEntry(lines[1] ?? Buffer.alloc(0))
  if (entry?.x === undefined) throw new Error('no sealed part')
  const context = { id: entry.id, type: entry.t, version: entry.v, subject: entry.sub ?? '' }
  expect(open(entry.x, dataKey.key, context)).toEqual(sheet)
  for (const other of [
    { id: 'x' },
    { type: 'worker.changed' },
    { version: 2 },
    { subject: 'w_00000000000000000005' },
  ]) {
    expect(open(entry.x, dataKey.key, { ...context, ...other })).toBeUndefined()
  }
  expect(open(entry.x, new Uint8Array(32), context)).toBeUndefined()
})

test('the signed head says what it always said', () => {
  const hash = Buffer.from(golden.hashes.at(-1) ?? '', 'hex')
  const statement = headStatement({ site: genesis.site, inc: genesis.inc, seq: 3, hash, count: 3 })
  expect(statement.toString('utf8')).toBe(golden.statement)
  expect(signBytes(statement, pair)).toBe(golden.signature)
  expect(verifyBytes(statement, golden.signature, genesis.publicKey)).toBe(true)
  expect(verifyBytes(Buffer.concat([statement, Buffer.from('0')]), golden.signature, genesis.publicKey)).toBe(false)
})

test('a spool frame has these bytes', () => {
  const bytes = Buffer.from(fixture('spool-frame-v1.hex').toString('utf8').trim(), 'hex')
  expect(encodeFrame(41, Buffer.from('{"n":41}'))).toEqual(bytes)
  expect(decodeFrame(bytes)).toEqual({ seq: 41, record: Buffer.from('{"n":41}') })
})
