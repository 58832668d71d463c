/** `kado kiosk run`: one kiosk as its own process, with its page on this machine only. */
import { systemClock } from '../central-sync/protocol/time.ts'
import { type Listening, listen } from '../central-sync/web/listener.ts'
import { createLogger } from '../central-sync/web/log.ts'
import { Kiosk } from '../kiosk/kiosk.ts'
import { type CardReader, openReaders } from '../kiosk/reader/reader.ts'
import { type ReaderSettings, readerSettings } from '../kiosk/reader/reader-settings.ts'
import { partFolder } from './data-folder.ts'
import { holdPart } from './hold-part.ts'
import { refusalOf } from './outcome.ts'
import { isProduction, type Settings } from './settings.ts'
import { untilStopped } from './until-stopped.ts'
import type { Voice } from './voice.ts'

/** Where the page is looked for unless told otherwise. */
export const KIOSK_PORT = 8471
const IDLE_MS = 100

export type ReaderName = 'hid' | 'pcsc' | 'wedge' | 'lines' | 'simulated'

export interface KioskRun {
  readonly applianceUrl: string
  readonly code: string | undefined
  readonly readers: readonly ReaderName[]
  /** One JSON line on standard output for each tap kept and each tap acknowledged. */
  readonly json: boolean
  readonly port: number | undefined
}

export async function runKiosk(settings: Settings, run: KioskRun, voice: Voice): Promise<void> {
  await using _lock = await holdPart(settings.data, 'kiosk', 'kado kiosk')
  const readers = await openReaders(readerSettingsOf(run.readers, settings), {
    clock: systemClock,
    lines: process.stdin,
    production: isProduction(),
  })
  const log = createLogger({ name: 'kiosk', level: settings.logLevel, destination: process.stderr })
  await using kiosk = await Kiosk.create({
    dir: partFolder(settings.data, 'kiosk'),
    applianceUrl: run.applianceUrl,
    code: run.code,
    readers,
    clock: systemClock,
    log,
    json: run.json ? (line) => void voice.write(`${line}\n`) : undefined,
  })
  const readOut = untilReadOut(readers, kiosk)
  await kiosk.start()
  const listening = await listenForPage(kiosk, run.port)
  voice.note(`受付の画面 / kiosk page: ${listening.url}/kiosk`)
  await Promise.race([untilStopped(), readOut])
  await listening.close()
}

/** A port that was asked for must be free; the usual one may be taken by another kiosk on this machine. */
async function listenForPage(kiosk: Kiosk, asked: number | undefined): Promise<Listening> {
  const program = { routes: kiosk.routes, upgrades: [] }
  const programs = { '': program, '/kiosk': program }
  try {
    return await listen(programs, { port: asked ?? KIOSK_PORT })
  } catch (error) {
    if (asked !== undefined || refusalOf(error)?.refused !== 'port_in_use') throw error
    return listen(programs, { port: 0 })
  }
}

/** Standard input has ended, no other reader is left, and every tap is acknowledged. */
function untilReadOut(readers: readonly CardReader[], kiosk: Kiosk): Promise<void> {
  return new Promise((resolve) => {
    if (readers.some(({ kind }) => kind !== 'lines')) return
    const [lines] = readers
    lines?.on('ended', () => {
      const timer = setInterval(() => {
        if (kiosk.waiting > 0) return
        clearInterval(timer)
        resolve()
      }, IDLE_MS)
    })
  })
}

const KINDS: Readonly<Record<ReaderName, readonly ReaderSettings['kind'][]>> = {
  hid: ['hid-wedge', 'hid-raw'],
  pcsc: ['pcsc'],
  wedge: ['page-wedge'],
  lines: ['lines'],
  simulated: ['simulated'],
}

/** A reader described in `settings.json` is used as described there, another one with the usual settings of its kind. */
export function readerSettingsOf(names: readonly ReaderName[], { readers }: Settings): readonly ReaderSettings[] {
  return [...new Set(names)].flatMap((name) => {
    const described = readers.filter(({ kind }) => KINDS[name].includes(kind))
    return described.length > 0 ? described : [readerSettings.parse({ kind: KINDS[name][0] })]
  })
}
