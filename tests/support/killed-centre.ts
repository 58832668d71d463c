/** A centre in a process of its own that can be killed with -9 at any moment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly code: string
  readonly ok: boolean
  readonly claim?: string
}

/** `workers` and `cards` are CSV to import; for `mode` see `centre-that-dies.ts`. */
export function startCentre(
  dir: string,
  { workers, cards = 'worker_code,card\n', mode = '' }: { workers: string; cards?: string; mode?: string },
): Promise<Started> {
  const program = fileURLToPath(new URL('centre-that-dies.ts', import.meta.url))
  const child = spawn(process.execPath, [program, dir, workers, cards, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve({ child, ...JSON.parse(String(chunk)) }))
    child.once('exit', (code) => reject(new Error(`the centre ended by itself with ${code}`)))
  })
}

export function kill({ child }: Started): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit')
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
