/** The towns of the demo, each with its own centre; Shiojiri also runs the hub. */
import type { Clock } from '../../central-sync/protocol/time.ts'
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
  readonly children: number
  readonly seats: number
  readonly booths: number
  readonly rooms: number
  /** Keeps the card numbers of the towns apart. */
  readonly series: number
}

export const towns: readonly [TownPlan, ...TownPlan[]] = [
  {
    code: 'SHI',
    name: '塩尻',
    folder: 'shiojiri',
    workers: 250,
    series: 1,
    children: 12,
    seats: 40,
    booths: 4,
    rooms: 2,
  },
  {
    code: 'ITO',
    name: '糸魚川',
    folder: 'itoigawa',
    workers: 30,
    series: 2,
    children: 7,
    seats: 16,
    booths: 2,
    rooms: 1,
  },
  {
    code: 'NAK',
    name: '中津川',
    folder: 'nakatsugawa',
    workers: 20,
    series: 3,
    children: 5,
    seats: 16,
    booths: 1,
    rooms: 1,
  },
]

export interface Town {
  readonly plan: TownPlan
  readonly house: House
  readonly reader: SimulatedReader
}

export interface TownOptions {
  readonly clock: Clock
  /** While the clock walks through weeks, what is under way comes too late and is sent again: no news. */
  readonly quiet: boolean
  /** Where the hub is, when it is not here. */
  readonly joins?: { readonly hub: string; readonly code: string } | undefined
}

/** Opens and starts one town. */
export async function openTown(
  plan: TownPlan,
  settings: Settings,
  { clock, quiet, joins }: TownOptions,
): Promise<Town> {
  const wanted = [
    readerSettings.parse({ kind: 'simulated', allowInProduction: true }),
    readerSettings.parse({ kind: 'page-wedge' }),
  ]
  const readers = await openReaders(wanted, { clock, production: false })
  const reader = readers.find((one) => one instanceof SimulatedReader)
  if (reader === undefined) throw new Error('no simulated reader was opened')
  const log = (name: string) =>
    createLogger({ name: `${plan.folder} ${name}`, level: quiet ? 'error' : 'warn', destination: process.stderr })
  const house = await House.create({
    settings: { ...settings, center: plan.code },
    parts: joins === undefined ? ['hub', 'centre', 'kiosk'] : ['centre', 'kiosk'],
    clock,
    log,
    readers,
    joins,
    name: `${plan.name}テレワークセンター`,
  })
  await house.start()
  return { plan, house, reader }
}
