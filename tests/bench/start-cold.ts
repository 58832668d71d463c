/** `start.cold`: the bundled appliance on an existing folder until it answers, against a bare express program. */
import { join } from 'node:path'
import { bundleProgram } from '../../provisioning/packaging/bundle.ts'
import { prepareCentre } from './bench-centre.ts'
import { root, startProgram } from './child-program.ts'
import { median, type Row, row } from './row.ts'

const STARTS = 9

export async function measureStartCold(folder: string): Promise<readonly Row[]> {
  const program = await bundleProgram(join(root, '.release/bench'))
  const data = join(folder, 'data')
  await prepareCentre(data, 250)
  const cache = { NODE_COMPILE_CACHE: join(folder, 'code') }
  const ours: number[] = []
  const bare: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    ours.push(await readyMs([program, 'appliance', 'run', '--port', '0', '--data', data], cache))
    bare.push(await readyMs(['tests/bench/bare-express.ts'], {}))
  }
  // The first start fills the compile cache.
  return [row('start.cold', 'ms', median(ours.slice(1)), 'express ready', median(bare.slice(1)))]
}

async function readyMs(args: readonly string[], environment: Record<string, string>): Promise<number> {
  await using program = await startProgram(args, environment)
  const answer = await fetch(`${program.url}/healthz`)
  if (!answer.ok) throw new Error(`/healthz answered ${answer.status}`)
  return program.readyMs
}
