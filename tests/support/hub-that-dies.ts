/** A hub in a process of its own that is killed right after a batch was committed, before anybody is answered. */

import { systemClock } from '../../central-sync/protocol/time.ts'
import { serveHub } from './served-hub.ts'

const [, , dir = '', databaseUrl = '', port = '0', mode = 'live'] = process.argv
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const served = await serveHub(
  { dir, databaseUrl: databaseUrl === '' ? undefined : databaseUrl, clock: systemClock, log: quiet },
  { port: Number(port), prefix: '/hub' },
)
if (mode === 'die') {
  served.hub.journal.onCommitted((entries) => {
    if (entries.some(({ t }) => t === 'tap.recorded')) process.kill(process.pid, 'SIGKILL')
  })
}
const code = (await served.hub.newCentreCode('test')).code
process.stdout.write(`${JSON.stringify({ url: served.url, port: served.port, code })}\n`)
