/** Steps that ask something: which child, how it is, who fetches it, the staff card beside it. */
import { homeSymptoms, symptoms } from '../../../../central-sync/rules/judge-health.ts'
import { CODE_ALPHABET } from '../../../../central-sync/rules/security-code.ts'
import type { ShownStep } from '../../../care/care-shown.ts'
import { overrideReasons } from '../../../care/override-reasons.ts'
import { type Element, h, type Markup } from '../../markup.ts'
import { isHealthTold } from '../../press-care.ts'
import { refusalWord, type WordKey } from '../../words.ts'
import { cardAndReader } from '../figures.ts'
import { button, words } from '../parts.ts'
import { keyRows, typedBox } from './care-keys.ts'
import { back, type CareScreen, careButton, degrees, minutes, named, stepTitle, wrong } from './care-parts.ts'

type Shown<T extends ShownStep['step']> = Extract<ShownStep, { step: T }>

export function familyView(screen: CareScreen, { greeting, children }: Shown<'family'>): Element {
  const { language } = screen
  return h(
    'main',
    { class: 'care-step' },
    h('p', { class: 'greeting' }, named('honorific', screen, { name: greeting })),
    stepTitle(screen, words('careWhich', language)),
    wrong(screen),
    h('ul', { class: 'family' }, ...children.map((one) => h('li', {}, ...kin(screen, one)))),
    h('div', { class: 'actions' }, back(screen)),
  )
}

function kin(screen: CareScreen, one: Shown<'family'>['children'][number]): readonly Element[] {
  const { language } = screen
  const { child, callName, may, start, end, slip } = one
  const time =
    start === undefined || end === undefined ? [] : [h('span', { class: 'span' }, `${minutes(start)}–${minutes(end)}`)]
  const about = h('p', { class: 'kin' }, h('bdi', {}, callName), ...time)
  const again = slip
    ? [
        careButton({ act: 'slip', child }, words('careSlipAgain', language), {
          class: 'quiet',
          'data-key': `slip-${child}`,
        }),
      ]
    : []
  if (may === 'bring' || may === 'fetch') {
    const label = words(may === 'bring' ? 'careBring' : 'careFetch', language)
    const key = `${may}-${child}`
    const go = careButton({ act: may, child }, label, { class: 'main', 'data-key': key, 'aria-label': undefined })
    return [about, h('div', { class: 'answers' }, go, ...again)]
  }
  return [about, h('div', { class: 'answers' }, h('p', {}, words(`may_${may}`, language)), ...again)]
}

export function healthView(screen: CareScreen, { callName }: Shown<'health'>): Element {
  const { language, form } = screen
  return h(
    'main',
    { class: 'care-step health' },
    stepTitle(screen, named('healthTitle', screen, { name: callName })),
    wrong(screen),
    temperatureRow(screen),
    h(
      'section',
      { class: 'asked' },
      h('h2', { id: 'symptoms' }, words('symptomsTitle', language)),
      h(
        'div',
        { class: 'chips', role: 'group', 'aria-labelledby': 'symptoms' },
        chip(screen, 'none', form.symptoms?.length === 0),
        ...symptoms.map((one) => chip(screen, one, form.symptoms?.includes(one) === true)),
      ),
    ),
    h(
      'section',
      { class: 'asked phone' },
      h('h2', {}, words('phoneTitle', language)),
      h('p', { class: 'value' }, form.phone === '' ? words('phoneNone', language) : form.phone),
      button({ press: 'phone' }, words('phoneChange', language), { class: 'quiet' }),
    ),
    h(
      'div',
      { class: 'actions' },
      back(screen),
      button({ press: 'health' }, words('bringSend', language), {
        class: isHealthTold(form) ? 'main wide' : 'main wide waiting',
        'data-key': 'health',
      }),
    ),
  )
}

function temperatureRow({ language, form }: CareScreen): Element {
  const { temperatureX10 } = form
  const step = (by: number) =>
    button(
      { press: 'temperature', by },
      words(by < 0 ? 'degreesLess' : 'degreesMore', language, { step: degrees(Math.abs(by)) }),
      { class: 'quiet step', 'data-key': `temperature${by}` },
    )
  const value: readonly Markup[] =
    temperatureX10 === undefined
      ? [h('span', { class: 'none' }, words('temperatureNone', language))]
      : words('degrees', language, { value: degrees(temperatureX10) })
  return h(
    'section',
    { class: 'asked' },
    h('h2', { id: 'temperature' }, words('temperature', language)),
    h(
      'div',
      { class: 'stepper', role: 'group', 'aria-labelledby': 'temperature' },
      step(-5),
      step(-1),
      h('output', { class: 'chosen', 'aria-live': 'polite' }, value),
      step(1),
      step(5),
    ),
  )
}

function chip({ language }: CareScreen, symptom: string, chosen: boolean): Element {
  const home = homeSymptoms.has(symptom)
  return button({ press: 'symptom', symptom }, words(`symptom_${symptom}` as WordKey, language), {
    class: chosen ? 'choice current' : 'choice',
    'data-key': `symptom-${symptom}`,
    'data-home': home ? '' : undefined,
    'aria-pressed': chosen ? 'true' : 'false',
  })
}

export function phoneView(screen: CareScreen): Element {
  const { language, form } = screen
  return h(
    'main',
    { class: 'care-step typing' },
    h('h1', { tabindex: -1, 'data-key': 'phone-title', 'data-focus': true }, words('phoneTitle', language)),
    typedBox(screen, 'phoneTitle', form.phone, false),
    keyRows('123456789-0', 'digits'),
    h(
      'div',
      { class: 'actions' },
      button({ press: 'erase' }, words('erase', language), { class: 'quiet' }),
      button({ press: 'next' }, words('phoneKeep', language), { class: 'main wide' }),
    ),
  )
}

export function proveView(screen: CareScreen, { callName, wrong: count }: Shown<'prove'>): Element {
  const { language, form } = screen
  return h(
    'main',
    { class: 'care-step typing' },
    stepTitle(screen, named('proveTitle', screen, { name: callName })),
    h('p', { class: 'lead' }, words('proveHelp', language)),
    wrong(screen, count > 0 ? 'codeWrong' : undefined),
    typedBox(screen, 'slipCode', form.typed, false),
    keyRows(CODE_ALPHABET, 'letters'),
    h(
      'div',
      { class: 'actions' },
      back(screen),
      careButton({ act: 'no-proof' }, words('noProof', language), { class: 'quiet' }),
      button({ press: 'erase' }, words('erase', language), { class: 'quiet' }),
      button({ press: 'next' }, words('codeSend', language), {
        class: 'main',
        'aria-disabled': form.typed === '' ? 'true' : 'false',
      }),
    ),
  )
}

export function fetcherView(screen: CareScreen, { callName, people }: Shown<'fetcher'>): Element {
  const { language } = screen
  return h(
    'main',
    { class: 'care-step' },
    stepTitle(screen, named('fetcherTitle', screen, { name: callName })),
    h('p', { class: 'lead' }, words('fetcherHelp', language)),
    wrong(screen),
    h(
      'div',
      { class: 'choices people' },
      ...people.map(({ id, name, relation }) =>
        careButton({ act: 'person', id }, [h('bdi', {}, name), h('small', {}, h('bdi', {}, relation))], {
          class: 'choice',
          'data-key': `person-${id}`,
        }),
      ),
      careButton({ act: 'not-listed' }, words('notListed', language), { class: 'choice other' }),
    ),
    h('div', { class: 'actions' }, back(screen)),
  )
}

export function staffView(screen: CareScreen, step: Shown<'staff'>): Element {
  const { language } = screen
  const { have, need, online, notice } = step
  // Nobody's mistake: said calmly, in place of "no card and no slip".
  const isShared = notice === 'code_shared'
  return h(
    'main',
    { class: 'care-step staff' },
    h('p', { class: 'lead' }, isShared ? words('no_code_shared', language) : staffWhy(screen, step)),
    have === 0 && online && notice === undefined && cardAndReader(),
    stepTitle(screen, words(have > 0 ? 'staffSecond' : 'staffTitle', language)),
    wrong(screen, notice === undefined || isShared ? undefined : refusalWord('no', notice)),
    need > 1 && h('p', { class: 'steps-left', 'aria-hidden': 'true' }, '●'.repeat(have), '○'.repeat(need - have)),
    h('p', { class: 'lead' }, words('staffWait', language)),
    !online && h('p', { class: 'message' }, words('staffOffline', language)),
    h('div', { class: 'actions' }, back(screen)),
  )
}

function staffWhy(screen: CareScreen, { goal, callName, fetcher }: Shown<'staff'>): readonly Markup[] {
  if (fetcher !== undefined) {
    const who = fetcher.relation === '' ? fetcher.name : `${fetcher.name}（${fetcher.relation}）`
    return named('staffFor', screen, { name: callName, fetcher: who })
  }
  return named(goal === 'override' ? 'staffOverride' : 'staffFace', screen, { name: callName })
}

export function pinView(screen: CareScreen, { staffName, sending, notice }: Shown<'pin'>): Element {
  const { language, form } = screen
  return h(
    'main',
    { class: 'care-step typing' },
    stepTitle(screen, named('staffPinTitle', screen, { name: staffName })),
    wrong(screen, notice === undefined ? undefined : refusalWord('no', notice)),
    sending
      ? h('p', { class: 'lead busy' }, words('checking', language))
      : [typedBox(screen, 'pin', form.typed, true), keyRows('1234567890', 'digits')],
    h(
      'div',
      { class: 'actions' },
      back(screen),
      !sending && button({ press: 'erase' }, words('erase', language), { class: 'quiet' }),
      !sending &&
        button({ press: 'next' }, words('staffPinSend', language), {
          class: 'main wide',
          'aria-disabled': form.typed === '' ? 'true' : 'false',
        }),
    ),
  )
}

/** Katakana in the order of the table, as it hangs in every classroom; the marks change the letter before them. */
const KANA = 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンー゛゜小 '

export function overrideView(screen: CareScreen, _step: Shown<'override'>): Element {
  const { language, form } = screen
  const ready = form.typed.trim() !== '' && form.reason !== undefined
  return h(
    'main',
    { class: 'care-step typing' },
    stepTitle(screen, words('overrideTitle', language)),
    wrong(screen),
    typedBox(screen, 'fetcherName', form.typed, false),
    keyRows(KANA, 'kana'),
    h(
      'div',
      { class: 'chips' },
      ...overrideReasons.map((reason) =>
        button({ press: 'reason', reason }, words(`reason_${reason}`, language), {
          class: form.reason === reason ? 'choice current' : 'choice',
          'data-key': `reason-${reason}`,
          'aria-pressed': form.reason === reason ? 'true' : 'false',
        }),
      ),
    ),
    h(
      'div',
      { class: 'actions' },
      back(screen),
      button({ press: 'erase' }, words('erase', language), { class: 'quiet' }),
      button({ press: 'next' }, words('overrideSend', language), {
        class: 'main wide',
        'aria-disabled': ready ? 'false' : 'true',
      }),
    ),
  )
}
