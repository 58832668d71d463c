/** The fingerprint of a statement: SHA-256 over its canonical JSON, so that a print can be compared with the journal. */
import { sha256, toHex } from '../../protocol/hash.ts'

/** JSON with sorted keys and no blanks: one value, one text. Undefined fields are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
}

/** 64 hex digits. `statement` is taken without its own `fingerprint`. */
export function fingerprintOf(statement: object): string {
  return toHex(sha256(canonicalJson({ ...statement, fingerprint: undefined })))
}

/** SHA-256 over the sorted ids of everything a close froze. */
export function inputsHash(ids: Iterable<string>): string {
  return toHex(sha256([...new Set(ids)].sort().join('\n')))
}
