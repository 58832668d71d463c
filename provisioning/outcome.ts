/** How a command ends: 0 done, 1 refused with one sentence on standard error, 2 wrong usage. */

import { isRefusal, type Refusal, Refused, refusalSentence, refuse } from '../central-sync/protocol/refusal.ts'
import type { Voice } from './voice.ts'

export const DONE = 0
export const REFUSED = 1
export const WRONG_USAGE = 2
export type ExitCode = 0 | 1 | 2

const DETAIL_MAX = 1_000
/** A detail may quote a file or a path: no line breaks and nothing that moves the cursor of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g

/** One line in Japanese and English with the code that staff can quote. */
export function refusalLine(refusal: Refusal): string {
  const detail = refusal.detail?.slice(0, DETAIL_MAX)
  const said = { ...refusal, detail }
  const line = `${refusalSentence(said, 'ja')} / ${refusalSentence(said, 'en')} [${refusal.refused}]`
  return line.replace(CONTROL, ' ')
}

/** The refusal an error stands for; undefined for a programmer's error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refused) return error.refusal
  if (isRefusal(error)) return error
  const { code, message, path, name } = error as NodeJS.ErrnoException
  // By name: the class lives with the database, which a refusal at the door should not load.
  if (name === 'DatabaseFromTheFuture') return refuse('database_newer', message)
  switch (code) {
    case 'EADDRINUSE':
      return refuse('port_in_use', message)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return refuse('folder_not_writable', path)
    case 'ENOSPC':
      return refuse('disk_full', path)
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
    case 'SQLITE_CANTOPEN':
      return refuse('database_damaged', message)
    default:
      return undefined
  }
}

/** Turns a refusal that came back as a value into the thrown form. */
export function orThrow<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Refused(value)
  return value
}

/** Runs one command to its exit code. Programmer errors pass through: they end the process with their stack. */
export async function runToExit(voice: Voice, command: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await command()
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    voice.note(refusalLine(refusal))
    return REFUSED
  }
}
