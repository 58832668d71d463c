import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BURST_KEYS_MAX,
  type BurstResult,
  type BurstState,
  noBurst,
  type PressedKey,
  passTime,
  pressKey,
} from '../../../../kiosk/reader/key-burst.ts'
import { charactersOf } from '../../../../kiosk/reader/key-codes.ts'

const key = (code: string, more: Partial<PressedKey> = {}): PressedKey => ({
  code,
  shiftKey: false,
  repeat: false,
  ...more,
})

/** Types keys with one gap between them and tells what came out; `waitMs` of silence at the end. */
function type(keys: readonly PressedKey[], gapMs: number, editing = false, waitMs = 1_000): BurstResult[] {
  let state: BurstState = noBurst
  let at = 0
  const out: BurstResult[] = []
  for (const pressed of keys) {
    const step = pressKey(state, pressed, at, editing)
    state = step.state
    out.push(...step.results)
    at += gapMs
  }
  out.push(...passTime(state, at - gapMs + waitMs, editing).results)
  return out
}

const number = [...'0013748911'].map((digit) => key(`Digit${digit}`))
const textOf = (result: BurstResult | undefined) =>
  result !== undefined && 'burst' in result ? charactersOf(result.burst.strokes) : undefined

describe('on the idle screen', () => {
  test.each(['Enter', 'NumpadEnter', 'Tab'])('a burst ends with %s', (end) => {
    const results = type([...number, key(end)], 5)
    expect(results).toMatchObject([{ burst: { ended: 'terminator', ime: false } }])
    expect(textOf(results[0])).toEqual({ text: '0013748911' })
  })

  test('a burst without terminator ends by 100 ms of silence, not sooner', () => {
    expect(type(number, 5, false, 99)).toEqual([])
    expect(type(number, 5, false, 100)).toMatchObject([{ burst: { ended: 'silence' } }])
  })

  test('two cards in a row are two bursts, though no timer ran between them', () => {
    const results = type([...number, key('Enter'), ...number, key('Enter')], 5)
    expect(results.map(textOf)).toEqual([{ text: '0013748911' }, { text: '0013748911' }])
    const late = pressKey(pressKey(noBurst, key('Digit1'), 0, false).state, key('Digit2'), 500, false)
    expect(late.results).toEqual([{ discarded: 'typed-by-hand', keys: 1 }])
    expect(late.state.strokes).toHaveLength(1)
  })

  test('a short number is not swallowed: it goes on and is shown as unreadable', () => {
    expect(type([key('Digit1'), key('Digit2'), key('Enter')], 5)).toMatchObject([{ burst: { ended: 'terminator' } }])
  })

  test('a finger on the keyboard is discarded, with the reason', () => {
    expect(type([key('KeyX')], 5)).toEqual([{ discarded: 'typed-by-hand', keys: 1 }])
    expect(type([key('Enter')], 5)).toEqual([{ discarded: 'empty', keys: 0 }])
  })

  test('a key held down is discarded, with the reason', () => {
    const held = Array.from({ length: 3 }, () => key('Digit1', { repeat: true }))
    expect(type(held, 30)).toEqual(held.map(() => ({ discarded: 'key-repeat', keys: 1 })))
  })

  test('shift and CapsLock are no characters', () => {
    const results = type([key('ShiftLeft'), key('KeyA', { shiftKey: true }), ...number, key('Enter')], 5)
    expect(textOf(results[0])).toEqual({ text: 'A0013748911' })
  })

  test('keys that come through a switched-on IME still count, and say so', () => {
    const composed = number.map((pressed) => ({ ...pressed, key: 'Process' }))
    const results = type([...composed, key('Enter')], 5)
    expect(results).toMatchObject([{ burst: { ime: true } }])
    expect(textOf(results[0])).toEqual({ text: '0013748911' })
  })

  test('a jammed reader cannot fill the memory', () => {
    const endless = Array.from({ length: BURST_KEYS_MAX + 1 }, () => key('Digit7'))
    expect(type(endless, 1)).toEqual([{ discarded: 'too-long', keys: BURST_KEYS_MAX + 1 }])
  })
})

describe('while a person writes in a field', () => {
  test('a reader is known by six keys faster than 50 ms and Enter', () => {
    expect(type([...number, key('Enter')], 10, true)).toMatchObject([{ burst: { ended: 'terminator' } }])
  })

  test.each([
    ['keys at the speed of a hand', number, 80],
    ['keys exactly 50 ms apart', number, 50],
    ['five fast keys', number.slice(0, 5), 10],
  ] as const)('%s belong to the field', (_what, keys, gapMs) => {
    expect(type([...keys, key('Enter')], gapMs, true)).toEqual([{ discarded: 'typed-by-hand', keys: keys.length }])
  })

  test('fast keys without Enter belong to the field', () => {
    expect(type(number, 10, true)).toEqual([{ discarded: 'typed-by-hand', keys: 10 }])
  })
})

test('no key is lost: each one is in a burst or in what was discarded', () => {
  const presses = fc.array(
    fc.record({
      code: fc.constantFrom('Digit1', 'KeyA', 'Enter', 'Tab', 'Numpad5', 'Backquote'),
      gapMs: fc.integer({ min: 0, max: 200 }),
      repeat: fc.boolean(),
    }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(presses, fc.boolean(), (list, editing) => {
      let state = noBurst
      let at = 0
      let counted = 0
      const count = (results: readonly BurstResult[]) => {
        for (const result of results) counted += 'burst' in result ? result.burst.strokes.length : result.keys
      }
      for (const { code, gapMs, repeat } of list) {
        at += gapMs
        const step = pressKey(state, key(code, { repeat }), at, editing)
        state = step.state
        count(step.results)
      }
      count(passTime(state, at + 1_000, editing).results)
      const characters = list.filter(({ code, repeat }) => repeat || (code !== 'Enter' && code !== 'Tab'))
      expect(counted).toBe(characters.length)
    }),
  )
})
