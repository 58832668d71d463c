/**
 * Words as HTML or plain text. `{漢字|かんじ}` becomes ruby, `{name}` a value, both escaped; `\n` becomes a line break.
 * Pure; the only place that makes markup out of texts.
 */
import type { Language } from '../protocol/event/place.ts'
import type { Words } from './port.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`=]/g, (character) => ESCAPES[character] ?? character)
}

/** The text for a language: やさしい日本語 falls back to Japanese. */
export function pickWords(words: Words, language: Language): string {
  if (language === 'en') return words.en
  return language === 'easy' ? (words.easy ?? words.ja) : words.ja
}

export type Values = Readonly<Record<string, unknown>>

const PART = /\{([^{}|]+)\|([^{}|]+)\}|\{([A-Za-z][A-Za-z0-9]*)\}|\n/g

/** Markup: ruby and line breaks made, everything else escaped. */
export function writeHtml(text: string, values: Values = {}): string {
  let html = ''
  let last = 0
  for (const match of text.matchAll(PART)) {
    html += escapeHtml(text.slice(last, match.index))
    last = match.index + match[0].length
    if (match[1] !== undefined && match[2] !== undefined)
      html += `<ruby>${escapeHtml(match[1])}<rp>(</rp><rt>${escapeHtml(match[2])}</rt><rp>)</rp></ruby>`
    else if (match[3] !== undefined)
      html += markupOf(values[match[3]]) ?? escapeHtml(givenText(values, match[3]) ?? match[0])
    else html += '<br>'
  }
  return html + escapeHtml(text.slice(last))
}

/** Plain text for attributes and titles: the base of the ruby only. Not escaped. */
export function writePlain(text: string, values: Values = {}): string {
  return text.replace(PART, (all, base: string | undefined, _reading, name: string | undefined) => {
    if (base !== undefined) return base
    return name === undefined ? (all === '\n' ? ' ' : all) : (givenText(values, name) ?? all)
  })
}

/** The reading instead of the kanji, for places that cannot show ruby (choices, buttons of the system). */
export function writeReading(text: string): string {
  return text.replace(PART, (all, _base, reading: string | undefined) => reading ?? all)
}

/** Markup made by a helper of ours (`toHTML`): never a value out of data, which has no functions. */
function markupOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('toHTML' in value)) return undefined
  return typeof value.toHTML === 'function' ? String(value.toHTML()) : undefined
}

/** Undefined for a name nobody gave: it stays as written. */
function givenText(values: Values, name: string): string | undefined {
  if (!Object.hasOwn(values, name)) return undefined
  const value = values[name]
  const markup = markupOf(value)
  if (markup !== undefined) return markup.replace(/<rp>.*?<\/ruby>|<[^>]*>/g, '')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
