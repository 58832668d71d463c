/** The first screen: what to do, what time it is, who may be alarmed. */
import { clockFace, type Instant } from '../../../central-sync/protocol/time.ts'
import { dateWords, peopleWords } from '../japanese.ts'
import { type Element, h, type Markup, ruby } from '../markup.ts'
import type { Screen } from '../screen-state.ts'
import type { WordKey } from '../words.ts'
import { cardAndReader, shape } from './figures.ts'
import { words } from './parts.ts'
import { placesBox } from './places-box.ts'

export function idleView(screen: Screen, now: Instant): Element {
  const { language } = screen
  const trouble = troubleOf(screen)
  return h(
    'main',
    { class: 'idle' },
    h('section', { class: 'call' }, trouble === undefined ? invitation(screen) : warningBox(screen, trouble)),
    h(
      'section',
      { class: 'aside' },
      h('p', { class: 'clock' }, clockFace(now)),
      h('p', { class: 'date' }, ruby(dateWords(now, language))),
      screen.board === undefined ? undefined : presentBox(screen, screen.board.present),
      // Old numbers are worse than none: somebody would come for a seat that is gone.
      screen.link.online ? placesBox(screen.places, language) : undefined,
      h(
        'div',
        { class: 'how' },
        h('h2', {}, words('howTo', language)),
        h(
          'ol',
          {},
          ...(['how1', 'how2', 'how3'] as const).map((key) => h('li', {}, h('span', {}, words(key, language)))),
        ),
      ),
    ),
  )
}

function invitation({ language }: Screen): readonly Markup[] {
  return [
    cardAndReader(),
    h(
      'h1',
      {},
      h('span', { class: 'phrase' }, words('touch1', language)),
      ' ',
      h('span', { class: 'phrase' }, words('touch2', language)),
    ),
    h('p', { class: 'lead' }, words('once', language)),
  ]
}

function presentBox({ language }: Screen, present: number): Element {
  const { number, unit } = peopleWords(present, language)
  return h(
    'p',
    { class: 'present' },
    h('span', {}, words('present', language)),
    h('span', { class: 'figure' }, h('b', {}, number), ...ruby(unit)),
  )
}

interface Trouble {
  readonly title: WordKey
  readonly help: WordKey
}

/** What keeps cards from being read now, the worst first. */
export function troubleOf({ connected, ready, readers, wedge, page }: Screen): Trouble | undefined {
  if (!connected) return { title: 'processGone', help: 'processGoneHelp' }
  if (!ready) return { title: 'preparing', help: 'pinHelp' }
  if (wedge && (!page.focused || !page.visible)) return { title: 'noFocus', help: 'noFocusHelp' }
  if (wedge && page.ime) return { title: 'imeOn', help: 'imeOnHelp' }
  const states = readers.map(({ state }) => state)
  if (states.some((state) => state === 'ready' || state === 'starting' || state === 'degraded')) return undefined
  return { title: 'noReader', help: 'noReaderHelp' }
}

function warningBox({ language }: Screen, { title, help }: Trouble): Element {
  return h(
    'div',
    { class: 'trouble' },
    shape('attention'),
    h('h1', {}, words(title, language)),
    h('p', { class: 'lead' }, words(help, language)),
  )
}
