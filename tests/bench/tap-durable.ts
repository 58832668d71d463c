/**
 * `tap.durable`: 64 kiosks with one tap in flight each, acknowledged taps a second, against the same driver committing
 * one raw insert per tap at `synchronous=FULL`.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { enrolKiosks, prepareCentre } from './bench-centre.ts'
import { kado, runProgram, startProgram } from './child-program.ts'
import { openRaw } from './raw-sqlite.ts'
import { RAW_TABLE, rawRow } from './raw-table.ts'
import { type Row, row } from './row.ts'

const KIOSKS = 64
const WORKERS = 2_000
const WARM_UP_MS = 2_000
const MEASURE_MS = 8_000

export async function measureTapDurable(folder: string): Promise<readonly Row[]> {
  const before = await rawCommitsPerSecond(join(folder, 'raw-before.db'))
  const data = join(folder, 'data')
  const { cards } = await prepareCentre(data, WORKERS)
  const kiosks = await enrolKiosks(data, KIOSKS)
  await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
  const order = { url: centre.url, kiosks, cards, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS }
  const answer = z
    .object({ taps: z.number(), ms: z.number() })
    .parse(JSON.parse(await runProgram(['tests/bench/tap-clients.ts'], JSON.stringify(order))))
  // The better of two: a neighbour on the machine must not make ours look good.
  const baseline = Math.max(before, await rawCommitsPerSecond(join(folder, 'raw-after.db')))
  return [row('tap.durable', 'taps/s', (answer.taps / answer.ms) * 1_000, 'raw insert + commit', baseline)]
}

async function rawCommitsPerSecond(file: string): Promise<number> {
  await using database = await openRaw(file)
  for (const statement of RAW_TABLE) await database.run(statement)
  const began = systemClock.monotonicMs()
  let commits = 0
  while (systemClock.monotonicMs() - began < 3_000) {
    commits += 1
    await database.run('INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?)', rawRow(commits))
  }
  return (commits / (systemClock.monotonicMs() - began)) * 1_000
}
