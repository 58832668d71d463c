/**
 * `tap.latency`: one kiosk, p99 from sending a kept tap to its acknowledgement, against p99 of a bare `ws` echo plus one
 * raw commit at `synchronous=FULL`.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { enrolKiosks, prepareCentre } from './bench-centre.ts'
import { kado, runProgram, startProgram } from './child-program.ts'
import { openRaw } from './raw-sqlite.ts'
import { RAW_TABLE, rawRow } from './raw-table.ts'
import { median, percentile, type Row, row } from './row.ts'

const WORKERS = 500
const ROUNDS = 3
const SAMPLES = 1_200
const WARM_UP = 200

/** Both sides take turns, because a disk has good and bad moments; the figures are medians of each round's p99. */
export async function measureTapLatency(folder: string): Promise<readonly Row[]> {
  const data = join(folder, 'data')
  const { cards } = await prepareCentre(data, WORKERS * ROUNDS)
  const kiosks = await enrolKiosks(data, ROUNDS)
  await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
  const ours: number[] = []
  const bare: number[] = []
  for (const [round, kiosk] of kiosks.entries()) {
    bare.push(percentile(await bareMs(join(folder, `raw-${round}.db`)), 99))
    const people = cards.slice(round * WORKERS, (round + 1) * WORKERS)
    const order = JSON.stringify({ url: centre.url, kiosk, cards: people, warmUp: WARM_UP, samples: SAMPLES })
    const printed = await runProgram(['tests/bench/latency-client.ts'], order)
    ours.push(percentile(z.array(z.number()).parse(JSON.parse(printed)), 99))
  }
  return [row('tap.latency', 'ms p99', median(ours), 'ws echo + raw commit', median(bare))]
}

async function bareMs(file: string): Promise<readonly number[]> {
  await using database = await openRaw(file)
  for (const statement of RAW_TABLE) await database.run(statement)
  await using echo = await startProgram(['tests/bench/bare-echo.ts'])
  const socket = new WebSocket(echo.url, { perMessageDeflate: false })
  await once(socket, 'open')
  const message = 'x'.repeat(600)
  const samples: number[] = []
  for (let n = 1; n <= SAMPLES + WARM_UP; n += 1) {
    const began = systemClock.monotonicMs()
    socket.send(message)
    await once(socket, 'message')
    await database.run('INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?)', rawRow(n))
    samples.push(systemClock.monotonicMs() - began)
  }
  socket.terminate()
  return samples.slice(WARM_UP)
}
