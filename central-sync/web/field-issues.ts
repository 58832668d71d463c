/** What zod found wrong with an input, in words a person understands. Pure. */
import type { z } from 'zod'
import type { Language } from '../protocol/event/place.ts'
import { hasHidden } from '../protocol/plain-text.ts'
import type { FieldIssue } from './problem.ts'
import { sharedWords } from './words.ts'
import { pickWords, writePlain } from './write-text.ts'

const ISSUES_MAX = 20
type IssueWords = Extract<keyof typeof sharedWords, `field.issue.${string}`>

export function fieldIssuesOf(error: z.ZodError, language: Language): FieldIssue[] {
  return error.issues.slice(0, ISSUES_MAX).flatMap((issue): FieldIssue[] => {
    const words = sharedWords[wordsFor(issue)]
    const message = writePlain(pickWords(words, language))
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, code: issue.code, message }]
    return issue.keys.slice(0, ISSUES_MAX).map((key) => ({
      path: path === '' ? key.slice(0, 60) : `${path}.${key.slice(0, 60)}`,
      code: issue.code,
      message,
    }))
  })
}

/**
 * Texts anywhere in an input that hold characters nobody sees. Asked once for all commands, before their own schema: no
 * field of ours is meant to hold any, and no schema has to remember it.
 */
export function hiddenIssuesOf(input: unknown, language: Language): FieldIssue[] {
  const message = writePlain(pickWords(sharedWords['field.issue.hidden'], language))
  return hiddenPaths(input, []).map((path) => ({ path, code: 'hidden_character', message }))
}

/** As deep as `isDangerous` lets an input be. */
function hiddenPaths(value: unknown, path: readonly string[]): string[] {
  if (typeof value === 'string') return hasHidden(value) ? [path.join('.').slice(0, 60)] : []
  if (typeof value !== 'object' || value === null) return []
  const found: string[] = []
  for (const [key, item] of Object.entries(value)) {
    found.push(...hiddenPaths(item, [...path, key]))
    if (found.length >= ISSUES_MAX) return found.slice(0, ISSUES_MAX)
  }
  return found
}

function wordsFor(issue: z.core.$ZodIssue): IssueWords {
  switch (issue.code) {
    case 'too_small':
      return Number(issue.minimum) <= 1 ? 'field.issue.missing' : 'field.issue.short'
    case 'too_big':
      return 'field.issue.long'
    case 'invalid_type':
      return issue.input === undefined ? 'field.issue.missing' : typeWords(issue.expected)
    case 'invalid_value':
    case 'invalid_union':
      return 'field.issue.choice'
    case 'unrecognized_keys':
      return 'field.issue.extra'
    default:
      return 'field.issue.format'
  }
}

function typeWords(expected: string): IssueWords {
  return expected === 'number' || expected === 'int' ? 'field.issue.number' : 'field.issue.missing'
}

/** `wanted[0].place?` of a form → `wanted.0.place` of an issue. */
export function issuePathOf(fieldName: string): string {
  return fieldName
    .replace(/(\[\])?(:\w+)?\??$/, '')
    .replaceAll('[', '.')
    .replaceAll(']', '')
}
