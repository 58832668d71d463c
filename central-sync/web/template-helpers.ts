/** The helpers of `helper-names.ts`. They read the page's language and base from the root context (`page`). */
import { randomBytes } from 'node:crypto'
import type Handlebars from 'handlebars'
import { toBase64Url } from '../protocol/hash.ts'
import { type BusinessDay, clockFace, type Instant, type Month, toJstIso } from '../protocol/time.ts'
import { issuePathOf } from './field-issues.ts'
import type { HelperName } from './helper-names.ts'
import type { Frame } from './page-frame.ts'
import type { Words } from './port.ts'
import { escapeHtml, pickWords, type Values, writeHtml, writePlain } from './write-text.ts'
import {
  writeAgo,
  writeClockSeconds,
  writeDate,
  writeDateTime,
  writeDay,
  writeDuration,
  writeHoursMinutes,
  writeMonth,
  writeNumber,
  writeRate,
  writeWeekday,
  writeYen,
} from './write-time.ts'

interface HelperOptions {
  readonly hash: Values
  readonly data: { readonly root: { readonly page: Frame } }
}
type Helper = (...args: unknown[]) => unknown

export interface HelperSources {
  readonly wordsOf: (key: string) => Words | undefined
  readonly assetOf: (logical: string) => string | undefined
  readonly html: (markup: string) => Handlebars.SafeString
}

export function templateHelpers({ wordsOf, assetOf, html }: HelperSources): Record<HelperName, Helper> {
  const textOf = (key: unknown, frame: Frame) => {
    const words = wordsOf(String(key))
    if (words === undefined) throw new Error(`no words for ${String(key)}`)
    return pickWords(words, frame.language)
  }
  const said = (words: unknown, frame: Frame) => (isWords(words) ? pickWords(words, frame.language) : '')
  return {
    t: with1((key, { hash, data }) => html(writeHtml(textOf(key, data.root.page), hash))),
    plain: with1((key, { hash, data }) => writePlain(textOf(key, data.root.page), hash)),
    words: with1((words, { hash, data }) => html(writeHtml(said(words, data.root.page), hash))),
    plainWords: with1((words, { hash, data }) => writePlain(said(words, data.root.page), hash)),
    name: with1((text) => html(`<bdi>${escapeHtml(text === undefined || text === null ? '' : String(text))}</bdi>`)),
    url: (...args) => urlOf(args.slice(0, -1), frameOf(args)),
    asset: with1((logical, { data }) => {
      const file = assetOf(String(logical))
      if (file === undefined) throw new Error(`no asset ${String(logical)}`)
      return `${data.root.page.base}/assets/${file}`
    }),
    mayOpen: with1((address, { data }) => data.root.page.mayOpen(String(address))),
    key: () => toBase64Url(randomBytes(18)),
    ...fieldHelpers(),
    ...timeHelpers(html),
    ...plainHelpers(),
  }
}

function isWords(value: unknown): value is Words {
  return typeof value === 'object' && value !== null && 'ja' in value && 'en' in value
}

function with1(write: (value: unknown, options: HelperOptions) => unknown): Helper {
  return (...args) => write(args[0], args.at(-1) as HelperOptions)
}

function frameOf(args: readonly unknown[]): Frame {
  return (args.at(-1) as HelperOptions).data.root.page
}

/** `{{url "/people/" id "?month=" month}}`: parts that begin with / ? & # are taken as written, the others are encoded. */
function urlOf(parts: readonly unknown[], frame: Frame): string {
  const path = parts.map((part, index) => {
    const text = String(part ?? '')
    return index % 2 === 0 && /^[/?&#]/.test(text) ? text : encodeURIComponent(text)
  })
  return `${frame.base}${path.join('')}`.replace(/^\/{2,}/, '/') || '/'
}

type FieldHelpers = 'kept' | 'isKept' | 'fieldError' | 'fieldId'

/** What was typed into a refused form, and what was wrong with it. */
function fieldHelpers(): Record<FieldHelpers, Helper> {
  const keptValues = (args: readonly unknown[]) => {
    const { form } = frameOf(args)
    return form !== undefined && form.command === args[0] ? form.values[String(args[1])] : undefined
  }
  return {
    kept: (...args) => keptValues(args)?.at(-1) ?? (args.length > 3 ? (args[2] ?? '') : ''),
    isKept: (...args) => {
      const kept = keptValues(args)
      return kept === undefined ? args[3] === true : kept.includes(String(args[2]))
    },
    fieldError: (...args) => {
      const { form } = frameOf(args)
      if (form === undefined || form.command !== args[0]) return ''
      const path = issuePathOf(String(args[1]))
      return form.errors.find((error) => error.path === path)?.message ?? ''
    },
    fieldId: (...args) =>
      ['f', args[0], issuePathOf(String(args[1])), ...args.slice(2, -1)]
        .filter((part) => part !== undefined && part !== '')
        .map((part) => String(part).replace(/[^A-Za-z0-9]+/g, '-'))
        .join('-'),
  }
}

type TimeHelpers =
  | 'yen'
  | 'rate'
  | 'number'
  | 'hm'
  | 'minutes'
  | 'clock'
  | 'clockSeconds'
  | 'date'
  | 'dateTime'
  | 'iso'
  | 'day'
  | 'dayOfMonth'
  | 'weekday'
  | 'month'
  | 'ago'

function timeHelpers(html: HelperSources['html']): Record<TimeHelpers, Helper> {
  const known =
    <V>(write: (value: V, frame: Frame, hash: Values) => unknown): Helper =>
    (...args) => {
      const { hash } = args.at(-1) as HelperOptions
      return args[0] === undefined || args[0] === null ? '' : write(args[0] as V, frameOf(args), hash)
    }
  return {
    yen: known<number>((value, { language }) => writeYen(value, language)),
    rate: known<number>((value, { language }) => writeRate(value, language)),
    number: known<number>((value) => writeNumber(value)),
    hm: known<number>((seconds) => writeHoursMinutes(seconds)),
    minutes: known<number>((seconds, { language }) => html(writeHtml(writeDuration(seconds, language)))),
    clock: known<Instant>((at) => clockFace(at)),
    clockSeconds: known<Instant>((at) => writeClockSeconds(at)),
    date: known<Instant>((at, { language }, { year }) => html(writeHtml(writeDate(at, language, year === true)))),
    dateTime: known<Instant>((at, { language }) => html(writeHtml(writeDateTime(at, language)))),
    iso: known<Instant>((at) => toJstIso(at)),
    day: known<BusinessDay>((day, { language }, { year }) => html(writeHtml(writeDay(day, language, year === true)))),
    weekday: known<BusinessDay>((day, { language }) => html(writeHtml(writeWeekday(day, language)))),
    dayOfMonth: known<BusinessDay>((day) => String(Number(day.slice(8)))),
    month: known<Month>((month, { language }) => html(writeHtml(writeMonth(month, language)))),
    ago: known<Instant>((at, { language, now }) => writeAgo(at, now, language)),
  }
}

type PlainHelpers = 'eq' | 'ne' | 'gt' | 'and' | 'or' | 'not' | 'concat' | 'list' | 'option' | 'lowerCase' | 'pairs'

function plainHelpers(): Record<PlainHelpers, Helper> {
  return {
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    gt: (a, b) => Number(a) > Number(b),
    and: (...args) => args.slice(0, -1).every(isThere),
    or: (...args) => args.slice(0, -1).find(isThere) ?? false,
    not: (value) => !isThere(value),
    concat: (...args) => args.slice(0, -1).map(String).join(''),
    list: (...args) => args.slice(0, -1),
    option: (value, label) => ({ value, label }),
    // `{{@key}}` cannot be used in templates: a helper is called key.
    pairs: (fields) => Object.entries(fields ?? {}).map(([name, value]) => ({ name, value })),
    lowerCase: (text) => String(text).toLowerCase(),
  }
}

/** As `{{#if}}` sees it: an empty list is nothing. */
function isThere(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
