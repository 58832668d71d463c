/** A kiosk in a process of its own, to be killed: `node kiosk-program.ts DIR URL`, card numbers on standard input. */
import { systemClock } from '../../central-sync/protocol/time.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'

const [dir = '', applianceUrl = ''] = process.argv.slice(2)
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const readers = await openReaders([readerSettings.parse({ kind: 'lines' })], {
  clock: systemClock,
  lines: process.stdin,
  production: false,
})
const kiosk = await Kiosk.create({
  dir,
  applianceUrl,
  readers,
  clock: systemClock,
  log,
  json: (line) => process.stdout.write(`${line}\n`),
  link: { backOffMs: { first: 50, max: 200 } },
})
await kiosk.start()
process.stdout.write('{"started":true}\n')
