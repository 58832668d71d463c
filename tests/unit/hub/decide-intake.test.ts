import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideIntake,
  type IntakeBatch,
  type IntakeFacts,
  type StoredHead,
} from '../../../central-sync/hub/intake/decide-intake.ts'
import { genesisHash, nextHash } from '../../../central-sync/protocol/chain.ts'
import { sha256, toBase64Url } from '../../../central-sync/protocol/hash.ts'

const genesis = sha256('genesis A')
const bytesOf = (text: string) => Buffer.from(text)

/** Hashes of a stream: index = seq. */
function chain(lines: readonly string[], start = genesis): Buffer[] {
  const hashes = [start]
  for (const line of lines) hashes.push(nextHash(hashes.at(-1) ?? start, bytesOf(line)))
  return hashes
}

function batchOf(
  lines: readonly string[],
  first: number,
  last: number,
  change: Partial<IntakeBatch> = {},
): IntakeBatch {
  const hashes = chain(lines, change.genesis ?? genesis)
  return {
    inc: 'A',
    first,
    bytes: 100,
    prev: hashes[first - 1] ?? sha256('beyond'),
    hashes: hashes.slice(first, last + 1),
    prevInc: '',
    prevSeq: 0,
    prevHash: '',
    genesis,
    signed: true,
    ...change,
  }
}

function storedAs(lines: readonly string[], change: Partial<IntakeFacts> = {}): IntakeFacts {
  const hashes = chain(lines)
  const newest: StoredHead = { inc: 'A', seq: lines.length, hash: hashes.at(-1) ?? genesis }
  return { newest, cloned: false, bridge: undefined, hashAt: (seq) => hashes[seq], ...change }
}

const nothing: IntakeFacts = { newest: undefined, cloned: false, bridge: undefined, hashAt: () => undefined }
const ten = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`)
const rewritten = (from: number, to: number) => [
  ...ten.slice(0, from),
  ...Array.from({ length: to - from }, (_, index) => `other ${index}`),
]

function codeOf(batch: IntakeBatch, facts: IntakeFacts): string {
  const decision = decideIntake(batch, facts)
  return decision.kind === 'refused' ? decision.refusal.refused : decision.kind
}

describe('the first incarnation of a centre', () => {
  it('is accepted from its first line', () => {
    expect(decideIntake(batchOf(ten, 1, 10), nothing)).toEqual({ kind: 'accept', skip: 0, opens: true })
  })
  it('is greeted without lines', () => expect(codeOf(batchOf(ten, 1, 0), nothing)).toBe('duplicate'))
  it('may not begin in the middle', () => expect(codeOf(batchOf(ten, 4, 6), nothing)).toBe('GAP'))
  it('must begin with the hash of its genesis', () => {
    expect(codeOf(batchOf(ten, 1, 3, { prev: sha256('another genesis') }), nothing)).toBe('FORK')
  })
  it('cannot continue one that nobody knows', () => {
    expect(codeOf(batchOf(ten, 1, 3, { prevInc: 'Z', prevSeq: 4, prevHash: 'x' }), nothing)).toBe('INC')
  })
})

describe('an upload of the newest incarnation', () => {
  const stored = storedAs(ten.slice(0, 6))
  it('is accepted when it continues the head', () => {
    expect(decideIntake(batchOf(ten, 7, 10), stored)).toEqual({ kind: 'accept', skip: 0, opens: false })
  })
  it('is accepted from the first new line when it overlaps the head', () => {
    expect(decideIntake(batchOf(ten, 4, 10), stored)).toEqual({ kind: 'accept', skip: 3, opens: false })
  })
  it('is answered again when everything is here', () => expect(codeOf(batchOf(ten, 2, 5), stored)).toBe('duplicate'))
  it('names the gap and what the hub has', () => {
    const decision = decideIntake(batchOf(ten, 8, 10), stored)
    expect(decision).toMatchObject({
      kind: 'refused',
      refusal: { refused: 'GAP', facts: { have: { inc: 'A', seq: 6 } } },
    })
  })
  it.each([
    ['shorter than the head', 4],
    ['as long as the head', 6],
    ['longer than the head', 9],
  ])('is a fork when its tail was rewritten and is %s', (_name, length) => {
    const other = rewritten(2, length)
    expect(codeOf(batchOf(other, 1, length), stored)).toBe('FORK')
    expect(codeOf(batchOf(other, 3, length), stored)).toBe('FORK')
    expect(codeOf(batchOf(other, Math.min(length, 7), length), stored)).toBe('FORK')
  })
  it('is a fork when it greets with a hash the hub has otherwise', () => {
    expect(codeOf(batchOf(rewritten(2, 5), 6, 5), stored)).toBe('FORK')
  })
})

describe('another incarnation', () => {
  const old = chain(ten)
  const stored = storedAs(ten)
  const next = sha256('genesis B')
  const opening = (prevSeq: number, change: Partial<IntakeBatch> = {}): IntakeBatch =>
    batchOf(['b1', 'b2'], 1, 2, {
      inc: 'B',
      genesis: next,
      prevInc: 'A',
      prevSeq,
      prevHash: toBase64Url(old[prevSeq] ?? sha256('?')),
      ...change,
    })
  const facing = (prevSeq: number): IntakeFacts => ({ ...stored, hashAt: () => undefined, bridge: old[prevSeq] })

  it('is opened where it leaves the stored chain, also below its head', () => {
    expect(decideIntake(opening(10), facing(10))).toEqual({ kind: 'accept', skip: 0, opens: true })
    expect(decideIntake(opening(6), facing(6))).toEqual({ kind: 'accept', skip: 0, opens: true })
  })
  it('waits for the rest of the old one', () => {
    const decision = decideIntake(opening(12), facing(12))
    expect(decision).toMatchObject({ refusal: { refused: 'GAP', facts: { have: { inc: 'A', seq: 10 } } } })
  })
  it('is a fork when it leaves from another history', () => {
    expect(codeOf(opening(6, { prevHash: toBase64Url(sha256('else')) }), facing(6))).toBe('FORK')
  })
  it('is unknown when it continues something else', () => {
    expect(codeOf(opening(10, { prevInc: 'C' }), facing(10))).toBe('INC')
    expect(codeOf(opening(0, { prevInc: '', prevHash: '' }), facing(0))).toBe('INC')
  })
  it('is unknown when it was itself continued', () => {
    const newest: StoredHead = { inc: 'B', seq: 2, hash: sha256('b') }
    expect(codeOf(batchOf(ten, 8, 10), { ...stored, newest })).toBe('INC')
  })
})

describe('several reasons at once', () => {
  it('are answered in the order of the list', () => {
    const bad = batchOf(rewritten(2, 9), 8, 9, { signed: false, bytes: 2_000_000 })
    const facts = { ...storedAs(ten.slice(0, 6)), cloned: true }
    expect(codeOf(bad, facts)).toBe('SIG')
    expect(codeOf({ ...bad, signed: true }, facts)).toBe('CLONE')
    expect(codeOf({ ...bad, signed: true }, { ...facts, cloned: false })).toBe('GAP')
  })
  it('keeps what is too large out even when it fits the chain', () => {
    expect(codeOf(batchOf(ten, 1, 10, { bytes: 1_048_577 }), nothing)).toBe('SIZE')
    const many = Array.from({ length: 1_001 }, (_, index) => `${index}`)
    expect(codeOf(batchOf(many, 1, 1_001), nothing)).toBe('SIZE')
  })
})

/** A receiver that does what the decision says, to state the properties over whole deliveries. */
function receiver() {
  const state = { hashes: [genesis] as Buffer[] }
  const deliver = (batch: IntakeBatch) => {
    const seq = state.hashes.length - 1
    const newest = seq === 0 ? undefined : { inc: 'A', seq, hash: state.hashes[seq] ?? genesis }
    const hashAt = (at: number) => (newest === undefined ? undefined : state.hashes[at])
    const decision = decideIntake(batch, { newest, cloned: false, bridge: undefined, hashAt })
    if (decision.kind === 'accept') state.hashes.push(...batch.hashes.slice(decision.skip))
    return decision
  }
  return { state, deliver }
}

const texts = fc.array(fc.string(), { minLength: 1, maxLength: 40 })

describe('any delivery', () => {
  it('leaves the hub unchanged when a prefix, suffix or overlap is sent again', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 20 }), (lines, resends) => {
        const hub = receiver()
        expect(hub.deliver(batchOf(lines, 1, lines.length)).kind).toBe('accept')
        const before = [...hub.state.hashes]
        for (const [a, b] of resends) {
          const first = (Math.min(a, b) % lines.length) + 1
          const last = Math.min(lines.length, first + Math.abs(a - b))
          expect(hub.deliver(batchOf(lines, first, last)).kind).toBe('duplicate')
        }
        expect(hub.state.hashes).toEqual(before)
      }),
    )
  })

  it('ends with the sender’s chain whatever order the batches arrive in, as long as gaps are sent again', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 20 }), (lines, sends) => {
        const hub = receiver()
        for (const [a, b] of sends) {
          const first = (a % lines.length) + 1
          const last = Math.min(lines.length, first + b)
          const decision = hub.deliver(batchOf(lines, first, last))
          const code = decision.kind === 'refused' ? decision.refusal.refused : decision.kind
          expect(['accept', 'duplicate', 'GAP']).toContain(code)
        }
        hub.deliver(batchOf(lines, 1, lines.length))
        expect(hub.state.hashes).toEqual(chain(lines))
      }),
    )
  })

  it('never accepts a rewritten line, wherever it is and however the batch is cut', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), fc.nat(), fc.string(), (lines, at, from, extra, other) => {
        const changed = at % lines.length
        fc.pre(lines[changed] !== other)
        const forged = lines.with(changed, other)
        const hub = receiver()
        hub.deliver(batchOf(lines, 1, lines.length))
        const longer = [...forged, 'more']
        const first = (from % (changed + 1)) + 1
        const last = Math.min(longer.length, changed + 1 + (extra % 5))
        const decision = hub.deliver(batchOf(longer, first, last))
        expect(decision).toMatchObject({ kind: 'refused', refusal: { refused: 'FORK' } })
        expect(hub.state.hashes).toEqual(chain(lines))
      }),
    )
  })
})

it('the genesis hash names site, incarnation and key', () => {
  const part = { site: 's', inc: 'i', publicKey: 'k', prevInc: '', prevSeq: 0, prevHash: '' }
  const seen = [part, { ...part, site: 't' }, { ...part, inc: 'j' }, { ...part, publicKey: 'l' }].map((genesisOf) =>
    toBase64Url(genesisHash(genesisOf)),
  )
  expect(new Set(seen).size).toBe(4)
})
