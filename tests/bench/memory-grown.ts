/** `memory.grown`: resident memory of an appliance on a journal of a million entries, against one on an empty folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { prepareCentre } from './bench-centre.ts'
import { kado, runProgram, startProgram } from './child-program.ts'
import { type Row, row } from './row.ts'

const ENTRIES = 1_000_000
const REQUESTS = 200
const SETTLE_MS = 2_000

export async function measureMemoryGrown(folder: string): Promise<readonly Row[]> {
  const [empty, grown] = [join(folder, 'empty'), join(folder, 'grown')]
  await prepareCentre(empty, 10)
  await prepareCentre(grown, 10)
  await runProgram(['tests/bench/grow-journal.ts', join(grown, 'centre'), String(ENTRIES)])
  const [small, large] = [await residentMegabytes(empty), await residentMegabytes(grown)]
  return [row('memory.grown', 'MB RSS', large, 'empty folder', small)]
}

async function residentMegabytes(data: string): Promise<number> {
  await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
  for (let n = 0; n < REQUESTS; n += 1) await (await fetch(`${centre.url}/healthz`)).arrayBuffer()
  await wait(SETTLE_MS)
  const status = readFileSync(`/proc/${centre.child.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1_024
}
