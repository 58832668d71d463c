/** Data folders for the bench: a centre with many invented workers and cards. */
import { cardsCsv, inventWorkers, workersCsv } from '../../provisioning/demo/invented-people.ts'
import { seededChance } from '../../provisioning/demo/seeded-random.ts'
import { kado, runProgram } from './child-program.ts'

export async function prepareCentre(data: string, count: number): Promise<{ cards: readonly string[] }> {
  const workers = inventWorkers(count, 9, seededChance(1))
  await runProgram(kado('workers', 'import', '-', '--data', data), workersCsv(workers, ''))
  await runProgram(kado('cards', 'import', '-', '--data', data), cardsCsv(workers))
  return { cards: workers.map(({ card }) => card) }
}
