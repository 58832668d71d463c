/** `kado appliance run`: a centre's server as its own process, alone or joined to a hub elsewhere. */
import { systemClock } from '../central-sync/protocol/time.ts'
import { createLogger } from '../central-sync/web/log.ts'
import { announce } from './announce.ts'
import { House } from './house.ts'
import type { Settings } from './settings.ts'
import { untilStopped } from './until-stopped.ts'
import type { Voice } from './voice.ts'

export interface ApplianceRun {
  readonly json: boolean
  /** One-time code of the hub, needed for the first start with it. */
  readonly code: string | undefined
}

export async function runAppliance(settings: Settings, { json, code }: ApplianceRun, voice: Voice): Promise<void> {
  const log = (name: string) => createLogger({ name, level: settings.logLevel, destination: process.stderr })
  const joins = settings.hub === undefined ? undefined : { hub: settings.hub, code }
  await using house = await House.create({ settings, parts: ['centre'], clock: systemClock, log, joins })
  await house.start()
  const { url } = house
  await announce({ url, centre: url, claimCode: await house.claimCode() }, json, voice)
  await untilStopped()
}
