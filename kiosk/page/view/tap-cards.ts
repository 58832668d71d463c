/** The cards below a result: the hours of this week, the work this time is for, the question about a forgotten OUT. */
import type { Language } from '../../../central-sync/protocol/event/place.ts'
import { addDays, businessDayOf, clockFace } from '../../../central-sync/protocol/time.ts'
import type { ShownAnswer } from '../../check-in/kiosk-event.ts'
import { dayWords, durationWords, shortDuration, weekdayWords } from '../japanese.ts'
import { type Element, h, ruby } from '../markup.ts'
import type { Screen, TapView } from '../screen-state.ts'
import { say } from '../words.ts'
import { button, words } from './parts.ts'

export function hoursCard({ week }: ShownAnswer, language: Language): Element | undefined {
  if (week === undefined) return undefined
  return h(
    'section',
    { class: 'card hours' },
    h('h2', {}, words('thisWeek', language)),
    h('p', { class: 'total' }, ruby(durationWords(week.seconds, language))),
    h(
      'ul',
      { class: 'days' },
      ...week.days.map(({ day, seconds }) =>
        h('li', {}, h('span', {}, ruby(weekdayWords(day, language))), ' ', h('b', {}, shortDuration(seconds))),
      ),
    ),
    week.pending > 0 && h('p', { class: 'pending' }, words('pendingOne', language, { count: week.pending })),
  )
}

export function workCard({ assignments, assignment, result }: ShownAnswer, language: Language): Element | undefined {
  if (assignments === undefined || assignments.length === 0 || result === 'ignored') return undefined
  const chosen = assignments.find((one) => one.assignment === assignment)
  const others = chosen === undefined || assignments.length > 1
  return h(
    'section',
    { class: 'card work' },
    h('h2', {}, words('workFor', language)),
    h('p', { class: 'total' }, chosen === undefined ? words('workNone', language) : [h('bdi', {}, chosen.title)]),
    others &&
      button({ press: 'work' }, words(chosen === undefined ? 'workChoose' : 'workOther', language), { class: 'quiet' }),
  )
}

export function workPanel({ answer }: TapView, language: Language): Element {
  const assignments = answer?.assignments ?? []
  return h(
    'section',
    { class: 'sheet' },
    h('h2', { tabindex: -1, 'data-key': 'sheet', 'data-focus': true }, words('workChoose', language)),
    h(
      'div',
      { class: 'choices' },
      ...assignments.map(({ assignment, title }) => {
        const current = assignment === answer?.assignment
        const mark = current ? [h('small', {}, words('workNow', language))] : []
        return button({ press: 'choose', assignment }, [h('bdi', {}, title), ...mark], {
          class: current ? 'choice current' : 'choice',
          'data-key': `choose-${assignment}`,
          'aria-pressed': current ? 'true' : 'false',
        })
      }),
    ),
    h('div', { class: 'actions' }, button({ press: 'stop' }, words('back', language), { class: 'second' })),
  )
}

/** `きのう` for the business day before, else the date. */
export function questionDay({ language, clock }: Screen, day: NonNullable<ShownAnswer['question']>['day']): string {
  return addDays(businessDayOf(clock.at), -1) === day ? say('yesterday', language) : dayWords(day, language)
}

export function questionCard(screen: Screen, question: NonNullable<ShownAnswer['question']>): Element {
  const { language } = screen
  const { suggestion, start } = question
  const day = questionDay(screen, question.day)
  return h(
    'section',
    { class: 'card question' },
    h('h2', {}, words('leftWhen', language, { day })),
    h('p', {}, words('leftWhy', language, { time: clockFace(start) })),
    h(
      'div',
      { class: 'answers' },
      suggestion !== undefined &&
        button({ press: 'tell', end: suggestion }, words('leftAt', language, { time: clockFace(suggestion) }), {
          class: 'main',
        }),
      button({ press: 'question' }, words(suggestion === undefined ? 'leftChoose' : 'leftOther', language), {
        class: suggestion === undefined ? 'main' : 'quiet',
      }),
      button({ press: 'skip' }, words('leftSkip', language), { class: 'quiet' }),
    ),
  )
}
