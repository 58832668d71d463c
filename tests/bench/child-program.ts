/** Starts programs as processes of their own, as in real life: the bench must not share its event loop with them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../central-sync/protocol/time.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface RunningProgram extends AsyncDisposable {
  readonly url: string
  /** ms from the start of the process to the line with its address. */
  readonly readyMs: number
  readonly child: ChildProcess
}

const ADDRESS = /(?:https?|wss?):\/\/[\w.:[\]-]+/

/** Starts `node ARGS` and waits for a line with an address. */
export async function startProgram(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<RunningProgram> {
  const began = systemClock.monotonicMs()
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await findAddress(child)
  const readyMs = systemClock.monotonicMs() - began
  return { url, readyMs, child, [Symbol.asyncDispose]: () => stopProgram(child) }
}

async function findAddress(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read')
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) {
    const address = ADDRESS.exec(line)
    if (address !== null) {
      child.stdout.resume()
      return address[0]
    }
  }
  throw new Error('the program ended before it printed its address')
}

async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(late)
}

/** Runs `node ARGS` to its end; throws with its error output when it fails. */
export function runProgram(args: readonly string[], input?: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: root, maxBuffer: 1 << 28, encoding: 'utf8' },
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${args[0]} failed: ${stderr.slice(-2_000)}`)),
    )
    child.stdin?.end(input ?? '')
  })
}

export const kado = (...args: string[]): string[] => ['provisioning/kado.ts', ...args]
