/** A child process that appends to a spool for ever and says each number once it is acknowledged. `node spool-writer.ts DIR`. */
import { systemClock } from '../../central-sync/protocol/time.ts'
import { openSpool } from '../../central-sync/spool/spool.ts'
import { say } from './say.ts'

const spool = await openSpool({ dir: process.argv[2] ?? '', clock: systemClock, segmentBytes: 20_000 })
await say('ready')
for (;;) {
  const first = spool.head + 1
  const records = Array.from({ length: 1 + (first % 4) }, (_, index) =>
    Buffer.from(JSON.stringify({ n: first + index })),
  )
  for (const seq of await spool.append(records)) await say(`${seq}`)
}
