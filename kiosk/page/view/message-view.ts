/** Screens of one sentence: something went wrong, a card is being enrolled, how loud shall it be. */
import type { EnrolmentStep } from '../../check-in/card-enrolment.ts'
import type { Problem } from '../../check-in/kiosk-event.ts'
import { type Element, h, type Markup } from '../markup.ts'
import type { Paper, Screen, View } from '../screen-state.ts'
import { refusalWord, type WordKey } from '../words.ts'
import { type Shape, shape } from './figures.ts'
import { button, words } from './parts.ts'

const PROBLEMS: Readonly<Record<Problem, readonly [WordKey, WordKey]>> = {
  read_failed: ['readFailed', 'readFailedHelp'],
  two_cards: ['twoCards', 'twoCardsHelp'],
  not_kept: ['notKept', 'notKeptHelp'],
}

export function problemWords(problem: Problem): readonly [WordKey, WordKey] {
  return PROBLEMS[problem]
}

export function problemView({ language }: Screen, problem: Problem): Element {
  const [title, help] = PROBLEMS[problem]
  return h('main', { class: 'tap alone' }, hero('refused', words(title, language), words(help, language)))
}

export function readingView({ language }: Screen, since: number, now: number): Element {
  const key: WordKey = now - since > 1_000 ? 'checking' : 'reading'
  return h('main', { class: 'tap alone' }, hero('busy', words(key, language), undefined))
}

const STEPS: readonly { readonly steps: readonly EnrolmentStep[]; readonly key: WordKey }[] = [
  { steps: ['first'], key: 'enrolStep1' },
  { steps: ['away'], key: 'enrolStep2' },
  { steps: ['second', 'sending'], key: 'enrolStep3' },
]

export function enrolmentWord(step: EnrolmentStep): WordKey {
  switch (step) {
    case 'first':
      return 'enrolFirst'
    case 'away':
      return 'enrolAway'
    case 'second':
      return 'enrolSecond'
    case 'sending':
      return 'enrolSending'
  }
}

export function enrolmentView({ language }: Screen, view: View & { kind: 'enrolment' }): Element {
  const current = STEPS.findIndex(({ steps }) => steps.includes(view.step))
  return h(
    'main',
    { class: 'tap enrolment' },
    h('p', { class: 'greeting' }, words('enrolTitle', language), ' ', h('bdi', {}, view.greeting)),
    hero(view.step === 'sending' ? 'busy' : 'done', words(enrolmentWord(view.step), language), undefined),
    h(
      'ol',
      { class: 'steps' },
      ...STEPS.map(({ key }, index) =>
        h(
          'li',
          {
            class: index < current ? 'past' : index === current ? 'current' : 'coming',
            'aria-current': index === current ? 'step' : undefined,
          },
          h('b', {}, index < current ? '✓' : `${index + 1}`),
          h('span', {}, words(key, language)),
        ),
      ),
    ),
    h('div', { class: 'actions' }, button({ press: 'stop' }, words('stop', language), { class: 'second' })),
  )
}

export function enrolledWords({ ok, code }: View & { kind: 'enrolled' }): readonly [WordKey, WordKey] {
  return ok ? ['enrolDone', 'enrolDoneHelp'] : ['enrolFailed', refusalWord('enrol', code)]
}

export function enrolledView({ language }: Screen, view: View & { kind: 'enrolled' }): Element {
  const [title, help] = enrolledWords(view)
  return h(
    'main',
    { class: 'tap alone' },
    hero(view.ok ? 'done' : 'refused', words(title, language), words(help, language)),
    h('div', { class: 'actions' }, button({ press: 'stop' }, words('back', language), { class: 'second' })),
  )
}

const PAPERS: readonly Paper[] = ['58', '80', 'A4']

const LEVELS: readonly { readonly key: WordKey; readonly volume: number; readonly quiet: boolean }[] = [
  { key: 'soundLoud', volume: 1, quiet: false },
  { key: 'soundMiddle', volume: 0.7, quiet: false },
  { key: 'soundSoft', volume: 0.35, quiet: false },
  { key: 'soundQuiet', volume: 0.7, quiet: true },
]

export function soundView({ language, sound, care, paper }: Screen): Element {
  return h(
    'main',
    { class: 'tap panel' },
    h(
      'section',
      { class: 'sheet' },
      h('h1', { tabindex: -1, 'data-key': 'sheet', 'data-focus': true }, words('soundTitle', language)),
      h(
        'div',
        { class: 'choices' },
        ...LEVELS.map(({ key, volume, quiet }) => {
          const current = quiet ? sound.quiet : !sound.quiet && sound.volume === volume
          return button({ press: 'volume', volume, quiet }, words(key, language), {
            class: current ? 'choice current' : 'choice',
            'data-key': key,
            'aria-pressed': current ? 'true' : 'false',
          })
        }),
      ),
      ...(care === undefined ? [] : papers(language, paper)),
      h('div', { class: 'actions' }, button({ press: 'stop' }, words('back', language), { class: 'second' })),
    ),
  )
}

/** What the slip of a childcare room is printed on. */
function papers(language: Screen['language'], chosen: Paper): readonly Element[] {
  return [
    h('h2', {}, words('paperTitle', language)),
    h(
      'div',
      { class: 'choices' },
      ...PAPERS.map((paper) =>
        button({ press: 'paper', paper }, words(`paper${paper}`, language), {
          class: paper === chosen ? 'choice current' : 'choice',
          'data-key': `paper-${paper}`,
          'aria-pressed': paper === chosen ? 'true' : 'false',
        }),
      ),
    ),
  ]
}

function hero(kind: Shape, title: readonly Markup[], help: readonly Markup[] | undefined): Element {
  return h(
    'section',
    { class: 'hero' },
    shape(kind),
    h(
      'div',
      { class: 'said' },
      h('h1', { class: 'long' }, title),
      help !== undefined && h('p', { class: 'lead' }, help),
    ),
  )
}
