import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tapRecorded } from '../../../../central-sync/protocol/event/attendance.ts'
import { isPlainTap } from '../../../../central-sync/protocol/event/plain-tap.ts'

const TAP = {
  id: 'd_0123456789abcdefghjk.1.7',
  digests: [{ k: 1, h: 'A'.repeat(43) }],
  worker: 'w_0123456789abcdefghjk',
  identified: 'card',
  place: '塩尻',
  wall: 1_790_000_000_000,
  mono: 12.5,
  offset: -3,
  offsetAge: 60_000,
  clock: 'synced',
  claim: 'in',
  claimBy: 'auto',
  online: true,
  rosterStale: false,
  simulated: true,
  site: 's_0123456789abcdefghjk',
  device: 'd_0123456789abcdefghjk',
  time: 1_790_000_000_003,
  card: 'c_0123456789abcdefghjk',
  chosen: false,
  known: 'known',
}

const ODD = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, '', 'in', 'x'.repeat(61), [], {}, -1, 0.5, 8.64e15 + 2, 2 ** 53, NaN),
  fc.constantFrom<unknown>(TAP.id, TAP.worker, TAP.digests, [...TAP.digests, ...TAP.digests, ...TAP.digests]),
  fc.constantFrom<unknown>(
    [{ k: 1, h: `${'A'.repeat(42)}=` }],
    [{ k: -1, h: 'A'.repeat(43) }],
    [{ k: 1, h: '', z: 1 }],
  ),
  fc.jsonValue(),
)

describe('the quick look at a tap', () => {
  it('never says yes where the schema says no, whatever is changed, added or left out', () => {
    const change = fc.record({
      set: fc.dictionary(fc.constantFrom(...Object.keys(TAP), 'more'), ODD, { maxKeys: 3 }),
      drop: fc.subarray(Object.keys(TAP), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(change, ({ set, drop }) => {
        const data: Record<string, unknown> = { ...TAP, ...set }
        for (const name of drop) delete data[name]
        const parsed = tapRecorded.data.safeParse(data)
        if (isPlainTap(data)) expect(parsed).toEqual({ success: true, data })
      }),
      { numRuns: 5_000 },
    )
  })

  it('says yes to the taps there are', () => {
    expect(isPlainTap(TAP)).toBe(true)
    const { worker: _worker, card: _card, simulated: _simulated, chosen: _chosen, ...unknown } = TAP
    expect(isPlainTap({ ...unknown, known: 'unknown_card', offsetAge: null })).toBe(true)
  })
})
