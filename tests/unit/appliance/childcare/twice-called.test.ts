import { describe, expect, it } from 'vitest'
import { twiceCalled } from '../../../../appliance/childcare/twice-called.ts'

describe('two children called the same', () => {
  it('are told apart by their whole names; a child without a call name is no namesake of another', () => {
    const called = (...names: string[]) => [...twiceCalled(names.map((callName) => ({ callName })))]
    expect(called('つむぎ', 'こはる', 'つむぎ', '', '')).toEqual(['つむぎ'])
    expect(called('つむぎ', 'こはる')).toEqual([])
  })
})
