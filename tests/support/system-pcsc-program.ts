/** Opens a PC/SC reader through the operating system's library and prints one line per touch, until `count` of them. */
import { maskCard } from '../../central-sync/protocol/card.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'

const count = Number(process.argv[2] ?? 1)
const settings = readerSettings.parse({ kind: 'pcsc', backend: 'system' })
const [reader] = await openReaders([settings], { clock: systemClock, production: true })
let touches = 0
reader?.on('touch', ({ hex, technology, usable }) => {
  process.stdout.write(`${JSON.stringify({ hex: maskCard(hex), technology, ok: usable.ok })}\n`)
  touches += 1
  if (touches >= count) void reader.stop()
})
await reader?.start()
