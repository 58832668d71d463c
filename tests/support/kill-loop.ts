/** Starts a child that acknowledges on stdout, kills it with SIGKILL at a random moment, and gives back what it said. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Complete lines only: a line cut by the kill was never said. `afterMs` is counted from the moment it has said `saidMin`
 * lines: on a busy machine the kill comes later, never before there is something to lose.
 */
export async function linesUntilKilled(
  program: string,
  args: readonly string[],
  afterMs: number,
  saidMin = 1,
): Promise<string[]> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  await new Promise<void>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let said = 0
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      said += chunk.toString('utf8').split('\n').length - 1
      if (said >= saidMin) timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (code === null) resolve()
      else reject(new Error(`the child ended by itself with ${code}: ${Buffer.concat(errors).toString('utf8')}`))
    })
  })
  const text = Buffer.concat(chunks).toString('utf8')
  return text.slice(0, text.lastIndexOf('\n')).split('\n')
}
