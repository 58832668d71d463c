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
import { percentile, type Row, row } from './row.ts'

const WORKERS = 500
const SAMPLES = 2_000
const WARM_UP = 300

export async function measureTapLatency(folder: string): Promise<readonly Row[]> {
  const before = percentile(await bareMs(join(folder, 'raw-before.db')), 99)
  const data = join(folder, 'data')
  const { cards } = await prepareCentre(data, WORKERS)
  const [kiosk] = await enrolKiosks(data, 1)
  await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
  const order = JSON.stringify({ url: centre.url, kiosk, cards, warmUp: WARM_UP, samples: SAMPLES })
  const printed = await runProgram(['tests/bench/latency-client.ts'], order)
  const ours = z.array(z.number()).parse(JSON.parse(printed))
  // The better of two: a neighbour on the machine must not make ours look good.
  const baseline = Math.min(before, percentile(await bareMs(join(folder, 'raw-after.db')), 99))
  return [row('tap.latency', 'ms p99', percentile(ours, 99), 'ws echo + raw commit', baseline)]
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
