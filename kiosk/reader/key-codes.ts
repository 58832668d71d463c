/**
 * From the physical key to the character of a US keyboard, whatever layout, IME, NumLock or CapsLock the machine has set.
 * `KeyboardEvent.code` names the key, not the character: on a Belgian layout the reader's `Digit1` arrives as `&`, with a
 * Japanese IME as `Process`, and the code is still `Digit1`. Shared by the page and the server; imports nothing.
 */

/** One key press as the page saw it. `at` is monotonic ms of the page. */
export interface Stroke {
  readonly code: string
  readonly shift: boolean
  readonly at: number
}

export type KeyMeaning =
  | { readonly char: string }
  | { readonly terminator: true }
  | { readonly modifier: true }
  | { readonly unknown: string }

/** US characters of the keys that are not letters, digits or keypad: unshifted and shifted. */
const US_KEYS: Readonly<Record<string, readonly [string, string]>> = {
  Digit1: ['1', '!'],
  Digit2: ['2', '@'],
  Digit3: ['3', '#'],
  Digit4: ['4', '$'],
  Digit5: ['5', '%'],
  Digit6: ['6', '^'],
  Digit7: ['7', '&'],
  Digit8: ['8', '*'],
  Digit9: ['9', '('],
  Digit0: ['0', ')'],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Semicolon: [';', ':'],
  Space: [' ', ' '],
}

const KEYPAD: Readonly<Record<string, string>> = {
  NumpadAdd: '+',
  NumpadSubtract: '-',
  NumpadMultiply: '*',
  NumpadDivide: '/',
  NumpadDecimal: '.',
  NumpadComma: ',',
}

const TERMINATORS: ReadonlySet<string> = new Set(['Enter', 'NumpadEnter', 'Tab'])
const MODIFIER = /^(?:Shift|Control|Alt|Meta|OS)(?:Left|Right)$|^(?:CapsLock|NumLock|ScrollLock|Fn|AltGraph)$/

/**
 * What a key means. CapsLock is not asked: letters are hex digits or affixes, whose case never counts, so the shift state
 * alone decides and the decoder folds case.
 */
export function meaningOf({ code, shift }: Pick<Stroke, 'code' | 'shift'>): KeyMeaning {
  if (TERMINATORS.has(code)) return { terminator: true }
  if (MODIFIER.test(code)) return { modifier: true }
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter !== undefined) return { char: shift ? letter : letter.toLowerCase() }
  const digit = /^Numpad([0-9])$/.exec(code)?.[1] ?? KEYPAD[code]
  if (digit !== undefined) return { char: digit }
  const pair = US_KEYS[code]
  return pair === undefined ? { unknown: code === '' ? 'no key code' : code } : { char: shift ? pair[1] : pair[0] }
}

/** The characters of a burst, or the first key that a card reader must not send. */
export function charactersOf(
  strokes: readonly Pick<Stroke, 'code' | 'shift'>[],
): { readonly text: string } | { readonly unknown: string } {
  let text = ''
  for (const stroke of strokes) {
    const meaning = meaningOf(stroke)
    if ('unknown' in meaning) return meaning
    if ('char' in meaning) text += meaning.char
  }
  return { text }
}
