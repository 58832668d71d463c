/** Keys to press with a finger, and what they wrote. */
import { type Element, h, type Markup } from '../../markup.ts'
import type { WordKey } from '../../words.ts'
import { button, words } from '../parts.ts'
import type { CareScreen } from './care-parts.ts'

export function keyRows(keys: string, kind: 'digits' | 'letters' | 'kana'): Element {
  return h(
    'div',
    { class: `key-grid ${kind}` },
    ...[...keys].map((key) =>
      button({ press: 'key', key }, [key === ' ' ? '␣' : key], {
        class: 'key',
        'data-key': `key-${key}`,
        'aria-label': key === ' ' ? 'space' : undefined,
      }),
    ),
  )
}

/** `secret`: dots on the screen, a count for those who listen. */
export function typedBox({ language }: CareScreen, label: WordKey, typed: string, secret: boolean): Element {
  return h(
    'div',
    { class: 'typed' },
    h('span', { class: 'label' }, words(label, language)),
    h('output', { class: 'value', 'aria-live': 'polite' }, ...shown(typed, secret, language)),
  )
}

function shown(typed: string, secret: boolean, language: CareScreen['language']): readonly Markup[] {
  if (typed === '') return [h('span', { class: 'none' }, words('nothingYet', language))]
  if (!secret) return [typed]
  const { length } = typed
  return [
    h('span', { class: 'dots', 'aria-hidden': 'true' }, '●'.repeat(length)),
    h('span', { class: 'unseen' }, words('pinDigits', language, { count: length })),
  ]
}
