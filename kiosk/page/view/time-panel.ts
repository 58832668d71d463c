/** Choosing the time of a forgotten OUT with large buttons: no wheel, no drag, no keyboard needed. */
import { clockFace } from '../../../central-sync/protocol/time.ts'
import { type Element, h } from '../markup.ts'
import type { Press, Screen, TapView } from '../screen-state.ts'
import { say, type WordKey } from '../words.ts'
import { button, words } from './parts.ts'
import { questionDay } from './tap-cards.ts'

export function timePanel(screen: Screen, { answer, end }: TapView): Element {
  const { language } = screen
  const question = answer?.question
  if (question === undefined || end === undefined) return h('section', { class: 'sheet' })
  const day = questionDay(screen, question.day)
  return h(
    'section',
    { class: 'sheet' },
    h('h2', { tabindex: -1, 'data-key': 'sheet', 'data-focus': true }, words('leftWhen', language, { day })),
    h('p', {}, words('leftWhy', language, { time: clockFace(question.start) })),
    h(
      'div',
      { class: 'stepper' },
      stepButton(screen, 'hourLess', -60),
      stepButton(screen, 'minutesLess', -5),
      h('output', { class: 'chosen', 'aria-live': 'polite' }, clockFace(end)),
      stepButton(screen, 'minutesMore', 5),
      stepButton(screen, 'hourMore', 60),
    ),
    h(
      'div',
      { class: 'actions' },
      button({ press: 'tell', end }, words('leftSend', language), { class: 'main', 'data-key': 'tell' }),
      button({ press: 'stop' }, words('back', language), { class: 'second' }),
    ),
  )
}

function stepButton({ language }: Screen, key: WordKey, minutes: number): Element {
  const press: Press = { press: 'step', minutes }
  return button(press, words(key, language), {
    class: 'quiet',
    'data-key': `step${minutes}`,
    title: plain(say(key, language)),
  })
}

function plain(text: string): string {
  return text.replace(/\{([^{}|]+)\|[^{}|]+\}/g, '$1')
}
