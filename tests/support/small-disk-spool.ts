/** Child of `runOnSmallDisk`: fills the disk under a spool, makes room, appends on, and reports. */
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused } from '../../central-sync/protocol/refusal.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { openSpool } from '../../central-sync/spool/spool.ts'

const [disk = '', kept = ''] = process.argv.slice(2)
const dir = join(disk, 'spool')
const ballast = join(disk, 'ballast')
writeFileSync(ballast, Buffer.alloc(100_000, 1))
const spool = await openSpool({ dir, clock: systemClock, segmentBytes: 20_000 })
const acknowledged: number[] = []
const refused: Record<string, number> = {}

async function append(count: number): Promise<void> {
  const first = spool.head + 1
  const records = Array.from({ length: count }, (_, index) =>
    Buffer.from(JSON.stringify({ n: first + index, pad: 'x'.repeat(900) })),
  )
  try {
    acknowledged.push(...(await spool.append(records)))
  } catch (error) {
    const code = error instanceof Refused ? error.refusal.refused : String(error)
    refused[code] = (refused[code] ?? 0) + 1
  }
}

for (let turn = 0; turn < 300; turn++) await append(1 + (turn % 5))
const whileFull = acknowledged.length
const refusedWhileFull = { ...refused }
await spool.forget(Math.floor(whileFull / 2))
rmSync(ballast)
for (const code of Object.keys(refused)) delete refused[code]
for (let turn = 0; turn < 10; turn++) await append(2)
const found = await spool.read(spool.acked + 1, 10_000, Number.MAX_SAFE_INTEGER)
const answer = {
  acknowledged,
  whileFull,
  refusedWhileFull,
  refusedAfter: refused,
  acked: spool.acked,
  found: found.map(({ seq }) => seq),
}
await spool.close()
cpSync(dir, join(kept, 'spool'), { recursive: true })
process.stdout.write(JSON.stringify(answer))
