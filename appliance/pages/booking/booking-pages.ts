/** Every page about seats, rooms and bookings, with its words and its places in the menus. */
import type { MenuItem, Page, Words } from '../../../central-sync/web/port.ts'
import type { Ask } from '../ask.ts'
import { bookingWords } from '../words/booking-words.ts'
import { myBookingWords } from '../words/my-booking-words.ts'
import { seatWords } from '../words/seat-words.ts'
import { wallWords } from '../words/wall-words.ts'
import { dayPage } from './day-page.ts'
import { deskPages } from './desk-pages.ts'
import { mapPage } from './map-page.ts'
import { myBookingPages } from './my-booking-pages.ts'
import { myChangePages } from './my-change-pages.ts'
import { seatPages } from './seat-pages.ts'
import { seriesPage } from './series-page.ts'
import { waitingPages } from './waiting-pages.ts'
import { wallPages } from './wall-pages.ts'

export function bookingPages(ask: Ask): Page[] {
  return [
    dayPage(ask),
    mapPage(ask),
    ...seatPages(ask),
    ...deskPages(ask),
    seriesPage(ask),
    ...waitingPages(ask),
    ...wallPages(ask),
    ...myBookingPages(ask),
    ...myChangePages(ask),
  ]
}

export const bookingPageWords: Readonly<Record<string, Words>> = {
  ...seatWords,
  ...bookingWords,
  ...myBookingWords,
  ...wallWords,
}

export const seatsMenu: MenuItem = { path: '/seats', words: seatWords['menu.seats'] }
export const myBookingsMenu: MenuItem = { path: '/my/bookings', words: myBookingWords['my.menu.bookings'] }
