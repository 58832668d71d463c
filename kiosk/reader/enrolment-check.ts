/**
 * "Card, away, card": two equal readings with removal between. It shows every card whose number changes, which no table of
 * ranges can (a telephone, a driving licence, a My Number card). Pure: readings and time go in, the next state comes out.
 *
 *   first ──card──▶ away ──removal──▶ second ──equal card──▶ done
 *     └─unusable──▶ refused             └──other card──▶ refused (card_differs)
 *   any ──20 s without progress──▶ expired
 *
 * A reader that does not notice removal cannot hold a card to "away": there the second reading must come from a new touch,
 * which the debouncer gives only after three seconds of absence.
 */
import type { CardHex, CardUse } from '../../central-sync/protocol/card.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'

/** Time for each step: a person looks for her purse, a tired one reads the screen twice. */
export const STEP_MS_MAX = 20_000

export type EnrolmentState =
  | { readonly step: 'first'; readonly since: number }
  | { readonly step: 'away'; readonly since: number; readonly hex: CardHex; readonly warning: Warning }
  | { readonly step: 'second'; readonly since: number; readonly hex: CardHex; readonly warning: Warning }
  | { readonly step: 'done'; readonly hex: CardHex; readonly warning: Warning }
  | { readonly step: 'refused'; readonly refusal: Refusal }
  | { readonly step: 'expired' }

type Warning = 'mobile' | undefined

export type EnrolmentEvent =
  | { readonly kind: 'card'; readonly hex: CardHex; readonly usable: CardUse; readonly noticesRemoval: boolean }
  | { readonly kind: 'removed' }
  | { readonly kind: 'time' }

/** All times are monotonic ms. */
export function beginEnrolment(at: number): EnrolmentState {
  return { step: 'first', since: at }
}

/** Advances by one event; an event that means nothing in this step leaves the state as it is. */
export function advanceEnrolment(state: EnrolmentState, event: EnrolmentEvent, at: number): EnrolmentState {
  if (state.step === 'done' || state.step === 'refused' || state.step === 'expired') return state
  if (at - state.since >= STEP_MS_MAX) return { step: 'expired' }
  switch (event.kind) {
    case 'card':
      return takeCard(state, event, at)
    case 'removed':
      return state.step === 'away' ? { ...state, step: 'second', since: at } : state
    case 'time':
      return state
  }
}

function takeCard(
  state: Extract<EnrolmentState, { since: number }>,
  { hex, usable, noticesRemoval }: Extract<EnrolmentEvent, { kind: 'card' }>,
  at: number,
): EnrolmentState {
  if (!usable.ok) return { step: 'refused', refusal: usable.refusal }
  if (state.step === 'first') return { step: 'away', since: at, hex, warning: usable.warning }
  if (hex !== state.hex) return { step: 'refused', refusal: refuse('card_differs') }
  if (state.step === 'away' && noticesRemoval) return state
  return { step: 'done', hex, warning: state.warning ?? usable.warning }
}

export interface EnrolmentPrompt {
  readonly ja: string
  readonly easy: string
  readonly en: string
}

/** What the kiosk asks for in each open step. */
export const enrolmentPrompts: Readonly<Record<'first' | 'away' | 'second', EnrolmentPrompt>> = {
  first: {
    ja: 'カードをリーダーに置いてください。',
    easy: 'カードを {機械|きかい}に {置|お}いてください。',
    en: 'Put the card on the reader.',
  },
  away: {
    ja: 'カードを離してください。',
    easy: 'カードを {離|はな}してください。',
    en: 'Take the card away.',
  },
  second: {
    ja: '同じカードをもう一度置いてください。',
    easy: '{同|おな}じ カードを もういちど {置|お}いてください。',
    en: 'Put the same card on the reader again.',
  },
}

/** Said once a telephone's card was read: it works, and stops working when the telephone changes. */
export const mobileWarning: EnrolmentPrompt = {
  ja: 'スマートフォンのカードです。機種変更のときは再登録してください。',
  easy: 'スマートフォンの カードです。スマートフォンを {新|あたら}しく したら、もういちど {登録|とうろく}してください。',
  en: 'This is a phone card. Enrol it again when you change your phone.',
}
