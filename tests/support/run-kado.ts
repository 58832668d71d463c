/** Runs the real command line as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../provisioning/kado.ts', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly out: string
  readonly outBytes: Buffer
  readonly err: string
}

/** A fresh folder that does not exist yet, inside one that does. */
export function freshFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'kado-test-')), 'data')
}

function startProcess(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const { PATH, HOME, LANG } = process.env
  return spawn(process.execPath, [program, ...args], {
    env: { PATH, HOME, LANG, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Runs one command to its end, with `input` on its standard input. */
export async function runKado(
  args: readonly string[],
  input: string | Uint8Array = '',
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = startProcess(args, environment)
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
  stdin.on('error', () => {})
  stdin.end(input)
  const exited = once(child, 'exit') as Promise<[number | null]>
  const [outBytes, errBytes, [code]] = await Promise.all([buffer(stdout), buffer(stderr), exited])
  return { code, out: outBytes.toString('utf8'), outBytes, err: errBytes.toString('utf8') }
}

export interface RunningKado extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  readonly announced: Readonly<Record<string, string>>
  /** Everything said on standard error so far. */
  errors(): string
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a server command with `--json` and waits until it has announced itself. */
export async function startKado(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningKado> {
  const child = startProcess([...args, '--json'], environment)
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('no pipes')
  let said = ''
  stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
  })
  const announced = await firstLine(stdout)
  if (announced === undefined) throw new Error(`the server did not start: ${said}`)
  stdout.resume()
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  const answer = JSON.parse(announced) as Record<string, string>
  const url = answer.url ?? ''
  return { child, url, announced: answer, errors: () => said, stop, [Symbol.asyncDispose]: () => stop() }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line
  return undefined
}
