/** The screen of one tap: what happened, in colour, shape and words; what can still be said about it. */
import { clockFace, jstParts } from '../../../central-sync/protocol/time.ts'
import { type Element, h, type Markup } from '../markup.ts'
import { otherDirection } from '../press-tap.ts'
import { type Screen, shownResult, type TapView } from '../screen-state.ts'
import { refusalWord, type WordKey } from '../words.ts'
import { type Shape, shape } from './figures.ts'
import { button, ring, words, wordsAround } from './parts.ts'
import { seatCard } from './seat-card.ts'
import { hoursCard, questionCard, workCard, workPanel } from './tap-cards.ts'
import { timePanel } from './time-panel.ts'

export type ToneName = 'idle' | 'in' | 'out' | 'attention' | 'refused' | 'busy' | 'undone'

/** After this long without the appliance's word the screen says that it is still asking, and then that it goes on alone. */
const ASKING_MS = 1_000
const ALONE_MS = 4_000

export function tapView(screen: Screen, view: TapView, now: number): Element {
  const { language } = screen
  if (!view.voided && view.panel === 'work')
    return h('main', { class: 'tap panel' }, hero(screen, view), workPanel(view, language))
  if (!view.voided && view.panel === 'question') {
    return h('main', { class: 'tap panel' }, hero(screen, view), timePanel(screen, view))
  }
  const cards = view.voided || view.reduced ? [] : cardsOf(screen, view)
  return h(
    'main',
    { class: isSentence(view) ? 'tap alone' : 'tap' },
    hero(screen, view),
    ...messages(screen, view, now).map((text) => h('p', { class: 'message' }, text)),
    cards.length > 0 && h('div', { class: `cards cards-${cards.length}` }, cards),
    actions(screen, view, now),
  )
}

/** Colour of the whole screen. */
export function toneOfTap(view: TapView): ToneName {
  if (view.voided) return 'undone'
  const result = shownResult(view)
  switch (result) {
    case 'in':
    case 'out':
      return result
    case 'ignored':
      return standingOf(view)
    case 'unknown_card':
      return 'attention'
    case 'revoked_card':
      return 'refused'
    case 'waiting':
      return 'busy'
  }
}

/** The headline as one word or sentence. */
export function headlineOf(view: TapView): WordKey {
  if (view.voided) return 'undone'
  const result = shownResult(view)
  switch (result) {
    case 'in':
    case 'out':
      return result
    case 'ignored':
      return standingOf(view) === 'in' ? 'stillIn' : 'stillOut'
    case 'unknown_card':
      return 'unknownCard'
    case 'revoked_card':
      return 'revokedCard'
    case 'waiting':
      return 'recorded'
  }
}

function standingOf({ answer, tap, claim }: TapView): 'in' | 'out' {
  return answer?.standing ?? tap.standing ?? claim
}

function shapeOf(view: TapView): Shape {
  const tone = toneOfTap(view)
  if (tone === 'undone' || tone === 'idle') return 'done'
  return shownResult(view) === 'ignored' ? 'done' : tone
}

function hero(screen: Screen, view: TapView): Element {
  const result = shownResult(view)
  const timed = !view.voided && (result === 'in' || result === 'out' || result === 'waiting')
  return h(
    'section',
    { class: 'hero' },
    shape(shapeOf(view)),
    h(
      'div',
      { class: 'said' },
      greeting(screen, view),
      h(
        'h1',
        { class: timed && result !== 'waiting' ? 'short' : 'long' },
        h('span', { class: 'word' }, words(headlineOf(view), screen.language)),
        timed && h('span', { class: 'time' }, clockFace(view.answer?.time ?? view.tap.time)),
      ),
      ...helpOf(screen, view),
    ),
  )
}

function greeting({ language }: Screen, view: TapView): Element | undefined {
  const name = view.answer?.callName ?? view.tap.callName
  const code = view.answer?.code ?? view.tap.code
  const shown = shownResult(view)
  const known = shown === 'in' || shown === 'out' || shown === 'ignored' || shown === 'waiting'
  if (view.reduced || view.voided || !known || (name === undefined && code === undefined)) return undefined
  const person = h('bdi', {}, name ?? code ?? '')
  const key = name === undefined ? 'byCode' : 'honorific'
  const comma = language === 'en' ? ', ' : '、'
  return h('p', { class: 'greeting' }, words(greetingWord(view), language), comma, wordsAround(key, language, person))
}

function greetingWord(view: TapView): WordKey {
  if (toneOfTap(view) === 'out') return 'leaving'
  const { hour } = jstParts(view.tap.time)
  if (hour >= 4 && hour < 11) return 'morning'
  return hour >= 11 && hour < 18 ? 'day' : 'evening'
}

function helpOf({ language }: Screen, view: TapView): readonly Element[] {
  const key = helpWord(view)
  return key === undefined ? [] : [h('p', { class: 'lead' }, words(key, language))]
}

function helpWord(view: TapView): WordKey | undefined {
  if (view.voided) return 'undoneHelp'
  switch (shownResult(view)) {
    case 'ignored':
      return 'stillHelp'
    case 'unknown_card':
      return 'unknownCardHelp'
    case 'revoked_card':
      return 'revokedCardHelp'
    case 'waiting':
      return view.tap.online ? 'checking' : 'recordedHelp'
    case 'in':
    case 'out':
      return undefined
  }
}

/** Sentences between headline and cards; at most the two that matter most. */
function messages(screen: Screen, view: TapView, now: number): readonly (readonly Markup[])[] {
  const { language, link } = screen
  const texts: (readonly Markup[])[] = []
  if (view.notice !== undefined) texts.push(words(refusalWord('no', view.notice), language))
  if (view.tap.identified === 'unverified' && !view.voided) texts.push(words('unverified', language))
  const waited = now - view.since
  const alone = !view.tap.online || (!link.online && waited > ASKING_MS) || waited > ALONE_MS
  if (view.answer === undefined && alone && !view.voided) {
    const shown = shownResult(view)
    const what = words(shown === 'in' ? 'theIn' : shown === 'out' ? 'theOut' : 'theTouch', language)
    texts.push(splice(words('keptOffline', language, { count: Math.max(1, link.waiting), what: '\u0001' }), what))
  } else if (view.answer === undefined && waited > ASKING_MS && shownResult(view) !== 'waiting' && !view.voided) {
    texts.push(words('checking', language))
  }
  if (view.question === 'told') texts.push(words('leftTold', language))
  return texts.slice(0, 2)
}

/** Puts markup where the text holds the mark. */
function splice(text: readonly Markup[], inside: readonly Markup[]): readonly Markup[] {
  return text.flatMap((part) => {
    if (typeof part !== 'string' || !part.includes('\u0001')) return [part]
    const [before = '', after = ''] = part.split('\u0001')
    return [before, ...inside, after]
  })
}

function cardsOf(screen: Screen, view: TapView): readonly Element[] {
  const { answer } = view
  if (answer === undefined || answer.result === 'unknown_card' || answer.result === 'revoked_card') return []
  if (view.question === 'open' && answer.question !== undefined) return [questionCard(screen, answer.question)]
  const cards = [seatCard(screen, view), workCard(answer, screen.language), hoursCard(answer, screen.language)]
  return cards.filter((card) => card !== undefined)
}

function actions({ language }: Screen, view: TapView, now: number): Element {
  const maySwitch = !view.voided && now < view.switchUntil && isAttendance(view)
  const mayUndo = !view.voided && now < view.undoUntil && isAttendance(view)
  const ignored = shownResult(view) === 'ignored'
  const toOut = otherDirection(view) === 'out'
  const key: WordKey = ignored ? (toOut ? 'makeOut' : 'makeIn') : toOut ? 'toOut' : 'toIn'
  return h(
    'div',
    { class: 'actions' },
    maySwitch
      ? button(
          { press: 'switch' },
          [ring(view.switchUntil - now, view.tap.switchMs), h('span', {}, words(key, language))],
          { class: 'main' },
        )
      : h('span', { class: 'gap' }),
    h('p', { class: 'next' }, words('nextPerson', language)),
    mayUndo
      ? button({ press: 'undo' }, [h('span', {}, words('undo', language))], { class: 'second' })
      : h('span', { class: 'gap' }),
  )
}

/** Nothing will be added below the headline. */
function isSentence(view: TapView): boolean {
  return view.voided || !isAttendance(view)
}

/** A card nobody knows has no direction to switch. */
function isAttendance(view: TapView): boolean {
  const shown = shownResult(view)
  return shown !== 'unknown_card' && shown !== 'revoked_card'
}
