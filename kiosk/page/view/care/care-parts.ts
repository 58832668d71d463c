/** Small pieces of the screens of a childcare room. */
import { clockFace, type Instant, minuteFace } from '../../../../central-sync/protocol/time.ts'
import type { CareAct } from '../../../care/care-act.ts'
import type { CareShown } from '../../../care/care-shown.ts'
import type { CareForm } from '../../care-form.ts'
import { type Attribute, type Element, h, type Markup } from '../../markup.ts'
import type { Screen } from '../../screen-state.ts'
import { refusalWord, type WordKey } from '../../words.ts'
import { button, words } from '../parts.ts'

/** A screen of a kiosk that stands at a childcare room. */
export interface CareScreen extends Screen {
  readonly care: CareShown
  readonly form: CareForm
}

export function careButton(
  act: CareAct,
  label: readonly Markup[],
  attributes: Readonly<Record<string, Attribute>> & { readonly class?: string } = {},
): Element {
  return button({ press: 'care', act }, label, { 'data-key': `care-${act.act}`, ...attributes })
}

/** The heading a step begins at. */
export function stepTitle(screen: CareScreen, title: readonly Markup[]): Element {
  const { turn, step } = screen.care
  return h('h1', { tabindex: -1, 'data-key': `${step.step}-${turn}`, 'data-focus': true }, title)
}

/** A name inside a sentence, whatever direction its letters run in. */
export function named(key: WordKey, { language }: Screen, names: Readonly<Record<string, string>>): readonly Markup[] {
  const marks = Object.keys(names).map((name, index) => [name, String.fromCharCode(0xe000 + index)] as const)
  const text = words(key, language, Object.fromEntries(marks))
  return marks.reduce<readonly Markup[]>(
    (parts, [name, mark]) =>
      parts.flatMap((part): readonly Markup[] => {
        if (typeof part !== 'string' || !part.includes(mark)) return [part]
        const [before = '', after = ''] = part.split(mark)
        return [before, h('bdi', {}, names[name] ?? ''), after].filter((one) => one !== '')
      }),
    text,
  )
}

/**
 * What is to be said before the person goes on: why the last press was not done, or what `also` says. The box is there
 * without words too, so that what follows keeps its place in the document and the focus stays on it.
 */
export function wrong({ language, form }: CareScreen, also?: WordKey | undefined): Element {
  const key = form.notice === undefined ? also : wrongWord(form.notice)
  const said = key === undefined ? [] : [h('p', { class: 'wrong', role: 'alert' }, words(key, language))]
  return h('div', { class: 'notes' }, ...said)
}

export function wrongWord(notice: string): WordKey {
  if (notice === 'missing') return 'bringMissing'
  if (notice === 'no_booking' || notice === 'too_early' || notice === 'over') return `may_${notice}`
  return refusalWord('no', notice)
}

export function back({ language }: Screen): Element {
  return careButton({ act: 'leave' }, words('stop', language), { class: 'second' })
}

export function noticeKey(code: string): WordKey {
  switch (code) {
    case 'no_children':
      return 'notice_no_children'
    case 'staff_first_child':
      return 'notice_staff_first_child'
    case 'not_in':
      return 'notice_not_in'
    default:
      return 'notice_card_unknown'
  }
}

/** `36.5` of °C × 10. */
export function degrees(x10: number): string {
  return `${Math.floor(x10 / 10)}.${x10 % 10}`
}

export function minutes(minute: number): string {
  return minuteFace(minute)
}

export function face(at: Instant): string {
  return clockFace(at)
}
