import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldCode } from '../../../../central-sync/rules/decide-pickup.ts'
import { CODE_ALPHABET, CODE_LENGTH, newSecurityCode } from '../../../../central-sync/rules/security-code.ts'

describe('a security code', () => {
  it('has four signs that nobody can mistake for another and that spell no word', () => {
    expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length)
    expect(CODE_ALPHABET).not.toMatch(/[AEIOUY01BSZGLQ]/)
    for (let index = 0; index < 1_000; index += 1) {
      const code = newSecurityCode(randomBytes, new Set())
      expect(code).toHaveLength(CODE_LENGTH)
      expect([...code].every((sign) => CODE_ALPHABET.includes(sign))).toBe(true)
      expect(foldCode(code)).toBe(code)
    }
  })

  it('is none of those who are here (P18)', () => {
    // A poor source: it knows sixteen codes, and begins with one that is taken more often than not.
    const source = fc.infiniteStream(fc.nat(1))
    fc.assert(
      fc.property(source, fc.integer({ min: 1, max: 12 }), (chance, children) => {
        const here = new Set<string>()
        const random = (bytes: number) => Uint8Array.from({ length: bytes }, () => chance.next().value as number)
        for (let index = 0; index < children; index += 1) {
          const code = newSecurityCode(random, here)
          expect(here.has(code)).toBe(false)
          here.add(code)
        }
      }),
    )
  })

  it('takes each sign equally often', () => {
    const counts = new Map<string, number>()
    for (let byte = 0; byte < 256; byte += 1) {
      const answers = [Uint8Array.of(byte, 0, 0, 0), Uint8Array.of(0, 0, 0, 0)]
      const sign = newSecurityCode(() => answers.shift() ?? new Uint8Array(4), new Set())[0] ?? ''
      counts.set(sign, (counts.get(sign) ?? 0) + 1)
    }
    // 0–241 are used, eleven for each sign; the 14 bytes above are drawn again and became the first sign here.
    expect([...counts].map(([sign, count]) => (sign === CODE_ALPHABET[0] ? count - 14 : count))).toEqual(
      Array.from({ length: CODE_ALPHABET.length }, () => 11),
    )
  })

  it('is not looked for for ever', () => {
    expect(() => newSecurityCode(() => Uint8Array.of(255, 255, 255, 255), new Set())).toThrow('no free security code')
    expect(() => newSecurityCode(() => new Uint8Array(0), new Set())).toThrow('no free security code')
  })
})
