/** Identifiers and event ids. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  deviceEventId,
  type IdentifierKind,
  isEventId,
  isIdentifier,
  newEventId,
  newIdentifier,
  parseDeviceEventId,
} from '../../../../central-sync/protocol/identifier.ts'

const kinds: readonly IdentifierKind[] = ['site', 'worker', 'device', 'card', 'staff', 'key', 'correction', 'package']

test('an identifier is of its own kind and of no other', () => {
  for (const kind of kinds) {
    const id = newIdentifier(kind)
    expect(kinds.filter((other) => isIdentifier(other, id))).toEqual([kind])
  }
})

test('the same random bytes give the same identifier', () => {
  expect(newIdentifier('worker', () => Uint8Array.from({ length: 20 }, (_, n) => n))).toBe('w_0123456789abcdefghjk')
})

test('a device event id says its device, boot and number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 1, max: 999_999_999_999 }), (boot, seq) => {
      const device = newIdentifier('device')
      const id = deviceEventId(device, boot, seq)
      expect(isEventId(id)).toBe(true)
      expect(parseDeviceEventId(id)).toEqual({ device, boot, seq })
    }),
  )
})

test('a server’s event id is a ULID of its instant, and no two are the same', () => {
  const now = 1_763_600_000_000
  const ids = Array.from({ length: 5_000 }, () => newEventId(now))
  expect(new Set(ids).size).toBe(5_000)
  expect(ids.every((id) => isEventId(id) && id.startsWith(ids[0]?.slice(0, 10) ?? ''))).toBe(true)
  expect(new Set(ids.flatMap((id) => [...id.slice(10)])).size).toBe(32)
  expect(newEventId(now + 1) > (ids[0]?.slice(0, 10) ?? '')).toBe(true)
  expect(ids[0] === undefined ? '' : parseDeviceEventId(ids[0])).toBeUndefined()
})

test('anything else is no event id', () => {
  for (const text of [
    '',
    'd_x.1.1',
    '01ARZ3NDEKTSV4RRFFQ69G5FA',
    `${newIdentifier('device')}.0.1`,
    `${newIdentifier('worker')}.1.1`,
  ]) {
    expect(isEventId(text)).toBe(false)
  }
})
