import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOfUsage, type KeysDown, noKeysDown, readReport } from '../../../../kiosk/reader/hid-report.ts'
import { charactersOf, type Stroke } from '../../../../kiosk/reader/key-codes.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

/** Feeds reports and returns the keys that were pressed. */
function feed(reports: readonly string[], reportId?: number): Stroke[] {
  let state: KeysDown = noKeysDown
  return reports.flatMap((report, index) => {
    const step = readReport(state, bytes(report), index, reportId)
    state = step.state
    return step.pressed
  })
}
const text = (reports: readonly string[], reportId?: number) => charactersOf(feed(reports, reportId))
const up = '00 00 00 00 00 00 00 00'

describe('boot keyboard reports', () => {
  test('a key is typed once, however often its report repeats', () => {
    expect(text(['00 00 1E 00 00 00 00 00', '00 00 1E 00 00 00 00 00', up])).toEqual({ text: '1' })
  })

  test('the same digit twice needs a release between', () => {
    const one = '00 00 1E 00 00 00 00 00'
    expect(text([one, one])).toEqual({ text: '1' })
    expect(text([one, up, one])).toEqual({ text: '11' })
  })

  test('a fast reader overlaps keys: each is typed once, in order', () => {
    const rollover = [
      '00 00 1E 00 00 00 00 00', // 1
      '00 00 1E 1F 00 00 00 00', // 1 still down, 2
      '00 00 1F 20 00 00 00 00', // 1 up, 2 down, 3
      '00 00 20 00 00 00 00 00',
      up,
    ]
    expect(text(rollover)).toEqual({ text: '123' })
  })

  test('two new keys in one report are typed in the order of its slots', () => {
    expect(text(['00 00 27 1E 00 00 00 00', up])).toEqual({ text: '01' })
  })

  test('an error report changes nothing, so the key held through it is not typed again', () => {
    const one = '00 00 1E 00 00 00 00 00'
    expect(text([one, '00 00 01 01 01 01 01 01', one, up])).toEqual({ text: '1' })
  })

  test.each(['02', '20', '22'])('modifier byte %s is shift', (modifier) => {
    expect(text([`${modifier} 00 04 00 00 00 00 00`])).toEqual({ text: 'A' })
  })

  test('control and alt are not shift', () => {
    expect(text(['01 00 04 00 00 00 00 00', up, '04 00 05 00 00 00 00 00'])).toEqual({ text: 'ab' })
  })

  test('keypad digits and keypad Enter', () => {
    const keypad = ['59', '5A', '61', '62'].flatMap((usage) => [`00 00 ${usage} 00 00 00 00 00`, up])
    expect(text(keypad)).toEqual({ text: '1290' })
    expect(feed(['00 00 58 00 00 00 00 00'])[0]?.code).toBe('NumpadEnter')
  })

  test('nine bytes carry a report id first', () => {
    expect(text(['01 00 00 1E 00 00 00 00 00'])).toEqual({ text: '1' })
    expect(text(['03 00 00 1E 00 00 00 00 00'], 3)).toEqual({ text: '1' })
  })

  test('a report of another collection is discarded, and disturbs nothing', () => {
    const down = readReport(noKeysDown, bytes('03 00 00 1E 00 00 00 00 00'), 0, 3)
    const media = readReport(down.state, bytes('02 E9 00'), 1, 3)
    expect(media).toEqual({ state: down.state, pressed: [], discarded: 'malformed' })
    expect(readReport(noKeysDown, bytes('00 00 1E'), 0).discarded).toBe('malformed')
  })

  test('the key that switches the IME on a Japanese keyboard is no character', () => {
    expect(text(['00 00 35 00 00 00 00 00'])).toEqual({ unknown: 'Usage35' })
  })

  test('every letter and digit has its usage', () => {
    const letters = Array.from({ length: 26 }, (_, index) => codeOfUsage(0x04 + index))
    expect(letters).toEqual([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `Key${letter}`))
    const digits = Array.from({ length: 10 }, (_, index) => codeOfUsage(0x1e + index))
    expect(digits).toEqual([...'1234567890'].map((digit) => `Digit${digit}`))
  })

  test('any hex number typed key by key, released or rolled over, comes out as it went in', () => {
    const usage = (char: string) =>
      char === '0' ? 0x27 : /\d/.test(char) ? 0x1d + Number(char) : 0x04 + char.charCodeAt(0) - 0x61
    const typed = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(typed, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (chars, overlaps) => {
        let state: KeysDown = noKeysDown
        const out: Stroke[] = []
        const send = (...usages: number[]) => {
          const report = Uint8Array.from([0, 0, ...usages, 0, 0, 0, 0, 0, 0].slice(0, 8))
          const step = readReport(state, report, 0)
          state = step.state
          out.push(...step.pressed)
        }
        for (const [index, char] of chars.entries()) {
          const before = chars[index - 1]
          const overlapped = before !== undefined && before !== char && overlaps[index] === true
          if (overlapped) {
            send(usage(before))
            send(usage(before), usage(char))
          } else {
            send()
            send(usage(char))
          }
        }
        expect(charactersOf(out)).toEqual({ text: chars.join('') })
      }),
    )
  })
})
