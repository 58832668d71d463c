/** The specification stays true to the house: numbers are unique, and what it names as its enforcement exists. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(`${root}central-sync/protocol/SPEC.md`, 'utf8')
const invariants = [...text.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, number]) => number ?? '')

test('every invariant has a number of its own, and numbers of a group rise by one', () => {
  expect(invariants.length).toBeGreaterThan(30)
  expect(new Set(invariants).size).toBe(invariants.length)
  const groups = new Map<string, number>()
  for (const number of invariants) {
    const next = (groups.get(number[0] ?? '') ?? 0) + 1
    expect(number.slice(1)).toBe(String(next))
    groups.set(number[0] ?? '', next)
  }
})

test('every file that is named stands in the house', () => {
  const named = [...text.matchAll(/`((?:tests\/|\.\.\/|[a-z-]+\/)?[\w./-]+(?:\.ts|\/))`/g)].map(
    ([, path]) => path ?? '',
  )
  expect(named.length).toBeGreaterThan(30)
  const missing = named.filter(
    (path) => !existsSync(`${root}${path.startsWith('tests/') ? '' : 'central-sync/protocol/'}${path}`),
  )
  expect(missing).toEqual([])
})

test('every section says how it is enforced', () => {
  for (const section of text.split(/^## /m).slice(1)) expect(section).toMatch(/Enforce(?:d by|ment)/)
})
