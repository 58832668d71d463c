/**
 * Turns posted text into data for a schema. Pure. Field names say what they become:
 * `kana` text · `kana?` text, left out when empty · `hours:int` whole number · `open:bool` yes/no (also a checkbox) ·
 * `roles[]` list of all values · `rate.from` nested · `wanted[0].place` list of objects. `_key`, `_back` and `_next` are the
 * floor's own. A name that could reach a prototype is refused.
 */
import type { FormFields } from './port.ts'

const NAMES_MAX = 200
const INDEX_MAX = 99
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype'])
const DEPTH_MAX = 20
/** Read by the floor itself. */
const OWN = new Set(['_key', '_back', '_next'])

/** Groups urlencoded pairs by name; undefined when there are too many. */
export function groupFields(body: string): FormFields | undefined {
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(body)) {
    const values = fields.get(name)
    if (values === undefined) fields.set(name, [value])
    else values.push(value)
    if (fields.size > NAMES_MAX || (values?.length ?? 0) > 5_000) return undefined
  }
  return fields
}

/** Undefined when a name is malformed or dangerous. */
export function readForm(fields: FormFields): Record<string, unknown> | undefined {
  const result: Record<string, unknown> = {}
  for (const [name, values] of fields) {
    if (OWN.has(name)) continue
    const parsed = parseName(name)
    if (parsed === undefined) return undefined
    const value = convert(parsed, values)
    if (value === undefined) continue
    if (!place(result, parsed.path, value)) return undefined
  }
  return result
}

interface FieldName {
  readonly path: readonly (string | number)[]
  readonly kind: 'text' | 'int' | 'bool'
  readonly optional: boolean
  readonly list: boolean
}

const NAME = /^([A-Za-z][A-Za-z0-9]*(?:(?:\.[A-Za-z][A-Za-z0-9]*)|(?:\[\d{1,2}\]))*)(\[\])?(?::(int|bool))?(\?)?$/

function parseName(name: string): FieldName | undefined {
  const match = NAME.exec(name)
  if (match === null) return undefined
  const path = (match[1] ?? '')
    .split(/[.[\]]/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  if (path.some((part) => typeof part === 'string' && DANGEROUS.has(part))) return undefined
  const kind = match[3] === 'int' || match[3] === 'bool' ? match[3] : 'text'
  return { path, kind, optional: match[4] === '?', list: match[2] === '[]' }
}

function convert({ kind, optional, list }: FieldName, values: readonly string[]): unknown {
  if (list) return values.filter((value) => value !== '').map((value) => convertOne(kind, value))
  const value = values.at(-1) ?? ''
  return optional && value.trim() === '' ? undefined : convertOne(kind, value)
}

function convertOne(kind: FieldName['kind'], value: string): unknown {
  if (kind === 'bool') return ['on', 'true', 'yes', '1'].includes(value)
  if (kind !== 'int') return value
  const plain = value.normalize('NFKC').trim()
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : value
}

/** Puts `value` at `path`, making objects and lists on the way. False when the path contradicts what is there. */
function place(root: Record<string, unknown>, path: readonly (string | number)[], value: unknown): boolean {
  let at: Record<string | number, unknown> | unknown[] = root
  for (const [step, part] of path.entries()) {
    if (typeof part === 'number' ? !Array.isArray(at) || part > INDEX_MAX : Array.isArray(at)) return false
    const holder = at as Record<string | number, unknown>
    if (step === path.length - 1) {
      if (Object.hasOwn(holder, part)) return false
      holder[part] = value
      return true
    }
    const next = Object.hasOwn(holder, part) ? holder[part] : typeof path[step + 1] === 'number' ? [] : {}
    if (typeof next !== 'object' || next === null) return false
    holder[part] = next
    at = next as Record<string, unknown>
  }
  return false
}

/** True when a parsed JSON value is nested too deeply or has a key that could reach a prototype. */
export function isDangerous(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth > DEPTH_MAX) return true
  if (Array.isArray(value)) return value.some((item) => isDangerous(item, depth + 1))
  return Object.entries(value).some(([key, item]) => DANGEROUS.has(key) || isDangerous(item, depth + 1))
}
