/**
 * A page as plain data: drawn to HTML by the kiosk process and to DOM by the browser, by the same views. Text is always
 * text: nothing that was typed or named by a person can become markup.
 */
export type Attribute = string | number | boolean | undefined

export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly children: readonly Markup[]
}

export type Markup = string | Element

type Child = Markup | readonly Markup[] | undefined | false

/** One element; `undefined` and `false` children are left out. */
export function h(tag: string, attributes: Readonly<Record<string, Attribute>> = {}, ...children: Child[]): Element {
  const kept = children.flatMap((child): readonly Markup[] => {
    if (child === undefined || child === false) return []
    return typeof child === 'string' || !Array.isArray(child) ? [child as Markup] : (child as readonly Markup[])
  })
  return { tag, attributes, children: kept }
}

/** `{漢字|かんじ}` becomes ruby; the rest is text. */
export function ruby(text: string): readonly Markup[] {
  return text.split(/(\{[^{}|]+\|[^{}|]+\})/).flatMap((part): readonly Markup[] => {
    const match = /^\{([^{}|]+)\|([^{}|]+)\}$/.exec(part)
    if (match === null) return part === '' ? [] : [part]
    return [h('ruby', {}, match[1] ?? '', h('rp', {}, '('), h('rt', {}, match[2] ?? ''), h('rp', {}, ')'))]
  })
}

/** The text without its readings, for speech and titles. */
export function withoutReadings(text: string): string {
  return text.replace(/\{([^{}|]+)\|[^{}|]+\}/g, '$1')
}

const VOID_TAGS = new Set(['meta', 'link', 'br', 'input', 'img'])

export function toHtml(markup: Markup): string {
  if (typeof markup === 'string') return escapeText(markup)
  const { tag, attributes, children } = markup
  const written = Object.entries(attributes).map(([name, value]) => attributeHtml(name, value))
  const open = `<${tag}${written.join('')}>`
  return VOID_TAGS.has(tag) ? open : `${open}${children.map(toHtml).join('')}</${tag}>`
}

function attributeHtml(name: string, value: Attribute): string {
  if (value === undefined || value === false) return ''
  return value === true ? ` ${name}=""` : ` ${name}="${escapeText(String(value))}"`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}
