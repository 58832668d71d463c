/**
 * Reads the checkout for the house rules: which files there are, what they import, and their code without comments
 * and text. No compiler: a scanner of one page is enough because the formatter fixes how code is laid out.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Source {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
  /** `text` with comments and the contents of strings blanked; every line keeps its number and length. */
  readonly code: string
  readonly imports: readonly Import[]
}

export interface Import {
  /** As written: `node:fs`, `express`, `../journal/port.ts`. */
  readonly from: string
  /** For a relative import the path it points to, relative to the root. */
  readonly target: string | undefined
  /** `import type`: leaves no trace at run time. */
  readonly typeOnly: boolean
}

const CODE = /\.(ts|mts|cts|js|mjs|cjs)$/

/** Every file that is tracked or about to be; in an export without git, every file that is not built or installed. */
export function listFiles(): string[] {
  if (!existsSync(join(root, '.git'))) return walk('').sort()
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 1 << 26,
  })
  const names = listed.toString('utf8').split('\0')
  return names.filter((name) => name !== '' && existsSync(join(root, name))).sort()
}

const LEFT_OUT = new Set(['node_modules', '.git', '.built', '.release', 'data', 'coverage'])

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((found) => {
    if (LEFT_OUT.has(found.name)) return []
    const path = posix.join(folder, found.name)
    return found.isDirectory() ? walk(path) : [path]
  })
}

export function readSources(paths = listFiles()): Source[] {
  return paths.filter((path) => CODE.test(path)).map(readSource)
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, code: blank(text), imports: findImports(path, text) }
}

const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

function findImports(path: string, text: string): Import[] {
  const found = [...text.matchAll(IMPORT)].map((match) => ({ from: match[2] ?? '', typeOnly: match[1] !== undefined }))
  const dynamic = [...text.matchAll(DYNAMIC_IMPORT)].map((match) => ({ from: match[1] ?? '', typeOnly: false }))
  return [...found, ...dynamic].map((one) => ({ ...one, target: targetOf(path, one.from) }))
}

function targetOf(path: string, from: string): string | undefined {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : undefined
}

/** Package name of a bare import: `@scope/name/file` → `@scope/name`; undefined for `node:` and relative ones. */
export function packageOf(from: string): string | undefined {
  if (from.startsWith('.') || from.startsWith('node:') || from.startsWith('/')) return undefined
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
}

const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=[=(,:!&|?{;\n]\s*|return )\/(?![*/\s])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g

/** Blanks comments, plain strings and regular expressions. Templates stay: they may hold code. */
function blank(text: string): string {
  return text.replace(TOKENS, (token) => token.replace(/[^\n'"]/g, ' '))
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

export function folderOf(path: string): string {
  return dirname(path).replaceAll('\\', '/')
}
