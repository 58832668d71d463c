/** Every page about seats, rooms and bookings, each looked at as a picture and by axe-core. */
import type { BrowserContext } from 'playwright-core'
import { expect } from 'vitest'
import { type DESK, lookAt } from './look-at-page.ts'
import type { SeatedHouse } from './seated-house.ts'

/** The Tuesday after; the Monday between is a national holiday. */
export const TUESDAY = '2026-11-24'

type Named = readonly (readonly [string, string])[]

export async function expectNoBarrier(
  house: SeatedHouse,
  pages: Named,
  context: BrowserContext,
  size: typeof DESK,
  language: 'ja' | 'easy' | 'en',
): Promise<void> {
  const state = await context.storageState()
  for (const [name, path] of pages) {
    const url = `${house.url}${path}`
    const found = await lookAt(house.browser, { url, name: `seats-${name}`, size, language, state })
    const fine = { status: 200, violations: [], overflow: 0, complaints: [] }
    expect({ name, size: size.width, language, ...found }).toEqual({ name, size: size.width, language, ...fine })
  }
}

/** `pair`: a booking with a child's place that stands, on 27 November. */
export const deskPages = (house: SeatedHouse, { child, pair }: { child: string; pair: string }): Named => [
  ['day', '/seats'],
  ['day-busy', `/seats?day=${TUESDAY}`],
  ['day-holiday', '/seats?day=2026-11-23'],
  ['map', `/seats/map?seat=${house.seat('窓ぎわ 1')}`],
  ['map-edit', '/seats/map?edit=1'],
  ['list', `/seats/map?view=list&seat=${house.seat('会議室 小')}`],
  ['new', '/seats/new'],
  ['edit', `/seats/edit/${house.seat('小 1')}`],
  ['hours', '/seats/hours'],
  ['book', `/seats/book?worker=${house.worker('W004')}&day=${TUESDAY}`],
  ['book-pair', `/seats/book?worker=${house.worker('W001')}&day=2026-11-27&start=15:00&end=16:00&child=${child}`],
  ['find', '/seats/people?q=じょせ'],
  ['booking-pair', `/seats/bookings/${pair}?day=2026-11-27`],
  ['person', `/seats/people/${house.worker('W001')}`],
  ['series', `/seats/series?worker=${house.worker('W004')}&preview=1`],
  ['waiting', '/seats/waiting'],
  ['demand', '/seats/demand'],
  ['wall-setting', '/seats/wall'],
  ['wall', '/wall/preview'],
]

export const phonePages = ({ child, pair, place }: { child: string; pair: string; place: string }): Named => [
  ['my', '/my/bookings'],
  ['my-new', '/my/bookings/new?day=2026-11-27&start=13:00&end=15:00'],
  ['my-pair', `/my/bookings/new?day=2026-11-27&start=13:00&end=15:00&child=${child}`],
  ['my-change', `/my/bookings/change/${pair}`],
  ['my-change-place', `/my/places/change/${place}`],
  ['my-closed', '/my/bookings/new?day=2026-11-23&start=13:00&end=15:00'],
]
