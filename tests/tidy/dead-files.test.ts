import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources, root, type Source } from './sources.ts'

const product = readSources().filter(({ path }) => /^(appliance|kiosk|agent|central-sync|provisioning)\//.test(path))
const scripts = readFileSync(join(root, 'package.json'), 'utf8')

test('every file of the product is reached from the command line, a build script or a page', () => {
  expect(unreached()).toEqual([])
})

/** Where running code begins: files named in package.json or in another file's text, and code for browsers. */
function isRoot(path: string): boolean {
  if (/\/browser\/[^/]+\.ts$/.test(path) || path.endsWith('.d.ts')) return true
  return scripts.includes(path) || product.some((other) => other.path !== path && other.text.includes(path))
}

function unreached(): string[] {
  const byPath = new Map(product.map((source) => [source.path, source]))
  const reached = new Set<string>()
  const open = product.map(({ path }) => path).filter(isRoot)
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const source = byPath.get(path)
    open.push(...(source?.imports.flatMap(({ target }) => target ?? []) ?? []), ...startedBy(source))
  }
  return product.map(({ path }) => path).filter((path) => !reached.has(path))
}

/** Files started by URL: `new URL('./x.ts', import.meta.url)`. */
function startedBy(source: Source | undefined): string[] {
  if (source === undefined) return []
  return [...source.text.matchAll(/new URL\('(\.[^']+\.ts)'/g)].map((match) => {
    const base = new URL(`file:///${source.path}`)
    return new URL(match[1] ?? '', base).pathname.slice(1)
  })
}
