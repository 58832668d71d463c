import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CardHex,
  type CardHints,
  cardDigest,
  cardTail,
  classifyCard,
  isCardHex,
  maskCard,
  parseCardHex,
  readCardNumber,
} from '../../../../central-sync/protocol/card.ts'
import { isRefusal, refuse } from '../../../../central-sync/protocol/refusal.ts'

const key = { version: 1, key: Buffer.alloc(32, 7) }
const anyNumber = fc
  .uint8Array({ minLength: 4, maxLength: 10 })
  .filter((bytes) => !bytes.every((byte) => byte === 0) && !bytes.every((byte) => byte === 255))
  .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase() as CardHex)

describe('a card number as people write it', () => {
  test.each([
    ['012E4CD1A2B39ABC', '012E4CD1A2B39ABC'],
    ['012e4cd1a2b39abc', '012E4CD1A2B39ABC'],
    [' 04A1B2C3D4E580\t', '04A1B2C3D4E580'],
    ['04:A1:B2:C3:D4:E5:80', '04A1B2C3D4E580'],
    ['04 A1 B2 C3', '04A1B2C3'],
    ['04-a1-b2-c3', '04A1B2C3'],
    ['０４Ａ１Ｂ２Ｃ３', '04A1B2C3'],
  ])('%s is read as %s', (text, hex) => {
    expect(parseCardHex(text)).toBe(hex)
  })

  test.each([
    ['an odd number of digits', '012E4CD1A2B39AB'],
    ['three bytes', '04A1B2'],
    ['eleven bytes', '0102030405060708090A0B'],
    ['no digits', ''],
    ['another letter', '04A1B2CG'],
    ['a prefix', '0x04A1B2C3'],
    ['separators inside a byte', '0:4A:1B:2C:3'],
    ['nothing but zeros, which readers send for no card', '00000000'],
    ['nothing but ones', 'FFFFFFFFFFFFFFFF'],
  ])('%s is refused', (_what, text) => {
    expect(parseCardHex(text)).toEqual(refuse('card_number_invalid'))
  })

  test('every number survives any writing of it', () => {
    fc.assert(
      fc.property(anyNumber, fc.constantFrom('', ' ', ':', '-'), fc.boolean(), (hex, separator, lower) => {
        const written = (hex.match(/../g) ?? []).join(separator)
        expect(parseCardHex(lower ? written.toLowerCase() : written)).toBe(hex)
      }),
    )
  })

  test('whatever is read is canonical, and nothing is thrown at any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const hex = parseCardHex(text)
        expect(isRefusal(hex) || isCardHex(hex)).toBe(true)
      }),
    )
  })
})

describe('which cards may be somebody’s identity', () => {
  const table: readonly [string, string, CardHints, 'ok' | 'mobile' | 'card_random' | 'card_settable'][] = [
    ['a FeliCa transit card', '012E4CD1A2B39ABC', { technology: 'F' }, 'ok'],
    ['a FeliCa card by a reader that does not say what it is', '012E4CD1A2B39ABC', {}, 'ok'],
    ['a MIFARE Classic card', '5A6B7C8D', { technology: 'A' }, 'ok'],
    ['an NTAG of seven bytes', '04A1B2C3D4E580', { technology: 'A' }, 'ok'],
    ['a card of ten bytes', '0102030405060708090A', { technology: 'A' }, 'ok'],
    ['a phone or passport: four bytes beginning 08', '08A1B2C3', { technology: 'A' }, 'card_random'],
    ['four bytes beginning 08 by a wedge reader', '08A1B2C3', {}, 'card_random'],
    ['a seven-byte number that begins 08', '08A1B2C3D4E5F6', { technology: 'A' }, 'ok'],
    ['a 125 kHz tag that begins 08', '08A1B2C3', { technology: 'EM' }, 'ok'],
    ['a My Number card or licence: any number of type B', 'DEADBEEF', { technology: 'B' }, 'card_random'],
    ['a FeliCa peer', '01FE112233445566', { technology: 'F' }, 'card_random'],
    ['an app that emulates FeliCa', '02FE112233445566', { technology: 'F' }, 'card_settable'],
    ['an app that emulates FeliCa, by a wedge reader', '02FE112233445566', {}, 'card_settable'],
    ['a phone’s FeliCa chip', '0139112233445566', { technology: 'F', pmm: '0310FFFFFFFFFFFF' }, 'mobile'],
    ['a plastic FeliCa chip', '0139112233445566', { technology: 'F', pmm: '0120220427674EFF' }, 'ok'],
  ]
  test.each(table)('%s', (_what, hex, hints, expected) => {
    const use = classifyCard(hex as CardHex, hints)
    expect(use.ok ? (use.warning ?? 'ok') : use.refusal.refused).toBe(expected)
  })

  test('reading and judging in one refuses the same', () => {
    expect(readCardNumber('08a1b2c3')).toEqual(refuse('card_random'))
    expect(readCardNumber('02FE112233445566')).toEqual(refuse('card_settable'))
    expect(readCardNumber('odd')).toEqual(refuse('card_number_invalid'))
    expect(readCardNumber('04a1b2c3d4e580')).toBe('04A1B2C3D4E580')
  })
})

describe('a digest instead of the number', () => {
  test('is HMAC-SHA-256 of the canonical hex as text', () => {
    const hex = '012E4CD1A2B39ABC' as CardHex
    const expected = createHmac('sha256', key.key).update('012E4CD1A2B39ABC').digest('base64url')
    expect(cardDigest(hex, key)).toEqual({ k: 1, h: expected })
  })

  test('differs for every number and every key', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (one, other) => {
        expect(cardDigest(one, key).h === cardDigest(other, key).h).toBe(one === other)
        expect(cardDigest(one, { version: 2, key: Buffer.alloc(32, 8) }).h).not.toBe(cardDigest(one, key).h)
      }),
    )
  })

  test('throws at a number that is not canonical and at a short key', () => {
    expect(() => cardDigest('04a1b2c3' as CardHex, key)).toThrow(RangeError)
    expect(() => cardDigest('04A1B2C3' as CardHex, { version: 0, key: Buffer.alloc(16) })).toThrow(RangeError)
  })

  test('people see only the last two bytes', () => {
    expect(cardTail('012E4CD1A2B39ABC' as CardHex)).toBe('9ABC')
    expect(maskCard('012E4CD1A2B39ABC')).toBe('…9ABC')
  })
})
