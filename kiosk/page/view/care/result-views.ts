/** Results: the slip, the child that cannot stay, the child that was handed over, the calm sentence. */
import { toJstIso } from '../../../../central-sync/protocol/time.ts'
import type { ShownStep } from '../../../care/care-shown.ts'
import { dateWords } from '../../japanese.ts'
import { type Element, h, type Markup, ruby } from '../../markup.ts'
import { type Shape, shape } from '../figures.ts'
import { button, words } from '../parts.ts'
import { type CareScreen, careButton, degrees, face, minutes, named, noticeKey } from './care-parts.ts'

type Shown<T extends ShownStep['step']> = Extract<ShownStep, { step: T }>

export function slipView(screen: CareScreen, step: Shown<'slip'>): Element {
  const { language } = screen
  const { callName, code, until, again, more } = step
  return h(
    'main',
    { class: 'tap care-slip' },
    hero('in', named(again ? 'slipAgain' : 'slipTitle', screen, {}), [h('bdi', {}, callName)], screen),
    h(
      'section',
      { class: 'card code-card' },
      h('h2', {}, words('slipCode', language)),
      h('p', { class: 'big-code' }, spaced(code)),
      h('p', {}, words('slipHelp', language)),
      until !== undefined && h('p', {}, words('slipUntil', language, { time: minutes(until) })),
    ),
    h(
      'div',
      { class: 'actions' },
      careButton({ act: 'leave' }, words('careDone', language), { class: 'second' }),
      more && careButton({ act: 'back' }, words('nextChild', language), { class: 'second' }),
      button({ press: 'print' }, words('slipPrint', language), { class: 'main wide' }),
    ),
    printedSlip(screen, step),
  )
}

/** Seen on paper only: a call name, a time, the code. Nothing about health. */
function printedSlip(screen: CareScreen, { callName, code, at, until, room }: Shown<'slip'>): Element {
  const { language, board } = screen
  return h(
    'section',
    { class: `printed paper-${screen.paper}`, 'aria-hidden': 'true' },
    h('p', { class: 'printed-centre' }, h('bdi', {}, board?.centreName ?? ''), ' ', h('bdi', {}, room)),
    h('h2', {}, words('slipAgain', language)),
    h('p', {}, ruby(dateWords(at, language)), ' ', face(at)),
    h('p', { class: 'printed-name' }, h('bdi', {}, callName)),
    h('p', {}, words('slipCode', language)),
    h('p', { class: 'printed-code' }, spaced(code)),
    until !== undefined && h('p', {}, words('slipUntil', language, { time: minutes(until) })),
    h('p', {}, words('slipHelp', language)),
    h('p', {}, words('slipCard', language)),
    h('p', { class: 'printed-foot' }, `${toJstIso(at).slice(0, 16).replace('T', ' ')}　1/1`),
  )
}

/** Letters apart, so that they can be read aloud one by one. */
function spaced(code: string): string {
  return [...code].join(' ')
}

export function turnedAwayView(screen: CareScreen, step: Shown<'turned_away'>): Element {
  const { language } = screen
  const { why, temperatureX10, feverX10 } = step
  const fill = { value: degrees(temperatureX10), limit: degrees(feverX10) }
  return h(
    'main',
    { class: 'tap alone' },
    hero(
      'attention',
      words('turnedAway', language),
      words(why === 'fever' ? 'turnedAwayFever' : 'turnedAwaySymptom', language, fill),
      screen,
    ),
    h('p', { class: 'message' }, words('turnedAwayHelp', language)),
    h(
      'div',
      { class: 'actions' },
      careButton({ act: 'leave' }, words('careDone', language), { class: 'second' }),
      careButton({ act: 'back' }, words('nextChild', language), { class: 'second' }),
    ),
  )
}

/** The same for everybody who may not have the child, and for everybody who has to wait. */
export function waitView(screen: CareScreen): Element {
  const { language } = screen
  return h(
    'main',
    { class: 'tap alone' },
    hero('busy', words('waitTitle', language), words('waitHelp', language), screen),
    h(
      'div',
      { class: 'actions' },
      careButton({ act: 'leave' }, words('back', language), { class: 'second' }),
      careButton({ act: 'staff' }, words('waitStaff', language), { class: 'quiet' }),
    ),
  )
}

export function handedView(screen: CareScreen, { callName, unverified, more }: Shown<'handed'>): Element {
  const { language } = screen
  return h(
    'main',
    { class: 'tap alone' },
    hero('out', words('handed', language), named('handedHelp', screen, { name: callName }), screen),
    unverified && h('p', { class: 'message' }, words('handedLater', language)),
    h(
      'div',
      { class: 'actions' },
      careButton({ act: 'leave' }, words('careDone', language), { class: 'second' }),
      more && careButton({ act: 'back' }, words('nextChild', language), { class: 'main' }),
    ),
  )
}

export function noticeView(screen: CareScreen, code: string): Element {
  const { language } = screen
  return h(
    'main',
    { class: 'tap alone' },
    hero('attention', words(noticeKey(code), language), words('noticeHelp', language), screen),
    h('div', { class: 'actions' }, careButton({ act: 'leave' }, words('back', language), { class: 'second' })),
  )
}

/** A result takes the focus: it is what the person waited for. */
function hero(kind: Shape, title: readonly Markup[], help: readonly Markup[], { care }: CareScreen): Element {
  const key = `result-${care.turn}`
  return h(
    'section',
    { class: 'hero' },
    shape(kind),
    h(
      'div',
      { class: 'said' },
      h('h1', { class: 'long', tabindex: -1, 'data-key': key, 'data-focus': true }, title),
      h('p', { class: 'lead' }, help),
    ),
  )
}
