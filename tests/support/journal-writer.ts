/**
 * A child process that writes to a journal for ever and says on stdout what was acknowledged, one key per line, said
 * after the acknowledgement: whatever the parent has read was acknowledged before the kill. `node journal-writer.ts FOLDER [URL]`.
 */
import type { DatabaseSettings } from '../../central-sync/journal/dialect/port.ts'
import { countMigrations, openFolder, scratchTable, voided, watermark } from './journal-fixture.ts'
import { say } from './say.ts'

const [folder = '', url] = process.argv.slice(2)
const database: DatabaseSettings | undefined = url === undefined ? undefined : { kind: 'postgres', url }
const { journal } = await openFolder(folder, { migrations: countMigrations, ...(database && { database }) })
const start = `${process.pid}`
let count = 0

async function writer(number: number): Promise<never> {
  for (;;) {
    count += 1
    const key = `${start}.${number}.${count}`
    const boot = process.pid
    const seq = count
    await journal.write('put', async (tx) => {
      tx.append([watermark(seq), voided(seq, boot)])
      await tx.insert(scratchTable, [{ k: key, n: seq, bytes: null }])
    })
    await say(key)
  }
}

await say('ready')
await Promise.all(Array.from({ length: 16 }, (_, number) => writer(number)))
