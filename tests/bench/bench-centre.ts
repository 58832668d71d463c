/** Data folders for the bench: a centre with many invented workers and cards. */

import { join } from 'node:path'
import { z } from 'zod'
import { cardsCsv, inventWorkers, workersCsv } from '../../provisioning/demo/invented-people.ts'
import { seededChance } from '../../provisioning/demo/seeded-random.ts'
import { type BenchIdentity, benchIdentity } from './bench-kiosk.ts'
import { kado, runProgram } from './child-program.ts'

export async function prepareCentre(data: string, count: number): Promise<{ cards: readonly string[] }> {
  const workers = inventWorkers(count, 9, seededChance(1))
  await runProgram(kado('workers', 'import', '-', '--data', data), workersCsv(workers, ''))
  await runProgram(kado('cards', 'import', '-', '--data', data), cardsCsv(workers))
  return { cards: workers.map(({ card }) => card) }
}

export async function enrolKiosks(data: string, count: number): Promise<readonly BenchIdentity[]> {
  const printed = await runProgram(['tests/bench/enrol-kiosks.ts', join(data, 'centre'), String(count)])
  return z.array(benchIdentity).parse(JSON.parse(printed))
}
