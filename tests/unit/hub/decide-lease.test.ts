import { describe, expect, it } from 'vitest'
import { decideLease, LEASE_MS, type Lease } from '../../../central-sync/hub/intake/decide-lease.ts'

function speak(lease: Lease | undefined, instance: string, now: number): Lease {
  const decision = decideLease(lease, instance, now)
  if (decision.kind === 'clone') throw new Error('clone')
  return decision.lease
}

describe('a lease of one process per centre', () => {
  it('is renewed by the process that holds it', () => {
    expect(speak(speak(undefined, 'a', 0), 'a', 9)).toEqual({ instance: 'a', lastAt: 9, superseded: [] })
  })
  it('passes to a newer process at once: a restart must not wait', () => {
    expect(speak(speak(undefined, 'a', 0), 'b', 1)).toEqual({ instance: 'b', lastAt: 1, superseded: ['a'] })
  })
  it('is not given back while the newer process is alive: two at once are a clone', () => {
    const held = speak(speak(undefined, 'a', 0), 'b', 1)
    expect(decideLease(held, 'a', LEASE_MS).kind).toBe('clone')
  })
  it('goes to the older process again once the newer one was silent for the whole lease', () => {
    const held = speak(speak(undefined, 'a', 0), 'b', 1)
    expect(speak(held, 'a', 1 + LEASE_MS)).toEqual({ instance: 'a', lastAt: 1 + LEASE_MS, superseded: ['b'] })
  })
  it('remembers a bounded number of old processes', () => {
    let lease: Lease | undefined
    for (let index = 0; index < 100; index++) lease = speak(lease, `boot-${index}`, index)
    expect(lease?.superseded.length).toBe(16)
  })
  it('does not run backwards with the clock', () => {
    expect(speak(speak(undefined, 'a', 50), 'a', 10).lastAt).toBe(50)
  })
})
