/** Child of `runOnSmallDisk`: fills the disk under a writing journal, makes room, writes on, and reports. */
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused } from '../../central-sync/protocol/refusal.ts'
import { openFolder, registered, scratchTable, watermark } from './journal-fixture.ts'

const [disk = '', kept = ''] = process.argv.slice(2)
const ballast = join(disk, 'ballast')
writeFileSync(ballast, Buffer.alloc(4_000_000, 1))
const { journal, close } = await openFolder(disk)
const acknowledged: string[] = []
const refused: Record<string, number> = {}

async function write(key: string): Promise<void> {
  try {
    await journal.write('put', async (tx) => {
      tx.append([watermark(1), registered('W001', '架空野 花子')])
      await tx.insert(scratchTable, [{ k: key, n: 1, bytes: Buffer.alloc(2_000, 7) }])
    })
    acknowledged.push(key)
  } catch (error) {
    const code = error instanceof Refused ? error.refusal.refused : String(error)
    refused[code] = (refused[code] ?? 0) + 1
  }
}

for (let n = 0; n < 40; n++) await Promise.all(Array.from({ length: 16 }, (_, index) => write(`full.${n}.${index}`)))
const whileFull = acknowledged.length
const head = journal.head().seq
rmSync(ballast)
const refusedWhileFull = { ...refused }
for (const code of Object.keys(refused)) delete refused[code]
for (let n = 0; n < 3; n++) await Promise.all(Array.from({ length: 8 }, (_, index) => write(`room.${n}.${index}`)))
const verified = await journal.verify()
const rebuilt = await journal.rebuild()
await close()
// A clean close leaves no write-ahead log behind.
cpSync(join(disk, 'journal.db'), join(kept, 'journal.db'))
process.stdout.write(
  JSON.stringify({
    acknowledged,
    whileFull,
    headWhileFull: head,
    refusedWhileFull,
    refusedAfter: refused,
    problems: verified.problems,
    rebuiltEqual: rebuilt.equal,
  }),
)
