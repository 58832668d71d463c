import fc from 'fast-check'
import { expect, test } from 'vitest'
import { latestEnd } from '../../../../central-sync/rules/latest-end.ts'
import { covers, overlaps } from '../../../../central-sync/rules/overlap.ts'

const hours = { start: 540, end: 1_080 }
const open = { hours, closures: [] }

test.each([
  ['closing time when nothing else comes', 600, open, [], 1_080],
  ['the next closure', 600, { hours, closures: [{ start: 900, end: 960 }] }, [], 900],
  [
    'the next booking, whichever comes first',
    600,
    { hours, closures: [{ start: 900, end: 960 }] },
    [{ start: 720, end: 780 }],
    720,
  ],
  ['what touches now is no obstacle when it is over', 600, open, [{ start: 540, end: 600 }], 1_080],
])('%s ends a stay', (_what, minute, opening, taken, latest) => {
  expect(latestEnd(minute, opening, taken)).toBe(latest)
})

test.each([
  ['before opening', 500, open, []],
  ['at closing time', 1_080, open, []],
  ['on a closed day', 600, { hours: null, closures: [] }, []],
  ['in a closure', 600, { hours, closures: [{ start: 600, end: 660 }] }, []],
  ['in a booking', 659, open, [{ start: 600, end: 660 }]],
])('%s there is nothing to be had', (_what, minute, opening, taken) => {
  expect(latestEnd(minute, opening, taken)).toBeUndefined()
})

const span = fc
  .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 1, max: 300 }))
  .map(([start, length]) => ({ start, end: Math.min(1_440, start + length) }))

test('a stay until then meets nothing, and one minute more would', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_439 }), fc.array(span, { maxLength: 6 }), span, (minute, taken, own) => {
      const latest = latestEnd(minute, { hours: own, closures: [] }, taken)
      const fits = (end: number) =>
        covers(own, { start: minute, end }) && !taken.some((one) => overlaps(one, { start: minute, end }))
      if (latest === undefined) expect(fits(minute + 1)).toBe(false)
      else expect([latest > minute, fits(latest), fits(latest + 1)]).toEqual([true, true, false])
    }),
  )
})
