/** The way without a card: worker code, then PIN. Every key is a button; a keyboard types as well. */
import { type Element, h, type Markup } from '../markup.ts'
import { CODE_KEYS } from '../press-keypad.ts'
import type { KeypadView, Screen } from '../screen-state.ts'
import { refusalWord } from '../words.ts'
import { button, words } from './parts.ts'

const PIN_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

export function keypadView({ language }: Screen, view: KeypadView): Element {
  const byCode = view.step === 'code'
  return h(
    'main',
    { class: `keypad keypad-${byCode ? 'code' : 'pin'}` },
    h(
      'section',
      { class: 'asked' },
      h(
        'h1',
        { tabindex: -1, 'data-key': `keypad-${view.step}`, 'data-focus': true },
        words(byCode ? 'codeAsk' : 'pinAsk', language),
      ),
      h('p', { class: 'lead' }, words(byCode ? 'codeHelp' : 'pinHelp', language)),
      view.notice !== undefined &&
        h('p', { class: 'wrong', role: 'alert' }, words(refusalWord('no', view.notice), language)),
      h(
        'div',
        { class: 'typed' },
        h('span', { class: 'label' }, words(byCode ? 'code' : 'pin', language)),
        typed(view, language),
      ),
    ),
    view.step === 'sending'
      ? h('p', { class: 'lead busy' }, words('checking', language))
      : h('section', { class: 'keys' }, byCode ? codeKeys() : pinKeys(), commands(view, language)),
  )
}

function typed(view: KeypadView, language: Screen['language']): Element {
  if (view.step === 'code') {
    const shown: readonly Markup[] =
      view.code === '' ? [h('span', { class: 'none' }, words('nothingYet', language))] : [view.code]
    return h('output', { class: 'value', 'aria-live': 'polite' }, shown)
  }
  const { length } = view.pin
  return h(
    'output',
    { class: 'value', 'aria-live': 'polite' },
    h('span', { class: 'dots', 'aria-hidden': 'true' }, '●'.repeat(length)),
    length === 0
      ? h('span', { class: 'none' }, words('nothingYet', language))
      : h('span', { class: 'unseen' }, words('pinDigits', language, { count: length })),
  )
}

function keyButton(key: string): Element {
  return button({ press: 'key', key }, [key], { class: 'key', 'data-key': `key-${key}` })
}

function codeKeys(): Element {
  return h('div', { class: 'key-grid' }, ...[...CODE_KEYS].map(keyButton))
}

function pinKeys(): Element {
  return h('div', { class: 'key-grid digits' }, ...PIN_KEYS.map(keyButton), h('span', {}), keyButton('0'))
}

function commands(view: KeypadView, language: Screen['language']): Element {
  const empty = view.step === 'code' ? view.code === '' : view.pin === ''
  return h(
    'div',
    { class: 'actions' },
    button({ press: 'stop' }, words('stop', language), { class: 'second' }),
    button({ press: 'erase' }, words('erase', language), { class: 'quiet' }),
    button({ press: 'next' }, words(view.step === 'code' ? 'next' : 'send', language), {
      class: 'main',
      'aria-disabled': empty ? 'true' : 'false',
    }),
  )
}
