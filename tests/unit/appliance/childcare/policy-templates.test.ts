import { expect, test } from 'vitest'
import { policyTemplates } from '../../../../appliance/childcare/policy-templates.ts'
import type { CalendarDay } from '../../../../central-sync/protocol/time.ts'
import { type CarePolicy, checkCare, staffNeeded } from '../../../../central-sync/rules/care-need.ts'
import { careLoad, careMeans } from '../../../support/care-facts.ts'

const from = '2026-04-01' as CalendarDay
const policy = (template: keyof typeof policyTemplates): CarePolicy => ({ from, ...policyTemplates[template] })

test('the template of an unlicensed room is the law of 2024: 3:1, 6:1, 15:1, 25:1, never below two', () => {
  const rules = policy('unlicensed')
  expect(staffNeeded(careLoad({ a0: 1 }), rules)).toBe(2)
  expect(staffNeeded(careLoad({ a0: 6 }), rules)).toBe(2)
  expect(staffNeeded(careLoad({ a0: 7 }), rules)).toBe(3)
  expect(staffNeeded(careLoad({ a12: 12 }), rules)).toBe(2)
  expect(staffNeeded(careLoad({ a3: 30 }), rules)).toBe(2)
  expect(staffNeeded(careLoad({ a4: 51 }), rules)).toBe(3)
  expect(checkCare(careLoad({ a4: 2 }), careMeans(2, 0), rules)?.refused).toBe('qualified_missing')
  expect(checkCare(careLoad({ a4: 2 }), careMeans(2, 1, 329), rules)?.refused).toBe('area_exceeded')
  expect(checkCare(careLoad({ a4: 2 }), careMeans(2, 1, 330), rules)).toBeUndefined()
})

test('the template of a small room lets one carer look after three', () => {
  const rules = policy('small')
  expect([1, 3, 4, 5].map((a3) => staffNeeded(careLoad({ a3 }), rules))).toEqual([1, 1, 2, 2])
  expect(staffNeeded(careLoad({ a3: 1 }, 0, 6), rules)).toBe(2)
})

test('the template of a drop-in scheme asks for every second carer to be qualified', () => {
  const rules = policy('temporary')
  expect(checkCare(careLoad({ a12: 3 }), careMeans(3, 1), rules)?.refused).toBe('qualified_missing')
  expect(checkCare(careLoad({ a12: 3 }), careMeans(3, 2), rules)).toBeUndefined()
})
