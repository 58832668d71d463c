import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideTap, newerDigest, type TapFacts } from '../../../appliance/attendance/decide-tap.ts'
import type { TapEvidence } from '../../../central-sync/protocol/event/attendance.ts'
import type { CardDigest } from '../../../central-sync/protocol/event/person.ts'
import { type DeviceId, deviceEventId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { defaultPolicy } from '../../../central-sync/rules/policy.ts'

const DEVICE: DeviceId = newIdentifier('device')
const NOW = Date.UTC(2026, 10, 20, 0, 0)
const OLD: CardDigest = { k: 0, h: 'A'.repeat(43) }
const NEW: CardDigest = { k: 1, h: 'B'.repeat(43) }
const CARD = { card: newIdentifier('card'), worker: newIdentifier('worker'), revoked: false, matched: OLD }

const tap = (change: Partial<TapEvidence> = {}): TapEvidence => ({
  id: deviceEventId(DEVICE, 1, 1),
  digests: [NEW, OLD],
  identified: 'card',
  place: '塩尻',
  wall: NOW,
  mono: 5,
  offset: 0,
  offsetAge: 60_000,
  clock: 'synced',
  claim: 'in',
  claimBy: 'auto',
  online: true,
  rosterStale: false,
  ...change,
})

const facts = (change: Partial<TapFacts> = {}): TapFacts => ({
  site: newIdentifier('site'),
  device: DEVICE,
  now: NOW,
  ownClock: 'synced',
  builtAt: Date.UTC(2026, 0, 1),
  policy: defaultPolicy,
  card: CARD,
  workerKnown: false,
  ...change,
})

test('a known card names its worker', () => {
  expect(decideTap(tap(), facts())).toMatchObject({ known: 'known', worker: CARD.worker, card: CARD.card, time: NOW })
})

test('a revoked card names the card but no worker, so that it touches no session', () => {
  const decided = decideTap(tap(), facts({ card: { ...CARD, revoked: true } }))
  expect(decided).toMatchObject({ known: 'revoked_card', card: CARD.card })
  expect(decided.worker).toBeUndefined()
})

test('an unknown card is kept without anybody', () => {
  const decided = decideTap(tap(), facts({ card: undefined }))
  expect(decided).toMatchObject({ known: 'unknown_card' })
  expect(decided.worker).toBeUndefined()
})

test('without a card the worker counts only when she is registered', () => {
  const worker = newIdentifier('worker')
  const cardless = tap({ digests: [], identified: 'pin', worker })
  expect(decideTap(cardless, facts({ card: undefined, workerKnown: true }))).toMatchObject({ known: 'known', worker })
  expect(decideTap(cardless, facts({ card: undefined })).worker).toBeUndefined()
})

test('the time that counts is wall plus offset, and the worse clock wins', () => {
  expect(decideTap(tap({ wall: NOW - 90_000, offset: 90_000 }), facts()).time).toBe(NOW)
  expect(decideTap(tap(), facts({ ownClock: 'unsynced' })).clock).toBe('unsynced')
  expect(decideTap(tap({ clock: 'extrapolated', offsetAge: 8_000_000 }), facts()).clock).toBe('extrapolated')
})

test('any impossible time is absurd, and nothing else is', () => {
  const { builtAt } = facts()
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_000 }), (wall) => {
      const impossible = wall < builtAt || wall > NOW + defaultPolicy.futureToleranceMs
      expect(decideTap(tap({ wall }), facts()).clock === 'absurd').toBe(impossible)
    }),
  )
})

test('a card recognised by its old digest gets the one under the newer key, once', () => {
  expect(newerDigest(tap(), CARD)).toEqual(NEW)
  expect(newerDigest(tap(), { ...CARD, matched: NEW })).toBeUndefined()
  expect(newerDigest(tap(), { ...CARD, revoked: true })).toBeUndefined()
  expect(newerDigest(tap({ digests: [OLD] }), CARD)).toBeUndefined()
})
