/**
 * `sync.up` and `sync.up.projected`: one centre's journal into a hub in batches of 1,000, until the last batch is
 * acknowledged and until the last entry is projected, against bare set-based inserts of the same lines into the same
 * table at `synchronous=FULL`. The hub runs as it always does: its followers wait while a sender is in the middle of its
 * batches (five seconds at most), so the first figure is nearly intake alone and the second one pays for the following.
 * Both sides take turns, a new folder each time; the figures are medians.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { BATCH_RECORDS_MAX } from '../../central-sync/protocol/wire/sync.ts'
import { Chain } from '../support/hub-chain.ts'
import { inventStream } from './centre-stream.ts'
import { kado, runProgram, startProgram } from './child-program.ts'
import { openRaw } from './raw-sqlite.ts'
import { RAW_TABLE, rawRow } from './raw-table.ts'
import { median, type Row, row } from './row.ts'

const RECORDS = 60_000
const WORKERS = 1_000
const ROUNDS = 3

const answer = z.object({ records: z.number(), ms: z.number(), began: z.number() })

export async function measureSyncUp(folder: string): Promise<readonly Row[]> {
  const batches = inventBatches()
  const bare: number[] = []
  const up: number[] = []
  const projected: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareRowsPerSecond(join(folder, `raw-${round}.db`), batches))
    const hub = await uploadOnce(join(folder, `data-${round}`))
    up.push(hub.up)
    projected.push(hub.projected)
  }
  const name = 'bare json_each insert'
  return [
    row('sync.up', 'records/s', median(up), name, median(bare)),
    row('sync.up.projected', 'records/s', median(projected), name, median(bare)),
  ]
}

/** Records per second until acknowledged, and until projected. */
async function uploadOnce(data: string): Promise<{ up: number; projected: number }> {
  await using hub = await startProgram(kado('hub', 'run', '--port', '0', '--data', data))
  const printed = await runProgram(kado('provision', 'center', '--json', '--data', data))
  const { code } = z.object({ code: z.string() }).parse(JSON.parse(printed))
  const order = JSON.stringify({ url: hub.url, code, records: RECORDS, workers: WORKERS })
  const { records, ms, began } = answer.parse(JSON.parse(await runProgram(['tests/bench/upload-client.ts', order])))
  await untilProjected(join(data, 'hub/journal.db'))
  return { up: (records / ms) * 1_000, projected: (records / (systemClock.now() - began)) * 1_000 }
}

/** Resolves when the followers have seen every entry. */
async function untilProjected(file: string): Promise<void> {
  await using database = await openRaw(file)
  for (;;) {
    const [state] = await database.all<{ pos: number; projected: number }>('SELECT pos, projected FROM journal_state')
    if (state !== undefined && state.projected >= state.pos) return
    await wait(20)
  }
}

const INSERT = `INSERT INTO entry SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6,
  CAST(value->>7 AS BLOB), unhex(value->>8) FROM json_each(?)`

/** The same lines as JSON parameters, made before the clock runs. */
function inventBatches(): readonly string[] {
  const chain = new Chain({ site: newIdentifier('site'), inc: 'baseline' })
  inventStream(chain, WORKERS, RECORDS, systemClock.now())
  const batches: string[] = []
  for (let first = 0; first < chain.head; first += BATCH_RECORDS_MAX) {
    const lines = chain.lines.slice(first, first + BATCH_RECORDS_MAX)
    const cells = lines.map((line, index) => {
      const n = first + index + 1
      return [...rawRow(n).slice(0, 7), line.toString('utf8'), chain.hashAt(n).toString('hex')]
    })
    batches.push(JSON.stringify(cells))
  }
  return batches
}

async function bareRowsPerSecond(file: string, batches: readonly string[]): Promise<number> {
  await using database = await openRaw(file)
  for (const statement of RAW_TABLE) await database.run(statement)
  const began = systemClock.monotonicMs()
  for (const batch of batches) await database.run(INSERT, [batch])
  return (RECORDS / (systemClock.monotonicMs() - began)) * 1_000
}
