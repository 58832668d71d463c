/** What every command shares: `--data`, `--json`, reading FILE or `-`, and values that are checked on the way in. */
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { type Command, InvalidArgumentError } from 'commander'
import { Refused, refuse } from '../../central-sync/protocol/refusal.ts'
import { isBusinessDay, isMonth } from '../../central-sync/protocol/time.ts'
import type { OperationCall } from '../operate.ts'
import type { ExitCode } from '../outcome.ts'
import type { Voice } from '../voice.ts'

/** One run of the command line. A command that ends with anything but 0 says so in `exit`. */
export interface CommandContext {
  readonly voice: Voice
  exit: ExitCode
}

export function withData(command: Command): Command {
  return command.option('--data <DIR>', 'データの場所 / data folder (KADO_DATA; default ./data)')
}

export function withJson(command: Command): Command {
  return command.option('--json', 'JSON で出す / print JSON')
}

/** FILE or `-` for standard input. */
export async function readInput(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin)
  try {
    return await readFile(file)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new Refused(refuse('file_unreadable', `${file}: ${reason}`))
  }
}

export function monthValue(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('YYYY-MM')
  return text
}

export function dayValue(text: string): string {
  if (!isBusinessDay(text)) throw new InvalidArgumentError('YYYY-MM-DD')
  return text
}

export function portValue(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('0–65535')
  return port
}

/** The journals and everything above them are loaded only when an operation needs them. */
export async function operate(voice: Voice, call: OperationCall): Promise<ExitCode> {
  const program = await import('../operate.ts')
  return program.operate(voice, call)
}

export async function operateOnEach(voice: Voice, call: OperationCall): Promise<ExitCode> {
  const program = await import('../operate.ts')
  return program.operateOnEach(voice, call)
}
