import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { oneFileOnly, packageRules, protocolPackages, rooms } from './layers.ts'
import { packageOf, readSources, root, type Source } from './sources.ts'

const sources = readSources()
const product = sources.filter(({ path }) => roomOf(path) !== undefined)

/** The room a file stands in: the longest folder of `rooms` it is under. */
function roomOf(path: string): string | undefined {
  const candidates = Object.keys(rooms).filter((room) => path.startsWith(`${room}/`))
  return candidates.sort((a, b) => b.length - a.length)[0]
}

describe('who imports whom', () => {
  test('finds the house at all', () => {
    expect(product.length).toBeGreaterThan(10)
  })

  test('every relative import names an existing file with its ending', () => {
    const broken = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target !== undefined && !existsSync(join(root, target)))
        .map(({ from }) => `${path}: ${from}`),
    )
    expect(broken).toEqual([])
  })

  test('a room imports only the rooms below it', () => {
    expect(product.flatMap(upwardImports)).toEqual([])
  })

  test('nothing in the product imports tests', () => {
    const wrong = product.filter(({ imports }) => imports.some(({ target }) => target?.startsWith('tests/')))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('protocol imports only node, zod and ulid', () => {
    const wrong = product
      .filter(({ path }) => path.startsWith('central-sync/protocol/'))
      .flatMap(({ path, imports }) =>
        imports
          .map(({ from }) => packageOf(from))
          .filter((name) => name !== undefined && !protocolPackages.includes(name))
          .map((name) => `${path}: ${name}`),
      )
    expect(wrong).toEqual([])
  })

  test.each(packageRules)('only where it belongs: $packages ($because)', ({ packages, only, because }) => {
    const wrong = product
      .filter(({ path }) => !only.some((pattern) => pattern.test(path)))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ from, typeOnly }) => !typeOnly && packages.includes(packageOf(from) ?? ''))
          .map(({ from }) => `${path}: ${from} (${because})`),
      )
    expect(wrong).toEqual([])
  })

  test.each(oneFileOnly)('at most one file of the product loads %s', (name) => {
    const users = product.filter(({ imports }) =>
      imports.some(({ from, typeOnly }) => !typeOnly && packageOf(from) === name),
    )
    expect(users.map(({ path }) => path).slice(1)).toEqual([])
  })

  test('there is no import cycle', () => {
    expect(findCycles(sources)).toEqual([])
  })
})

function upwardImports({ path, imports }: Source): string[] {
  const room = roomOf(path) ?? ''
  const allowed = [room, ...(rooms[room] ?? [])]
  return imports
    .filter(({ target }) => target !== undefined && !target.startsWith('node_modules/') && target.endsWith('.ts'))
    .filter(({ target }) => !allowed.some((folder) => target?.startsWith(`${folder}/`)))
    .map(({ from }) => `${path}: ${from} (${room} may import ${allowed.join(', ')})`)
}

/** Depth-first search; `import type` counts too, because a knot of types is a knot for the reader. */
function findCycles(all: readonly Source[]): string[] {
  const edges = new Map(all.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]))
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    state.set(path, 'open')
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}
