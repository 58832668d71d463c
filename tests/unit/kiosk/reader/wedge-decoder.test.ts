import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CardHex } from '../../../../central-sync/protocol/card.ts'
import { candidates, checkSetUp } from '../../../../kiosk/reader/set-up-check.ts'
import { decimalDigits, decodeWedge, encodeWedge, reverseBytes } from '../../../../kiosk/reader/wedge-decoder.ts'
import { type WedgeProfile, wedgeFormat, wedgeProfile } from '../../../../kiosk/reader/wedge-profile.ts'

const profile = (given: Partial<WedgeProfile>): WedgeProfile => wedgeProfile.parse(given)
const lengths = [4, 5, 7, 8, 10] as const
const affix = fc.stringMatching(/^[0-9A-Za-z]{0,8}$/)

/** A profile, and a number that its format can carry. */
const writing = fc
  .record({
    format: fc.constantFrom(...wedgeFormat.options),
    bytes: fc.constantFrom(...lengths),
    prefix: affix,
    suffix: affix,
    zerosDropped: fc.boolean(),
    content: fc.uint8Array({ minLength: 10, maxLength: 10 }),
  })
  .map(({ content, ...given }) => {
    const facility = given.format === 'em4100-comma' || given.format === 'wiegand26'
    const bytes = facility ? (4 as const) : given.bytes
    const number = Buffer.from(content).subarray(0, bytes).toString('hex').toUpperCase()
    return { profile: profile({ ...given, bytes }), number: facility ? `00${number.slice(2)}` : number }
  })

describe('what readers type', () => {
  test.each([
    ['hex of FeliCa', { format: 'hex' }, '012E4CD1A2B39ABC', '012E4CD1A2B39ABC'],
    ['hex in small letters', { format: 'hex' }, '012e4cd1a2b39abc', '012E4CD1A2B39ABC'],
    ['hex, last byte first', { format: 'hex-reversed' }, 'BC9AB3A2D14C2E01', '012E4CD1A2B39ABC'],
    ['hex of seven bytes', { format: 'hex' }, '04A1B2C3D4E580', '04A1B2C3D4E580'],
    ['hex without its leading zeros', { format: 'hex', bytes: 4, zerosDropped: true }, '5094D8', '005094D8'],
    ['ten decimal digits', { format: 'decimal' }, '0005280984', '005094D8'],
    ['the printed number of the same tag', { format: 'em4100-comma' }, '080,38104', '005094D8'],
    ['Wiegand-26 of the same tag', { format: 'wiegand26' }, '08038104', '005094D8'],
    ['ten decimal digits, last byte first', { format: 'decimal-reversed' }, '3633598464', '005094D8'],
    ['twenty decimal digits', { format: 'decimal' }, '00085089906228173500', '012E4CD1A2B39ABC'],
    ['the greatest eight bytes', { format: 'decimal' }, '18446744073709551614', 'FFFFFFFFFFFFFFFE'],
    ['seventeen decimal digits', { format: 'decimal' }, '01303689068602752', '04A1B2C3D4E580'],
    ['a prefix and a suffix', { format: 'hex', prefix: 'ID', suffix: 'Z' }, 'ID04A1B2C3Z', '04A1B2C3'],
    ['full-width digits of a switched-on IME', { format: 'decimal' }, '０００５２８０９８４', '005094D8'],
  ] as const)('%s', (_what, given, typed, number) => {
    const decoded = decodeWedge(profile(given), typed)
    expect(decoded).toEqual({ hex: number })
  })

  test.each([
    ['letters in a decimal number', { format: 'decimal' }, '00052809AB'],
    ['too few digits', { format: 'decimal', bytes: 4 }, '5280984'],
    ['a decimal above four bytes', { format: 'decimal', bytes: 4 }, '4294967296'],
    ['a length no card has', { format: 'decimal' }, '12345678901'],
    ['an odd number of hex digits', { format: 'hex' }, '04A1B2C3D'],
    ['three bytes', { format: 'hex' }, '04A1B2'],
    ['a facility above eight bits', { format: 'em4100-comma' }, '256,00001'],
    ['a number above sixteen bits', { format: 'wiegand26' }, '08065536'],
    ['a missing prefix', { format: 'hex', prefix: 'ID' }, '04A1B2C3'],
    ['only the affixes', { format: 'hex', prefix: 'I', suffix: 'D' }, 'ID'],
    ['nothing', { format: 'hex' }, ''],
  ] as const)('%s is garbled, with a reason', (_what, given, typed) => {
    expect(decodeWedge(profile(given), typed)).toEqual({ garbled: expect.any(String) })
  })

  test('every format reads back what it writes', () => {
    fc.assert(
      fc.property(writing, ({ profile: one, number }) => {
        const typed = encodeWedge(one, number)
        expect(typed).toBeDefined()
        expect(decodeWedge(one, typed ?? '')).toEqual({ hex: number })
      }),
    )
  })

  test('no text makes a decoder throw, and what it reads is a card number', () => {
    fc.assert(
      fc.property(writing, fc.string({ maxLength: 40 }), ({ profile: one }, typed) => {
        const decoded = decodeWedge(one, typed)
        if ('hex' in decoded) expect(decoded.hex).toMatch(/^(?:[0-9A-F]{2}){4,10}$/)
      }),
    )
  })

  test('reversing twice changes nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 10 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex').toUpperCase()
        expect(reverseBytes(reverseBytes(hex))).toBe(hex)
        expect(reverseBytes(hex)).toBe(Buffer.from(bytes).reverse().toString('hex').toUpperCase())
      }),
    )
  })

  test('decimal widths are those of the greatest number', () => {
    expect(lengths.map(decimalDigits)).toEqual([10, 13, 17, 20, 25])
  })

  test('a profile with punctuation is refused, because JIS and US keyboards differ there', () => {
    expect(wedgeProfile.safeParse({ prefix: '%' }).success).toBe(false)
    expect(wedgeProfile.safeParse({ suffix: ':' }).success).toBe(false)
  })

  test('a profile that drops zeros must know the number of bytes', () => {
    expect(wedgeProfile.safeParse({ format: 'decimal', zerosDropped: true }).success).toBe(false)
    expect(wedgeProfile.safeParse({ format: 'decimal', zerosDropped: true, bytes: 8 }).success).toBe(true)
  })
})

describe('the set-up check', () => {
  test('the true profile is among the candidates, and every candidate reads the card right', () => {
    fc.assert(
      fc.property(writing, ({ profile: one, number }) => {
        fc.pre(!one.zerosDropped || encodeWedge(one, number) === encodeWedge({ ...one, zerosDropped: false }, number))
        const typed = encodeWedge(one, number) ?? ''
        const found = candidates(typed, number as CardHex)
        expect(found.map(({ format }) => format)).toContain(one.format)
        for (const candidate of found) expect(decodeWedge(candidate, typed)).toEqual({ hex: number })
      }),
    )
  })

  test('finds a dropped zero', () => {
    expect(candidates('5280984', '005094D8' as CardHex)[0]).toMatchObject({ format: 'decimal', zerosDropped: true })
  })

  test('finds prefix and suffix', () => {
    const pairs = [{ typed: 'CARD012E4CD1A2B39ABCX', reference: '012E4CD1A2B39ABC' as CardHex }]
    expect(checkSetUp(pairs)).toMatchObject({ profile: { format: 'hex', prefix: 'CARD', suffix: 'X' } })
  })

  test('a number that reads the same both ways needs a second card', () => {
    const palindrome = { typed: '04A1A104', reference: '04A1A104' as CardHex }
    expect(checkSetUp([palindrome])).toEqual({ problem: 'ambiguous' })
    const second = { typed: 'C3B2A104', reference: '04A1B2C3' as CardHex }
    expect(checkSetUp([palindrome, second])).toMatchObject({ profile: { format: 'hex-reversed' } })
  })

  test('two readers that ask the card differently have no common format', () => {
    const pairs = [{ typed: '0139112233445566', reference: '012E4CD1A2B39ABC' as CardHex }]
    expect(checkSetUp(pairs)).toEqual({ problem: 'no-format' })
    expect(checkSetUp([])).toEqual({ problem: 'no-format' })
  })
})
