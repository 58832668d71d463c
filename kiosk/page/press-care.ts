/** Presses and events on the page of a childcare room. Pure; a part of `screen.ts`. */

import { CODE_ALPHABET } from '../../central-sync/rules/security-code.ts'
import type { CareAct } from '../care/care-act.ts'
import type { CareShown } from '../care/care-shown.ts'
import { type CareForm, keysOf, newForm } from './care-form.ts'
import { type Effect, type Press, rest, type Screen, type Step, type Tone } from './screen-state.ts'

export const TEMPERATURE_FIRST_X10 = 365
const TEMPERATURE_MIN_X10 = 340
const TEMPERATURE_MAX_X10 = 420
const TYPED_MAX = { code: 12, pin: 12, phone: 16, name: 30 } as const
/** While somebody types the process is told this often that she is still there. */
const STIR_MS = 5_000

export type CarePress = Extract<
  Press,
  { press: 'care' | 'temperature' | 'symptom' | 'phone' | 'reason' | 'health' | 'print' | 'paper' }
>

/** What the process says; a new step brings its own sound. */
export function takeCare(screen: Screen, care: CareShown | undefined, now: number): Step {
  if (care === undefined) {
    if (screen.care === undefined) return { screen, effects: [] }
    return { screen: { ...rest(screen), care: undefined, form: undefined }, effects: [] }
  }
  const { form } = screen
  if (form !== undefined && form.turn === care.turn && screen.care !== undefined) {
    return { screen: { ...screen, care }, effects: alarmTone(screen.care, care) }
  }
  const { kind } = screen.view
  const view =
    kind === 'enrolment' || kind === 'enrolled' || kind === 'sound' ? screen.view : ({ kind: 'idle' } as const)
  const base = care.step.step === 'board' && screen.care?.step.step !== 'board' ? rest(screen) : screen
  const language = base.languageChosen ? base.language : (care.language ?? base.language)
  const tone = screen.care === undefined ? undefined : toneOf(care)
  return {
    screen: { ...base, view, language, care, form: newForm(care, now), stirredAt: now },
    effects: tone === undefined ? [] : [{ tone }],
  }
}

function toneOf({ step }: CareShown): Tone | undefined {
  switch (step.step) {
    case 'slip':
      return step.again ? undefined : 'in'
    case 'handed':
      return 'out'
    case 'turned_away':
    case 'wait':
    case 'notice':
      return 'attention'
    case 'staff':
      return step.notice === undefined ? undefined : 'attention'
    case 'pin':
      return step.notice === undefined ? undefined : 'refused'
    case 'prove':
      return step.wrong === 0 ? undefined : 'refused'
    default:
      return undefined
  }
}

/** Children are here after closing: heard once, and again every five minutes. */
function alarmTone(before: CareShown, { board: { alarm } }: CareShown): readonly Effect[] {
  if (alarm === undefined || alarm.level !== 'closed') return []
  const round = (shown: CareShown['board']['alarm']) =>
    shown?.level === 'closed' ? Math.floor(shown.minutes / 5) : undefined
  return round(before.board.alarm) === round(alarm) ? [] : [{ tone: 'attention' }]
}

export function pressCare(screen: Screen, form: CareForm, pressed: CarePress, now: number): Step {
  switch (pressed.press) {
    case 'care':
      return send(screen, form, pressed.act)
    case 'temperature': {
      const before = form.temperatureX10
      const next = before === undefined ? TEMPERATURE_FIRST_X10 : before + pressed.by
      const temperatureX10 = Math.min(TEMPERATURE_MAX_X10, Math.max(TEMPERATURE_MIN_X10, next))
      return become(screen, { ...form, temperatureX10 }, now)
    }
    case 'symptom':
      return become(screen, { ...form, symptoms: toggled(form.symptoms, pressed.symptom) }, now)
    case 'phone':
      return become(screen, { ...form, phoning: !form.phoning }, now)
    case 'reason':
      return become(screen, { ...form, reason: pressed.reason }, now)
    case 'health':
      return sendHealth(screen, form)
    case 'print':
      return { screen, effects: [{ print: screen.paper }] }
    case 'paper':
      return { screen: { ...screen, paper: pressed.paper }, effects: [{ paper: pressed.paper }] }
  }
}

/** Keys while a step reads them: the same keys by finger and by keyboard. */
export function typeCare(
  screen: Screen,
  form: CareForm,
  pressed: Press & { press: 'key' | 'erase' | 'next' },
  now: number,
): Step {
  const field = keysOf(screen.care, form)
  if (field === undefined) return { screen, effects: [] }
  if (pressed.press === 'next') return sendTyped(screen, form, field)
  const before = field === 'phone' ? form.phone : form.typed
  const typed = pressed.press === 'erase' ? before.slice(0, -1) : typeKey(field, before, pressed.key)
  const next = field === 'phone' ? { ...form, phone: typed } : { ...form, typed }
  return become(screen, next, now)
}

/** What a mark makes of the letter before it. */
const MARKED: Readonly<Record<string, readonly [from: string, to: string]>> = {
  ゛: ['カキクケコサシスセソタチツテトハヒフヘホウ', 'ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ'],
  ゜: ['ハヒフヘホ', 'パピプペポ'],
  小: ['アイウエオヤユヨツ', 'ァィゥェォャュョッ'],
}

function markLast(before: string, key: string): string | undefined {
  const marks = MARKED[key]
  if (marks === undefined) return undefined
  const at = marks[0].indexOf(before.slice(-1))
  return before === '' || at < 0 ? before : before.slice(0, -1) + marks[1][at]
}

function typeKey(field: keyof typeof TYPED_MAX, before: string, key: string): string {
  const marked = field === 'name' ? markLast(before, key) : undefined
  if (marked !== undefined) return marked
  const typed = key.toUpperCase()
  const fits = {
    code: CODE_ALPHABET.includes(typed),
    pin: /^[0-9]$/.test(typed),
    phone: /^[0-9-]$/.test(typed),
    name: /^[A-Z\u30a1-\u30fc -]$/.test(typed),
  }[field]
  return fits && typed.length === 1 && before.length < TYPED_MAX[field] ? before + typed : before
}

function sendTyped(screen: Screen, form: CareForm, field: keyof typeof TYPED_MAX): Step {
  switch (field) {
    case 'phone':
      return { screen: { ...screen, form: { ...form, phoning: false } }, effects: [] }
    case 'code':
      return form.typed === '' ? { screen, effects: [] } : send(screen, form, { act: 'code', code: form.typed })
    case 'pin':
      // The PIN leaves the page with this press and is kept nowhere.
      return form.typed === ''
        ? { screen, effects: [] }
        : send(screen, { ...form, typed: '' }, { act: 'pin', pin: form.typed })
    case 'name': {
      const { typed, reason } = form
      if (typed.trim() === '' || reason === undefined) return { screen, effects: [] }
      return send(screen, form, { act: 'override', name: typed.trim(), reason })
    }
  }
}

/** Everything that is asked was answered. */
export function isHealthTold({ temperatureX10, symptoms }: CareForm): boolean {
  return temperatureX10 !== undefined && symptoms !== undefined
}

function sendHealth(screen: Screen, form: CareForm): Step {
  const { temperatureX10, symptoms, phone } = form
  if (temperatureX10 === undefined || symptoms === undefined) {
    return { screen: { ...screen, form: { ...form, notice: 'missing' } }, effects: [] }
  }
  const act = { act: 'health', temperatureX10, symptoms: [...symptoms], phone } as CareAct
  return send(screen, form, act)
}

function toggled(before: readonly string[] | undefined, symptom: string): readonly string[] {
  if (symptom === 'none') return []
  const chosen = before ?? []
  return chosen.includes(symptom) ? chosen.filter((one) => one !== symptom) : [...chosen, symptom]
}

function send(screen: Screen, form: CareForm, act: CareAct): Step {
  return {
    screen: { ...screen, form: { ...form, notice: undefined, sending: true } },
    effects: [{ act: { do: 'care', care: act } }],
  }
}

function become(screen: Screen, form: CareForm, now: number): Step {
  return stirCare({ ...screen, form: { ...form, notice: undefined } }, now)
}

/** Somebody is there: the process hears of it now and then, the page at once. */
export function stirCare(screen: Screen, now: number): Step {
  const { care, form } = screen
  if (care?.leftMs === undefined || form?.until === undefined) return { screen, effects: [] }
  const until = now + care.leftMs
  if (until - form.until < STIR_MS) return { screen, effects: [] }
  return { screen: { ...screen, form: { ...form, until } }, effects: [{ act: { do: 'care', care: { act: 'stay' } } }] }
}
