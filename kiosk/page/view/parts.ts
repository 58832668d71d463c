/** Small pieces every screen of the kiosk is made of. */
import type { Language } from '../../../central-sync/protocol/event/place.ts'
import { type Attribute, type Element, h, type Markup, ruby } from '../markup.ts'
import type { Press } from '../screen-state.ts'
import { say, type WordKey } from '../words.ts'

/** The text of a key as markup, with its readings. */
export function words(
  key: WordKey,
  language: Language,
  fill?: Readonly<Record<string, string | number>>,
): readonly Markup[] {
  return ruby(say(key, language, fill))
}

/** The text of a key around one piece of markup that stands for `{name}`. */
export function wordsAround(key: WordKey, language: Language, name: Markup): readonly Markup[] {
  const [before = '', after = ''] = say(key, language).split('{name}')
  return [...ruby(before), name, ...ruby(after)]
}

/** A button. `data-press` is what it does, `data-key` keeps the focus on it over a redraw. */
export function button(
  press: Press,
  label: readonly Markup[],
  attributes: Readonly<Record<string, Attribute>> & { readonly class?: string } = {},
): Element {
  const key = typeof attributes['data-key'] === 'string' ? attributes['data-key'] : press.press
  const kind = attributes.class === undefined ? 'button' : `button ${attributes.class}`
  const own = { type: 'button', 'data-press': JSON.stringify(press) }
  return h('button', { ...own, ...attributes, 'data-key': key, class: kind }, piecesOf(label))
}

/** Text and its readings stay one piece; a ring or a second line stands beside it. */
function piecesOf(label: readonly Markup[]): readonly Markup[] {
  const isBeside = (part: Markup) => typeof part !== 'string' && (part.tag === 'svg' || part.tag === 'small')
  const text = label.filter((part) => !isBeside(part))
  const [before, after] = [
    label.filter((part) => isBeside(part) && label.indexOf(part) === 0),
    label.slice(1).filter(isBeside),
  ]
  return [...before, h('span', {}, text), ...after]
}

/** `lang` of an element: やさしい日本語 is Japanese. */
export function langOf(language: Language): 'ja' | 'en' {
  return language === 'en' ? 'en' : 'ja'
}

/** Seconds that are left, as a ring and a number. Steps once a second; nothing moves by itself. */
export function ring(leftMs: number, wholeMs: number): Element {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000))
  const whole = Math.max(1, Math.round(wholeMs / 1_000))
  return h(
    'svg',
    { class: 'ring', viewBox: '0 0 48 48', 'aria-hidden': 'true', focusable: 'false' },
    h('circle', { class: 'ring-track', cx: 24, cy: 24, r: 19 }),
    h('circle', {
      class: 'ring-left',
      cx: 24,
      cy: 24,
      r: 19,
      pathLength: whole,
      'stroke-dasharray': `${Math.min(seconds, whole)} ${whole}`,
      transform: 'rotate(-90 24 24)',
    }),
    h('text', { x: 24, y: 31, 'text-anchor': 'middle' }, `${seconds}`),
  )
}
