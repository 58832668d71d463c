import { describe, expect, test } from 'vitest'
import { fileLinesMax, functionLinesMax } from './layers.ts'
import { readSources, type Source } from './sources.ts'

const sources = readSources()

describe('size', () => {
  test(`a file has at most ${fileLinesMax} lines`, () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > fileLinesMax)
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length - 1} lines`)).toEqual([])
  })

  test(`a function has at most ${functionLinesMax} lines`, () => {
    // A suite is a list of tests that several files share, as long as it has tests.
    const judged = sources.filter(({ path }) => !path.endsWith('-suite.ts'))
    const long = judged.flatMap((source) => functionsOf(source).filter(({ lines }) => lines > functionLinesMax))
    expect(long.map(({ name, lines }) => `${name}: ${lines} lines`)).toEqual([])
  })
})

const FUNCTION = /^(\s*)(?:export )?(?:default )?(?:async )?function\*? ?(\w+)/
const METHOD =
  /^(\s+)(?:(?:static|private|public|protected|async|override|get|set) )*\*?#?(\w+)(?:<[^>]*>)?\([^)]*(?:\).*\{)?$/
const ARROW = /^(\s*)(?:export )?const (\w+).*=>\s*\{$/
const STATEMENTS = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'return', 'test', 'describe', 'expect'])

/**
 * Named functions, methods and arrow functions with their lengths. The formatter closes a body at the indentation it
 * began with, so the first such closing line is the end.
 */
function functionsOf({ path, code }: Source): { name: string; lines: number }[] {
  const lines = code.split('\n')
  return lines.flatMap((line, start) => {
    const match = FUNCTION.exec(line) ?? METHOD.exec(line) ?? ARROW.exec(line)
    const name = match?.[2] ?? ''
    if (match === null || STATEMENTS.has(name) || /^[a-z]\w*\(.*\)$/.test(line.trim())) return []
    const indent = match[1] ?? ''
    const body = bodyStart(lines, start, indent)
    const end = lines.findIndex((other, index) => index > body && isEnd(other, indent))
    return body < 0 || end < 0 ? [] : [{ name: `${path}:${start + 1} ${name}`, lines: end - start + 1 }]
  })
}

/** The line that opens the body; -1 for a signature without one (an interface, an overload). */
function bodyStart(lines: readonly string[], start: number, indent: string): number {
  if (lines[start]?.endsWith('{')) return start
  const close = lines.findIndex((line, index) => index > start && line.startsWith(`${indent})`))
  return lines[close]?.endsWith('{') ? close : -1
}

/** `}` at the same indentation, unless it only ends a destructured parameter list (`}: {`, `}) {`). */
function isEnd(line: string, indent: string): boolean {
  return line.startsWith(`${indent}}`) && !/^\s*\}.*\{$/.test(line)
}
