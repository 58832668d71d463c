/** Free seats, booths and rooms and the childcare room on the first screen: numbers only, read from two metres. */
import type { Language } from '../../../central-sync/protocol/event/place.ts'
import { clockFace } from '../../../central-sync/protocol/time.ts'
import type { CareSlot } from '../../../central-sync/protocol/wire/seat.ts'
import type { ShownPlaces } from '../../check-in/kiosk-event.ts'
import { type Element, h } from '../markup.ts'
import type { WordKey } from '../words.ts'
import { words } from './parts.ts'

/** One line each for what exists; undefined outside the opening hours, and for a centre without seats. */
export function placesBox(places: ShownPlaces | undefined, language: Language): Element | undefined {
  if (places === undefined || !places.open) return undefined
  const shares = [
    shareRow('freeSeats', places.seats, language),
    shareRow('freeBooths', places.booths, language),
    shareRow('freeRooms', places.rooms, language),
  ].filter((row) => row !== undefined)
  const care = places.care.map((room) => careRow(room, places.care.length > 1, language))
  if (shares.length + care.length === 0) return undefined
  return h('div', { class: 'places' }, shares.length > 0 && h('div', { class: 'shares' }, ...shares), ...care)
}

function shareRow(key: WordKey, { free, total }: ShownPlaces['seats'], language: Language): Element | undefined {
  if (total === 0) return undefined
  return h(
    'p',
    { class: 'share' },
    h('span', {}, words(key, language)),
    h('span', { class: 'figure' }, h('b', {}, `${free}`), ' ', h('span', {}, words('ofTotal', language, { total }))),
  )
}

function careRow({ name, slots }: ShownPlaces['care'][number], named: boolean, language: Language): Element {
  const now = slots[0]
  const here = now?.present
  return h(
    'section',
    { class: 'care' },
    h(
      'p',
      { class: 'headline' },
      h('span', {}, named ? [h('bdi', {}, name)] : words('placeCare', language)),
      here !== undefined && h('span', { class: 'here' }, words('placeHere', language, { count: here })),
    ),
    h('ul', { class: 'slots' }, ...slots.map((slot, index) => slotItem(slot, index === 0, language))),
    now !== undefined &&
      !named &&
      h('p', { class: 'carers' }, words('placeStaff', language, { staff: now.staff, needed: now.needed })),
  )
}

/** The word says it; the frame only says it again. */
function slotItem({ at, free }: CareSlot, first: boolean, language: Language): Element {
  const kind = free === 0 ? 'full' : free === 1 ? 'last' : 'some'
  return h(
    'li',
    { class: `slot ${kind}` },
    h('span', {}, first ? words('placeNow', language) : clockFace(at)),
    h('b', {}, free === 0 ? words('placeFull', language) : words('placeLeft', language, { count: free })),
  )
}
