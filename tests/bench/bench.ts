/**
 * `npm run bench [-- --json] [-- --only NAME]`: ours against a baseline, both measured now, on this machine and disk.
 * Nothing is asserted: figures depend on the machine, ratios much less.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureBookingAvailability } from './booking-availability.ts'
import { measureBookingRace } from './booking-race.ts'
import { measureMemoryGrown } from './memory-grown.ts'
import type { Row } from './row.ts'
import { measureStartCold } from './start-cold.ts'
import { measureSyncUp } from './sync-up.ts'
import { measureTapDurable } from './tap-durable.ts'
import { measureTapLatency } from './tap-latency.ts'

type Measurement = (folder: string) => Promise<readonly Row[]>

/** Names of the rows a measurement makes → the measurement. */
const MEASUREMENTS: readonly (readonly [names: readonly string[], measure: Measurement])[] = [
  [['tap.durable'], measureTapDurable],
  [['tap.latency'], measureTapLatency],
  [['sync.up', 'sync.up.projected'], measureSyncUp],
  [['start.cold'], measureStartCold],
  [['memory.grown'], measureMemoryGrown],
  [['booking.race'], measureBookingRace],
  [['booking.availability'], measureBookingAvailability],
]

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true } } })
  const wanted = (name: string) => values.only === undefined || values.only.includes(name)
  const rows: Row[] = []
  for (const [names, measure] of MEASUREMENTS) {
    if (!names.some(wanted)) continue
    if (!values.json) console.log(`… ${names.join(', ')}`)
    rows.push(...(await inFolder(measure)).filter(({ name }) => wanted(name)))
  }
  if (values.json) console.log(JSON.stringify(rows, null, 2))
  else console.table(Object.fromEntries(rows.map(({ name, ...figures }) => [name, figures])))
}

async function inFolder(measure: Measurement): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kado-bench-'))
  try {
    return await measure(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

void main()
