import { describe, expect, test } from 'vitest'
import { charactersOf, meaningOf } from '../../../../kiosk/reader/key-codes.ts'
import { readStrokes } from '../../../../kiosk/reader/read-strokes.ts'
import { wedgeProfile } from '../../../../kiosk/reader/wedge-profile.ts'

const codes = (...list: string[]) => list.map((code) => ({ code, shift: false }))
const digits = (text: string) => codes(...[...text].map((digit) => `Digit${digit}`))

describe('the physical key counts, not the layout', () => {
  test('the digits of a reader on a Belgian layout, where the page sees àà&"è\'(é&& ', () => {
    // The Belgian key of 1 types "&" and 0 types "à" without shift; the codes are those of a US keyboard.
    expect(charactersOf(digits('0013748911'))).toEqual({ text: '0013748911' })
  })

  test('keypad digits are digits with NumLock off too', () => {
    expect(charactersOf(codes('Numpad0', 'Numpad9', 'Numpad1'))).toEqual({ text: '091' })
  })

  test('letters follow the shift key, and hex does not care', () => {
    const strokes = [
      { code: 'KeyA', shift: true },
      { code: 'KeyB', shift: false },
    ]
    expect(charactersOf(strokes)).toEqual({ text: 'Ab' })
    const capsLock = [
      ...codes('CapsLock'),
      ...codes('Digit0', 'Digit4', 'KeyA', 'Digit1', 'KeyB', 'Digit2', 'KeyC', 'Digit3'),
    ]
    expect(readStrokes(wedgeProfile.parse({}), capsLock)).toEqual({ hex: '04A1B2C3' })
  })

  test.each([
    ['Enter', { terminator: true }],
    ['NumpadEnter', { terminator: true }],
    ['Tab', { terminator: true }],
    ['ShiftLeft', { modifier: true }],
    ['AltRight', { modifier: true }],
    ['NumLock', { modifier: true }],
    ['Comma', { char: ',' }],
    ['NumpadSubtract', { char: '-' }],
    ['Backquote', { unknown: 'Backquote' }],
    ['IntlYen', { unknown: 'IntlYen' }],
    ['', { unknown: 'no key code' }],
  ] as const)('%s means %o', (code, meaning) => {
    expect(meaningOf({ code, shift: false })).toEqual(meaning)
  })

  test('shifted digits are the US symbols', () => {
    const shifted = [...'1234567890'].map((digit) => ({ code: `Digit${digit}`, shift: true }))
    expect(charactersOf(shifted)).toEqual({ text: '!@#$%^&*()' })
  })

  test('a key no card reader should send is named instead of guessed', () => {
    const strokes = [...digits('0013'), ...codes('Backquote'), ...digits('748911')]
    expect(readStrokes(wedgeProfile.parse({ format: 'decimal' }), strokes)).toEqual({
      garbled: expect.stringContaining('Backquote'),
    })
  })
})
