/** The first screen of a childcare room: what to do, who is still here, who is still to come, how old all this is. */
import { calendarDayOf, HOUR_MS, type Instant, MINUTE_MS } from '../../../../central-sync/protocol/time.ts'
import type { CareBoard, ShownExpected, ShownHere } from '../../../care/care-shown.ts'
import { dateWords, durationWords } from '../../japanese.ts'
import { type Element, h, ruby } from '../../markup.ts'
import { cardAndReader, shape } from '../figures.ts'
import { troubleOf } from '../idle-view.ts'
import { words } from '../parts.ts'
import { type CareScreen, careButton, face, minutes } from './care-parts.ts'

/** More tiles than this stand closer. */
const DENSE = 12
/** A list this young needs no words about its age, ms. */
const FRESH_MS = 2 * MINUTE_MS

export function boardView(screen: CareScreen, now: Instant): Element {
  const { language, care } = screen
  const { board } = care
  return h(
    'main',
    { class: 'idle care-board' },
    h('section', { class: 'call' }, ...call(screen)),
    h(
      'section',
      { class: 'care-lists' },
      h(
        'div',
        { class: 'care-now' },
        h('p', { class: 'clock' }, face(now)),
        h('p', { class: 'date' }, h('bdi', { class: 'room' }, board.room), ' ', ...ruby(dateWords(now, language))),
      ),
      alarm(screen),
      here(screen, board.here),
      expected(screen, board.expected),
      h('p', { class: board.old || board.listAgeMs > FRESH_MS ? 'list-age old' : 'list-age' }, age(screen, board, now)),
    ),
  )
}

function call(screen: CareScreen): readonly Element[] {
  const { language } = screen
  const trouble = troubleOf(screen)
  if (trouble !== undefined) {
    return [
      h(
        'div',
        { class: 'trouble' },
        shape('attention'),
        h('h1', {}, words(trouble.title, language)),
        h('p', { class: 'lead' }, words(trouble.help, language)),
      ),
    ]
  }
  return [
    cardAndReader(),
    h(
      'h1',
      {},
      h('span', { class: 'phrase' }, words('careCall1', language)),
      ' ',
      h('span', { class: 'phrase' }, words('careCall2', language)),
    ),
    h('p', { class: 'lead' }, words('careCallHelp', language)),
    h('p', { class: 'lead small' }, words('careSlipHelp', language)),
  ]
}

function alarm({ care, language }: CareScreen): Element | undefined {
  const { alarm: found, here: children } = care.board
  if (found === undefined) return undefined
  const left = children.length
  return h(
    'div',
    { class: `care-alarm ${found.level}`, role: 'alert' },
    shape('attention'),
    h(
      'p',
      {},
      found.level === 'soon'
        ? words('careSoon', language, { count: found.minutes, left })
        : words('careClosed', language, { time: minutes(found.closes), left }),
    ),
  )
}

function here({ language }: CareScreen, children: readonly ShownHere[]): Element {
  return h(
    'section',
    { class: 'care-here', 'aria-labelledby': 'care-here' },
    h(
      'h2',
      { id: 'care-here' },
      words('careHere', language),
      ' ',
      h('b', { class: 'count' }, words('careChildren', language, { count: children.length })),
    ),
    children.length === 0
      ? h('p', { class: 'none' }, words('careHereNone', language))
      : h(
          'ul',
          {
            class: children.length > DENSE ? 'tiles dense' : 'tiles',
            tabindex: children.length > DENSE ? 0 : undefined,
          },
          ...children.map((one) => tile(one, language)),
        ),
  )
}

function tile({ child, callName, until, overMin, since }: ShownHere, language: CareScreen['language']): Element {
  const time =
    overMin > 0
      ? words('careOver', language, { count: overMin })
      : until === undefined
        ? words('careSince', language, { time: face(since) })
        : words('careUntil', language, { time: minutes(until) })
  const purpose = h('span', { class: 'unseen' }, ' ', ...words('careFetchThis', language))
  const label = [h('bdi', {}, callName), purpose, h('small', {}, time)]
  const kind = overMin > 0 ? 'tile over' : 'tile'
  return h('li', {}, careButton({ act: 'fetch', child }, label, { class: kind, 'data-key': `fetch-${child}` }))
}

function expected({ language }: CareScreen, children: readonly ShownExpected[]): Element {
  return h(
    'section',
    { class: 'care-expected', 'aria-labelledby': 'care-expected' },
    h(
      'h2',
      { id: 'care-expected' },
      words('careExpected', language),
      ' ',
      h('b', { class: 'count' }, words('careChildren', language, { count: children.length })),
    ),
    children.length === 0
      ? h('p', { class: 'none' }, words('careExpectedNone', language))
      : h(
          'ul',
          { class: 'coming', tabindex: children.length > 8 ? 0 : undefined },
          ...children.map(({ callName, start, end, late }) =>
            h(
              'li',
              { class: late ? 'late' : undefined },
              h('span', { class: 'span' }, `${minutes(start)}–${minutes(end)}`),
              h('bdi', {}, callName),
              late && h('small', {}, words('careLate', language)),
            ),
          ),
        ),
  )
}

function age({ language, link }: CareScreen, { listAt, listAgeMs, old }: CareBoard, now: Instant) {
  if (listAt === undefined) return words('careNoList', language)
  if (old) return words('careAgeDays', language, { day: dateWords(listAt, language), time: face(listAt) })
  if (listAgeMs <= FRESH_MS && link.online) return words('careFresh', language)
  const spent = listAgeMs < HOUR_MS ? minutesWords(listAgeMs, language) : durationWords(listAgeMs / 1_000, language)
  const sameDay = calendarDayOf(listAt) === calendarDayOf(now)
  const time = sameDay ? face(listAt) : `${dateWords(listAt, language)} ${face(listAt)}`
  return words('careAge', language, { time, age: spent })
}

/** Whole minutes, at least one. */
function minutesWords(ms: number, language: CareScreen['language']): string {
  const count = Math.max(1, Math.floor(ms / MINUTE_MS))
  if (language === 'en') return `${count} min`
  if (language === 'ja') return `${count}分`
  return `${count}{分|${'2579'.includes(`${count % 10}`) ? 'ふん' : 'ぷん'}}`
}
