/** How a command ends: 0 done, 1 refused with one sentence on standard error, 2 wrong usage. */
import { DatabaseFromTheFuture } from '../central-sync/journal/migrate.ts'
import { isRefusal, type Refusal, Refused, refusalSentence, refuse } from '../central-sync/protocol/refusal.ts'

export const DONE = 0
export const REFUSED = 1
export const WRONG_USAGE = 2
export type ExitCode = 0 | 1 | 2

/** Where a command speaks: data to `write`, sentences for a person to `note`. */
export interface Voice {
  write(data: string | Uint8Array): Promise<void>
  note(sentence: string): void
}

/** One line in Japanese and English with the code that staff can quote. */
export function refusalLine(refusal: Refusal): string {
  const line = `${refusalSentence(refusal, 'ja')} / ${refusalSentence(refusal, 'en')} [${refusal.refused}]`
  return line.replace(/\s*\n\s*/g, ' ')
}

/** The refusal an error stands for; undefined for a programmer's error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refused) return error.refusal
  if (isRefusal(error)) return error
  if (error instanceof DatabaseFromTheFuture) return refuse('database_newer', error.message)
  const { code, message, path } = error as NodeJS.ErrnoException
  switch (code) {
    case 'EADDRINUSE':
      return refuse('port_in_use', message)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return refuse('folder_not_writable', path)
    case 'ENOSPC':
      return refuse('disk_full', path)
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

/** Standard output and standard error of this process. A reader that went away (`| head`) ends the command quietly. */
export function processVoice(): Voice {
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        process.stdout.write(data, (error) => {
          const gone = (error as NodeJS.ErrnoException | null | undefined)?.code === 'EPIPE'
          return error && !gone ? reject(error) : resolve()
        })
      }),
    note: (sentence) => {
      process.stderr.write(`${sentence}\n`)
    },
  }
}
