/**
 * Two processes with one identity. An instance id is random per process start, so a new one is either a restart (the
 * old process is gone) or a clone (both live). The newer process takes the lease over; an older one that speaks again
 * while the lease is held proves that two are alive at once. The chain catches whatever this early warning misses.
 */
import type { Instant } from '../../protocol/time.ts'
import { MINUTE_MS } from '../../protocol/time.ts'

/** How long after its last contact an instance still holds its site. */
export const LEASE_MS = 10 * MINUTE_MS
const SUPERSEDED_MAX = 16

export interface Lease {
  readonly instance: string
  readonly lastAt: Instant
  /** Instances that held the lease before, newest last. */
  readonly superseded: readonly string[]
}

export type LeaseDecision = { readonly kind: 'held'; readonly lease: Lease } | { readonly kind: 'clone' }

export function decideLease(lease: Lease | undefined, instance: string, now: Instant): LeaseDecision {
  if (lease === undefined) return { kind: 'held', lease: { instance, lastAt: now, superseded: [] } }
  if (lease.instance === instance) return { kind: 'held', lease: { ...lease, lastAt: Math.max(lease.lastAt, now) } }
  const live = now - lease.lastAt < LEASE_MS
  if (live && lease.superseded.includes(instance)) return { kind: 'clone' }
  const superseded = [...lease.superseded.filter((old) => old !== instance), lease.instance].slice(-SUPERSEDED_MAX)
  return { kind: 'held', lease: { instance, lastAt: now, superseded } }
}
