/** An enrolled kiosk as a process of its own, to be killed: `DIR URL NOW`; says its page's address, reads cards from standard input. */
import { listen } from '../../central-sync/web/listener.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'
import { TurnedClock } from './hub-fixture.ts'
import { silentLog } from './kiosk-bench.ts'
import { say } from './say.ts'

const [dir = '', applianceUrl = '', now = '0'] = process.argv.slice(2)
const clock = new TurnedClock(Number(now))
const readers = await openReaders([readerSettings.parse({ kind: 'lines' })], {
  clock,
  lines: process.stdin,
  production: false,
})
const kiosk = await Kiosk.create({
  ...{ dir, applianceUrl, clock, readers, log: silentLog },
  link: { backOffMs: { first: 50, max: 200 }, handshakeMs: 2_000, heartbeatMs: 500, refusedMs: 200 },
})
await kiosk.start()
const listening = await listen({ '/kiosk': { routes: kiosk.routes, upgrades: [] } }, { port: 0 })
await say(`${listening.url}/kiosk`)
