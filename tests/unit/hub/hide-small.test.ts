import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHILDREN_MIN, hiddenRows } from '../../../central-sync/hub/occupancy/hide-small.ts'

describe('figures of fewer than three children', () => {
  test('are hidden, none and many are not', () => {
    expect(hiddenRows([0, 1, 2, 3, 9])).toEqual([false, true, true, false, false])
    expect(hiddenRows([3, 0, 7])).toEqual([false, false, false])
  })

  test('are hidden together with the smallest other row when they could be had from the total', () => {
    expect(hiddenRows([8, 2, 5, 0])).toEqual([false, true, true, false])
    expect(hiddenRows([0, 1])).toEqual([false, true])
  })

  test('can never be had by taking the shown rows from the total', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 31 }), (children) => {
        const hidden = hiddenRows(children)
        const small = children.filter((count) => count > 0 && count < CHILDREN_MIN).length
        const covered = hidden.filter(Boolean).length
        expect(children.every((count, index) => count === 0 || count >= CHILDREN_MIN || hidden[index])).toBe(true)
        expect(children.some((count, index) => count === 0 && hidden[index])).toBe(false)
        const others = children.filter((count) => count >= CHILDREN_MIN).length
        if (small === 1 && others > 0) expect(covered).toBe(2)
      }),
    )
  })
})
