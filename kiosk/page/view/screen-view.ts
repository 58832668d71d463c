/** The whole page of one screen: status above, the matter in the middle, the same controls in the same place below. */
import type { Language } from '../../../central-sync/protocol/event/place.ts'
import { clockFace, type Instant } from '../../../central-sync/protocol/time.ts'
import { type Element, h, type Markup, withoutReadings } from '../markup.ts'
import { type Screen, shownResult } from '../screen-state.ts'
import { WARNING_MS, warning } from '../screen-time.ts'
import { say, type WordKey } from '../words.ts'
import { careView, careWarning, isCareScreen, spokenCare, toneOfCare } from './care/care-view.ts'
import { idleView, troubleOf } from './idle-view.ts'
import { keypadView } from './keypad-view.ts'
import {
  enrolledView,
  enrolledWords,
  enrolmentView,
  enrolmentWord,
  problemView,
  problemWords,
  readingView,
  soundView,
} from './message-view.ts'
import { button, langOf, words } from './parts.ts'
import { headlineOf, type ToneName, tapView, toneOfTap } from './tap-view.ts'

/** The markup of the page's body. `now` = the page's monotonic ms. */
export function screenView(screen: Screen, now: number): Element {
  const at = timeOf(screen, now)
  const kind = `screen tone-${toneOf(screen)}${screen.low ? ' low' : ''}`
  return h(
    'div',
    { class: kind, lang: langOf(screen.language), 'data-language': screen.language },
    header(screen, at),
    matter(screen, now, at),
    soon(screen, now),
    footer(screen),
  )
}

export function timeOf({ clock }: Screen, now: number): Instant {
  return clock.at + (now - clock.mono)
}

/** What a screen reader is told, once per change; it holds no name. */
export function spokenText(screen: Screen): string {
  const { view, language } = screen
  const sayPlain = (key: WordKey, fill?: Record<string, string>) => withoutReadings(say(key, language, fill))
  switch (view.kind) {
    case 'idle': {
      const trouble = troubleOf(screen)
      if (trouble === undefined && isCareScreen(screen)) return spokenCare(screen)
      return trouble === undefined ? '' : `${sayPlain(trouble.title)} ${sayPlain(trouble.help)}`
    }
    case 'reading':
      return ''
    case 'tap': {
      const timed = !view.voided && ['in', 'out'].includes(shownResult(view))
      return `${sayPlain(headlineOf(view))} ${timed ? clockFace(view.answer?.time ?? view.tap.time) : ''}`.trim()
    }
    case 'problem':
      return problemWords(view.problem)
        .map((key) => sayPlain(key))
        .join(' ')
    case 'enrolment':
      return sayPlain(enrolmentWord(view.step))
    case 'enrolled':
      return enrolledWords(view)
        .map((key) => sayPlain(key))
        .join(' ')
    case 'keypad':
    case 'sound':
      return ''
  }
}

function toneOf({ view, care }: Screen): ToneName {
  switch (view.kind) {
    case 'idle':
      return care === undefined ? 'idle' : toneOfCare(care)
    case 'keypad':
    case 'sound':
      return 'idle'
    case 'reading':
      return 'busy'
    case 'tap':
      return toneOfTap(view)
    case 'problem':
      return 'refused'
    case 'enrolment':
      return 'busy'
    case 'enrolled':
      return view.ok ? 'in' : 'refused'
  }
}

function matter(screen: Screen, now: number, at: Instant): Element {
  const { view } = screen
  switch (view.kind) {
    case 'idle':
      return isCareScreen(screen) ? careView(screen, at) : idleView(screen, at)
    case 'reading':
      return readingView(screen, view.since, now)
    case 'tap':
      return tapView(screen, view, now)
    case 'problem':
      return problemView(screen, view.problem)
    case 'keypad':
      return keypadView(screen, view)
    case 'enrolment':
      return enrolmentView(screen, view)
    case 'enrolled':
      return enrolledView(screen, view)
    case 'sound':
      return soundView(screen)
  }
}

function header(screen: Screen, at: Instant): Element {
  const { board } = screen
  return h(
    'header',
    { class: 'status' },
    h(
      'p',
      { class: 'centre' },
      h('bdi', {}, board?.centreName ?? ''),
      !isFirst(screen) && h('span', { class: 'now' }, clockFace(at)),
    ),
    h('ul', { class: 'lights' }, ...lights(screen)),
  )
}

/** Nobody is doing anything here: at a childcare room that is its board. */
function isFirst({ view, care }: Screen): boolean {
  return view.kind === 'idle' && (care === undefined || care.step.step === 'board')
}

/** On the first screen how everything is; beside a result only what is not well. */
function lights(screen: Screen): Element[] {
  const { language, link, soundBlocked, sound } = screen
  const line: Light = link.online ? ['good', 'online'] : ['soft', link.code === undefined ? 'offline' : 'linkRefused']
  const shown: readonly Light[] = [readerLight(screen), line].filter(([level]) => isFirst(screen) || level !== 'good')
  return [
    ...shown.map((one) => light(one, language)),
    ...(link.waiting > 0 && !link.online ? [light(['soft', 'waitingCount'], language, { count: link.waiting })] : []),
    ...(soundBlocked && !sound.quiet ? [light(['soft', 'soundBlocked'], language)] : []),
  ]
}

type Light = readonly [level: 'good' | 'soft' | 'bad', key: WordKey]

function light([level, key]: Light, language: Language, fill: Readonly<Record<string, number>> = {}): Element {
  return h(
    'li',
    { class: `light ${level}` },
    h('span', { class: 'mark', 'aria-hidden': 'true' }),
    h('span', {}, words(key, language, fill)),
  )
}

function readerLight({ readers }: Screen): Light {
  const states = readers.map(({ state }) => state)
  if (states.includes('ready')) return ['good', 'readerReady']
  if (states.includes('starting')) return ['soft', 'readerStarting']
  if (states.length === 0 || states.every((state) => state === 'missing' || state === 'stopped'))
    return ['bad', 'readerMissing']
  return ['bad', 'readerTrouble']
}

function soon(screen: Screen, now: number): Element | undefined {
  const atCare = screen.view.kind === 'idle' && isCareScreen(screen)
  const seconds = atCare ? careWarning(screen, now, WARNING_MS) : warning(screen, now)
  if (seconds === undefined) return undefined
  return h(
    'div',
    { class: 'soon', role: 'alert' },
    h('p', {}, words('soon', screen.language, { count: seconds })),
    button({ press: 'stay' }, words('stay', screen.language), { class: 'main' }),
  )
}

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['ja', '日本語'],
  ['easy', 'やさしい日本語'],
  ['en', 'English'],
]

function footer(screen: Screen): Element {
  const { language, low } = screen
  return h(
    'footer',
    { class: 'controls' },
    h(
      'div',
      { class: 'languages', role: 'group', 'aria-label': withoutReadings(say('languages', language)) },
      ...LANGUAGES.map((one) => languageButton(one, language)),
    ),
    h(
      'div',
      { class: 'tools', role: 'group', 'aria-label': withoutReadings(say('tools', language)) },
      button({ press: 'low' }, words(low ? 'higher' : 'lower', language), { class: 'quiet' }),
      button({ press: 'sound' }, words('sound', language), { class: 'quiet' }),
      button({ press: 'cardless' }, words('cardless', language), { class: 'second' }),
    ),
  )
}

function languageButton([code, label]: readonly [Language, string], language: Language): Element {
  const current = code === language
  const text: readonly Markup[] =
    code === 'easy' && language === 'easy'
      ? [...'やさしい'.split(''), h('ruby', {}, '日本語', h('rp', {}, '('), h('rt', {}, 'にほんご'), h('rp', {}, ')'))]
      : [label]
  return button({ press: 'language', language: code }, text, {
    class: current ? 'choice current' : 'choice',
    'data-key': `language-${code}`,
    'aria-pressed': current ? 'true' : 'false',
    lang: code === 'en' ? 'en' : 'ja',
  })
}
