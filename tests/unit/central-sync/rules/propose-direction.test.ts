import { expect, it } from 'vitest'
import { defaultPolicy } from '../../../../central-sync/rules/policy.ts'
import { proposeDirection } from '../../../../central-sync/rules/propose-direction.ts'
import { at, withoutRollOver } from '../../../support/attendance-facts.ts'

const inside = (time: string) => ({ claim: 'in' as const, time: at(time), place: '塩尻' })

it('proposes IN to whoever has no tap yet, or left', () => {
  expect(proposeDirection(undefined, at('09:00'), defaultPolicy)).toBe('in')
  expect(proposeDirection({ ...inside('09:00'), claim: 'out' }, at('10:00'), defaultPolicy)).toBe('in')
})

it('proposes OUT to whoever is inside, up to exactly 16 hours', () => {
  expect(proposeDirection(inside('09:00'), at('12:00'), defaultPolicy)).toBe('out')
  expect(proposeDirection(inside('05:00'), at('21:00'), defaultPolicy)).toBe('out')
  expect(proposeDirection(inside('05:00'), at('21:00') + 1, defaultPolicy)).toBe('in')
})

it('proposes IN after roll-over, so that a forgotten OUT does not turn the next day round', () => {
  expect(proposeDirection(inside('20:00'), at('28:59:59'), defaultPolicy)).toBe('out')
  expect(proposeDirection(inside('20:00'), at('29:00'), defaultPolicy)).toBe('in')
  expect(proposeDirection(inside('20:00'), at('29:00'), withoutRollOver)).toBe('out')
})

it('proposes the four directions of a day with a lunch break', () => {
  let last: Parameters<typeof proposeDirection>[0]
  const proposals = ['08:00', '12:00', '13:00', '17:00'].map((time) => {
    const claim = proposeDirection(last, at(time), defaultPolicy)
    last = { claim, time: at(time), place: '塩尻' }
    return claim
  })
  expect(proposals).toEqual(['in', 'out', 'in', 'out'])
})
