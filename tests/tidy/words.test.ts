import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bannedCalls, bannedFolders, bannedText, topLevel } from './layers.ts'
import { lineAt, listFiles, readSources, root } from './sources.ts'

const files = listFiles()
const sources = readSources(files)

describe('words that are not used here', () => {
  test.each(bannedCalls)('nobody writes $what: instead, $instead', ({ pattern, instead, except, where }) => {
    expect(offences('code', pattern, instead, except, where)).toEqual([])
  })

  test.each(bannedText)('nobody writes $what: instead, $instead', ({ pattern, instead, except, where }) => {
    expect(offences('text', pattern, instead, except, where)).toEqual([])
  })

  test('templates never print raw HTML', () => {
    const raw = files
      .filter((path) => path.endsWith('.hbs'))
      .filter((path) => /\{\{\{|\{\{&/.test(readFileSync(join(root, path), 'utf8')))
    expect(raw).toEqual([])
  })
})

describe('folders and files', () => {
  test('only the planned folders, configuration and prose stand at the top', () => {
    const tops = [...new Set(files.map((path) => path.split('/')[0] ?? ''))]
    expect(tops.filter((name) => !topLevel.some((pattern) => pattern.test(name)))).toEqual([])
  })

  test('folders are domain nouns', () => {
    const bad = files.filter((path) =>
      path
        .split('/')
        .slice(0, -1)
        .some((folder) => bannedFolders.includes(folder)),
    )
    expect(bad).toEqual([])
  })

  test('names are kebab-case', () => {
    const bad = sources.map(({ path }) => path).filter((path) => !/^[a-z0-9./-]+$/.test(path))
    expect(bad).toEqual([])
  })

  test('no file names a path of one machine or a private registry', () => {
    const prose = files.filter(
      (path) => !path.startsWith('tests/tidy/') && /\.(ts|md|json|css|hbs|sh|ya?ml)$|^\.ci\/|^\.npmrc$/.test(path),
    )
    const bad = prose.flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return [...text.matchAll(MACHINE)].map((match) => `${path}:${lineAt(text, match.index)}: ${match[0]}`)
    })
    expect(bad).toEqual([])
  })
})

/** Homes and checkouts of one machine; registries other than the public one in `resolved`. */
const MACHINE = new RegExp(
  [
    '/(?:home|Users|root|work)/[a-z][\\w.-]*/',
    '[A-Z]:\\\\\\\\Users',
    '"resolved": "(?!https://registry\\.npmjs\\.org/)[^"]+"',
  ].join('|'),
  'g',
)

function offences(
  field: 'code' | 'text',
  pattern: RegExp,
  instead: string,
  except: RegExp | undefined,
  where: RegExp | undefined,
): string[] {
  const everywhere = new RegExp(pattern.source, pattern.flags.includes('m') ? 'gm' : 'g')
  return sources
    .filter(({ path }) => !except?.test(path) && (where?.test(path) ?? true))
    .flatMap((source) =>
      [...source[field].matchAll(everywhere)].map(
        (match) => `${source.path}:${lineAt(source.text, match.index)}: instead of ${match[0].trim()}, ${instead}`,
      ),
    )
}
