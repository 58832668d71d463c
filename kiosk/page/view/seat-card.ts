/** The seat of somebody who came in: hers without a question, or a free one that one press takes. */
import type { Language } from '../../../central-sync/protocol/event/place.ts'
import { clockFace } from '../../../central-sync/protocol/time.ts'
import type { ShownSeat } from '../../check-in/kiosk-event.ts'
import { type Element, h, type Markup } from '../markup.ts'
import type { Screen, TapView } from '../screen-state.ts'
import { button, words } from './parts.ts'

export function seatCard({ language, link }: Screen, { seat }: TapView): Element | undefined {
  if (seat === undefined) return undefined
  return h('section', { class: `card seat ${seat.state}` }, ...linesOf(seat, language, link.online))
}

/** The seat a key may take, when one is offered and nothing else asks. */
export function offeredSeat({ view }: Pick<Screen, 'view'>): string | undefined {
  if (view.kind !== 'tap' || view.voided || view.reduced || view.panel !== 'summary') return undefined
  return view.seat?.state === 'offered' ? view.seat.resource : undefined
}

function linesOf(seat: ShownSeat, language: Language, online: boolean): readonly Markup[] {
  switch (seat.state) {
    case 'booked':
      return [h('h2', {}, words('seatYours', language)), ...nameAndTime(seat, language)]
    case 'asked':
      return [
        h('h2', {}, words('seatAsked', language)),
        ...nameAndTime(seat, language),
        ...(online ? [] : [h('p', {}, words('seatLater', language))]),
      ]
    case 'none':
      return [h('p', { class: 'total' }, words('seatNone', language)), h('p', {}, words('seatNoneHelp', language))]
    case 'offered':
      return [
        seat.refused === undefined
          ? h('h2', {}, words('seatFree', language))
          : h('h2', { class: 'gone' }, words('seatOther', language)),
        ...nameAndTime(seat, language),
        ...(seat.resource === undefined
          ? []
          : [button({ press: 'take-seat', resource: seat.resource }, words('seatTake', language), { class: 'main' })]),
      ]
  }
}

function nameAndTime({ name, from, until }: ShownSeat, language: Language): readonly Markup[] {
  const time = until === undefined ? '' : clockFace(until)
  const line =
    from === undefined
      ? words('seatUntil', language, { time })
      : words('seatFrom', language, { from: clockFace(from), time })
  return [
    h('p', { class: 'seat-name' }, h('bdi', {}, name ?? '')),
    ...(until === undefined ? [] : [h('p', { class: 'seat-time' }, line)]),
  ]
}
