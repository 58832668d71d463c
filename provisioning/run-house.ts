/** `kado start`: a whole installation on one machine: hub, one centre, and its kiosk page. */
import { systemClock } from '../central-sync/protocol/time.ts'
import { createLogger } from '../central-sync/web/log.ts'
import { openReaders } from '../kiosk/reader/reader.ts'
import { announce } from './announce.ts'
import { House } from './house.ts'
import { readerSettingsOf } from './run-kiosk.ts'
import { isProduction, type Settings } from './settings.ts'
import { untilStopped } from './until-stopped.ts'
import type { Voice } from './voice.ts'

export async function runHouse(settings: Settings, { json }: { json: boolean }, voice: Voice): Promise<void> {
  const log = (name: string) => createLogger({ name, level: settings.logLevel, destination: process.stderr })
  const readers = await openReaders(readerSettingsOf(['wedge'], settings), {
    clock: systemClock,
    production: isProduction(),
  })
  await using house = await House.create({
    settings,
    parts: ['hub', 'centre', 'kiosk'],
    clock: systemClock,
    log,
    readers,
  })
  await house.start()
  const { url } = house
  const places = { url: `${url}/`, centre: `${url}/`, kiosk: `${url}/kiosk/`, hub: `${url}/hub/` }
  await announce({ ...places, claimCode: await house.claimCode() }, json, voice)
  await untilStopped()
}
