/** `kado hub run`: the hub as its own process. */
import { systemClock } from '../central-sync/protocol/time.ts'
import { createLogger } from '../central-sync/web/log.ts'
import { type Announcement, announce } from './announce.ts'
import { House } from './house.ts'
import type { Settings } from './settings.ts'
import { untilStopped } from './until-stopped.ts'
import type { Voice } from './voice.ts'

export async function runHub(settings: Settings, { json }: { json: boolean }, voice: Voice): Promise<void> {
  const log = (name: string) => createLogger({ name, level: settings.logLevel, destination: process.stderr })
  await using house = await House.create({ settings, parts: ['hub'], clock: systemClock, log })
  await house.start()
  const { url } = house
  const announcement: Announcement = { url, hub: url, claimCode: await house.claimCode() }
  await announce(announcement, json, voice)
  await untilStopped()
}
