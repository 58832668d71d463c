/** The towns of the demo, each with its own centre; Shiojiri also runs the hub. */
import { systemClock } from '../../central-sync/protocol/time.ts'
import { createLogger } from '../../central-sync/web/log.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { House } from '../house.ts'
import type { Settings } from '../settings.ts'

export interface TownPlan {
  readonly code: string
  readonly name: string
  readonly folder: string
  readonly workers: number
  /** Keeps the card numbers of the towns apart. */
  readonly series: number
}

export const towns: readonly [TownPlan, ...TownPlan[]] = [
  { code: 'SHI', name: '塩尻', folder: 'shiojiri', workers: 250, series: 1 },
  { code: 'ITO', name: '糸魚川', folder: 'itoigawa', workers: 30, series: 2 },
  { code: 'NAK', name: '中津川', folder: 'nakatsugawa', workers: 20, series: 3 },
]

export interface Town {
  readonly plan: TownPlan
  readonly house: House
  readonly reader: SimulatedReader
}

/** Opens and starts one town. `joins`: where the hub is, when it is not here. */
export async function openTown(
  plan: TownPlan,
  settings: Settings,
  joins?: { readonly hub: string; readonly code: string },
): Promise<Town> {
  const wanted = [
    readerSettings.parse({ kind: 'simulated', allowInProduction: true }),
    readerSettings.parse({ kind: 'page-wedge' }),
  ]
  const readers = await openReaders(wanted, { clock: systemClock, production: false })
  const reader = readers.find((one) => one instanceof SimulatedReader)
  if (reader === undefined) throw new Error('no simulated reader was opened')
  const log = (name: string) =>
    createLogger({ name: `${plan.folder} ${name}`, level: 'warn', destination: process.stderr })
  const house = await House.create({
    settings: { ...settings, center: plan.code },
    parts: joins === undefined ? ['hub', 'centre', 'kiosk'] : ['centre', 'kiosk'],
    clock: systemClock,
    log,
    readers,
    joins,
    name: `${plan.name}テレワークセンター`,
  })
  await house.start()
  return { plan, house, reader }
}
