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
import { median, type Row, row } from './row.ts'

const KIOSKS = 64
/** People of one round: everybody taps a few times, far enough apart for the debounce. */
const WORKERS = 2_000
const ROUNDS = 3
const WARM_UP_MS = 1_000
const MEASURE_MS = 4_000
const RAW_MS = 1_500

const answer = z.object({ taps: z.number(), ms: z.number() })

/** Both sides take turns, because a disk has good and bad moments; the figures are medians. */
export async function measureTapDurable(folder: string): Promise<readonly Row[]> {
  const data = join(folder, 'data')
  const { cards } = await prepareCentre(data, WORKERS * ROUNDS)
  const kiosks = await enrolKiosks(data, KIOSKS * ROUNDS)
  await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
  const ours: number[] = []
  const raw: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    raw.push(await rawCommitsPerSecond(join(folder, `raw-${round}.db`)))
    const order = {
      url: centre.url,
      kiosks: kiosks.slice(round * KIOSKS, (round + 1) * KIOSKS),
      cards: cards.slice(round * WORKERS, (round + 1) * WORKERS),
      warmUpMs: WARM_UP_MS,
      measureMs: MEASURE_MS,
    }
    const printed = await runProgram(['tests/bench/tap-clients.ts'], JSON.stringify(order))
    const { taps, ms } = answer.parse(JSON.parse(printed))
    ours.push((taps / ms) * 1_000)
  }
  return [row('tap.durable', 'taps/s', median(ours), 'raw insert + commit', median(raw))]
}

async function rawCommitsPerSecond(file: string): Promise<number> {
  await using database = await openRaw(file)
  for (const statement of RAW_TABLE) await database.run(statement)
  const began = systemClock.monotonicMs()
  let commits = 0
  while (systemClock.monotonicMs() - began < RAW_MS) {
    commits += 1
    await database.run('INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?)', rawRow(commits))
  }
  return (commits / (systemClock.monotonicMs() - began)) * 1_000
}
