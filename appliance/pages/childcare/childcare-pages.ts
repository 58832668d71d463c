/** Every page of the childcare room, with its words and its place in the menu. */
import type { MenuItem, Page, Words } from '../../../central-sync/web/port.ts'
import type { Ask } from '../ask.ts'
import { careChildWords } from '../words/care-child-words.ts'
import { carePlanWords } from '../words/care-plan-words.ts'
import { careWords } from '../words/care-words.ts'
import { boardPage } from './board-page.ts'
import { childrenPages } from './children-pages.ts'
import { conflictsPage, dayPage } from './day-page.ts'
import { careDoorPages } from './door-pages.ts'
import { placePage } from './place-page.ts'
import { policyPage } from './policy-page.ts'
import { carePrintPages } from './print-pages.ts'
import { staffCardsPage } from './staff-cards-page.ts'
import { weekPage } from './week-page.ts'

export function childcarePages(ask: Ask): Page[] {
  return [
    boardPage(ask),
    dayPage(ask),
    conflictsPage(ask),
    placePage(ask),
    weekPage(ask),
    ...childrenPages(ask),
    ...careDoorPages(ask),
    policyPage(ask),
    staffCardsPage(ask),
    ...carePrintPages(ask),
  ]
}

export const childcareWords: Readonly<Record<string, Words>> = { ...careWords, ...carePlanWords, ...careChildWords }

export const childcareMenu: MenuItem = {
  path: '/childcare',
  words: careWords['menu.childcare'],
  count: 'childcare',
}
