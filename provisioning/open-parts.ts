/**
 * Opens the parts of a data folder for one operation, when no server holds them. Where an operation concerns both the
 * centre and its hub in the same folder, the whole house is started for as long as it takes, so that they can talk.
 */
import { Appliance } from '../appliance/appliance.ts'
import { Hub } from '../central-sync/hub/hub.ts'
import { systemClock } from '../central-sync/protocol/time.ts'
import { silentLog } from '../central-sync/web/log.ts'
import { lookInto, partFolder } from './data-folder.ts'
import { holdPart } from './hold-part.ts'
import { House } from './house.ts'
import { type OpenParts, partsOf } from './parts.ts'
import type { Settings } from './settings.ts'

/** Throws `Refused('folder_in_use')` when another process holds the part. */
export async function openParts(
  settings: Settings,
  part: 'centre' | 'hub',
  wholeHouse: boolean,
): Promise<OpenParts & AsyncDisposable> {
  const { parts } = lookInto(settings.data)
  if (wholeHouse && parts.has('centre') && parts.has('hub')) return openHouse(settings)
  const lock = await holdPart(settings.data, part, 'kado')
  try {
    const dir = partFolder(settings.data, part)
    const common = { dir, clock: systemClock, log: silentLog }
    const centre = part === 'centre' ? await Appliance.create({ ...common, code: settings.center }) : undefined
    const hub = part === 'hub' ? await Hub.create({ ...common, databaseUrl: settings.database }) : undefined
    return {
      ...partsOf(centre, hub),
      async [Symbol.asyncDispose]() {
        await (centre ?? hub)?.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openHouse(settings: Settings): Promise<OpenParts & AsyncDisposable> {
  const house = await House.create({
    settings: { ...settings, host: '127.0.0.1', port: 0, tls: undefined, plainLan: false },
    parts: ['hub', 'centre'],
    clock: systemClock,
    log: () => silentLog,
  })
  try {
    await house.start()
  } catch (error) {
    await house.stop()
    throw error
  }
  return { ...house.openParts, [Symbol.asyncDispose]: () => house.stop() }
}
