/**
 * A hub in a process of its own. `die TYPE`: it is killed right after an entry of that type was committed, before anybody is
 * answered.
 */

import { systemClock } from '../../central-sync/protocol/time.ts'
import { serveHub } from './served-hub.ts'

const [, , dir = '', databaseUrl = '', port = '0', mode = 'live', type = 'tap.recorded'] = process.argv
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const served = await serveHub(
  { dir, databaseUrl: databaseUrl === '' ? undefined : databaseUrl, clock: systemClock, log: quiet },
  { port: Number(port), prefix: '/hub' },
)
if (mode === 'die') {
  served.hub.journal.onCommitted((entries) => {
    if (entries.some(({ t }) => t === type)) process.kill(process.pid, 'SIGKILL')
  })
}
if (mode === 'live') await served.hub.claim({ login: 'kanri', name: '管理 花子', password: 'tanpopo-no-wata-7' })
const code = (await served.hub.newCentreCode('test')).code
process.stdout.write(`${JSON.stringify({ url: served.url, port: served.port, code })}\n`)
