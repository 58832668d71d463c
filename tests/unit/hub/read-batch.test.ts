import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBatch } from '../../../central-sync/hub/intake/read-batch.ts'
import { newEventId } from '../../../central-sync/protocol/identifier.ts'
import { Chain } from '../../support/hub-chain.ts'

function chainOf(count: number): Chain {
  const chain = new Chain({ site: 's_00000000000000000001', inc: 'A' })
  for (let index = 0; index < count; index++) {
    chain.append({
      id: newEventId(1_790_000_000_000 + index),
      t: 'a.b',
      v: 1,
      at: 1_790_000_000_000,
      by: 'system',
      d: {},
    })
  }
  return chain
}

function refusalOf(body: Buffer): string | undefined {
  const read = readBatch(body)
  return 'refused' in read ? read.refused : undefined
}

describe('the body of an upload', () => {
  it('gives the exact lines with the hash after each', () => {
    const chain = chainOf(5)
    const read = readBatch(chain.upload(2, 5))
    if ('refused' in read) throw new Error(read.refused)
    expect(read.lines.map(({ line }) => line)).toEqual(chain.lines.slice(1))
    expect(read.lines.map(({ hash }) => hash)).toEqual(chain.hashes.slice(2))
    expect(read.header.first).toBe(2)
  })
  it('may leave out the last newline', () => {
    const body = chainOf(2).upload(1, 2)
    expect(refusalOf(body.subarray(0, body.length - 1))).toBeUndefined()
  })
  it('is refused in another protocol version by name', () => {
    expect(refusalOf(Buffer.from('{"p":2,"anything":true}\n'))).toBe('PROTO')
  })
  it('is malformed when lines are missing or too many', () => {
    expect(refusalOf(chainOf(3).upload(1, 2, 'i', { n: 3 }))).toBe('malformed')
    expect(refusalOf(chainOf(3).upload(1, 3, 'i', { n: 2 }))).toBe('malformed')
  })
  it('is malformed when a line is not the entry it should be', () => {
    const chain = chainOf(3)
    chain.lines[1] = Buffer.from('{"s":2}')
    expect(refusalOf(chain.upload(1, 3))).toBe('malformed')
    expect(refusalOf(chainOf(4).upload(2, 4, 'i', { first: 1 }))).toBe('malformed')
  })
  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => refusalOf(Buffer.from(bytes)) !== undefined))
  })
})
