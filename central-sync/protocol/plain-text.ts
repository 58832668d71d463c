/**
 * Characters that nobody sees and that change what others see: they turn the words around them, hide parts of a word, or
 * make two different names look the same. Pure.
 */

/**
 * Controls other than tab and line ends, soft hyphen, marks and overrides of direction (UAX #9), zero-width space, line
 * and paragraph separators, invisible operators, a byte order mark in the middle, interlinear marks. Joiners (U+200C,
 * U+200D) and variation selectors stay: Persian, emoji and 葛󠄀 need them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb]|(?<!^)\ufeff/u

/** True when a text holds a character that cannot be seen and is no blank. A byte order mark may begin a file. */
export function hasHidden(text: string): boolean {
  return HIDDEN.test(text)
}
