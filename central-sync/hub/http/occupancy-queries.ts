/** Use of seats and childcare rooms: JSON reads and files. */
import { z } from 'zod'
import { ageBand } from '../../protocol/event/childcare.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { calendarDay, type Month, month } from '../../protocol/time.ts'
import type { Download, Query } from '../../web/port.ts'
import { type MonthOccupancy, monthOccupancy } from '../occupancy/month-occupancy.ts'
import { demandCsv, occupancyCsv } from '../occupancy/occupancy-csv.ts'
import { bandFigures, careFigures } from '../occupancy/summarise.ts'
import type { HubRooms } from './hub-rooms.ts'

const asked = z.object({ site: z.string().max(40), month })
const count = z.number().int()

const answer = z.object({
  site: z.string(),
  month,
  seats: z.array(
    z.object({
      ...{ day: calendarDay, kind: z.enum(['seat', 'booth', 'room']) },
      ...{ places: count, openMin: count, bookedMin: count, usedMin: count },
      ...{ bookings: count, noShows: count, released: count },
    }),
  ),
  care: z.array(
    z.object({
      ...{ day: calendarDay, children: count, bookedMin: count, presentMin: count, noShows: count },
      ...{ peakChildren: count, needed: count.optional(), staff: count.optional(), at: count.optional() },
      ...{ short: z.boolean(), hidden: z.boolean() },
    }),
  ),
  bands: z.array(
    z.object({ band: ageBand, children: count, bookedMin: count, presentMin: count, hidden: z.boolean() }),
  ),
  declined: z.array(z.object({ kind: z.string(), why: z.string(), requests: count, minutes: count })),
  waited: z.array(
    z.object({
      ...{ kind: z.string(), joined: count, accepted: count, withdrawn: count, without: count, open: count },
    }),
  ),
})

export function occupancyQueries(rooms: HubRooms): Query[] {
  const query: Query<z.infer<typeof asked>, z.infer<typeof answer>> = {
    name: 'occupancy.month',
    path: '/occupancy',
    summary: {
      ja: '席と保育室の利用状況',
      en: 'Use of seats and the childcare room, day by day. Minutes; counts only.',
    },
    access: 'staff',
    input: asked,
    output: answer,
    handle: async ({ site, month: wanted }, { now }) => {
      const { journal } = rooms
      if ((await centreNamed(rooms, site)) === undefined) return refuse('not_found')
      const occupancy = await monthOccupancy(journal.read, site, wanted, now)
      const { seats, care, declined, waited } = occupancy
      return {
        ...{ site, month: wanted, seats: [...seats], declined: [...declined], waited: [...waited] },
        care: careFigures(care),
        bands: bandFigures(occupancy),
      }
    },
  }
  return [query as Query]
}

export function occupancyDownloads(rooms: HubRooms): Download[] {
  const days = file(rooms, 'occupancy', { ja: '利用状況（CSV）', en: 'Use of places (CSV)' }, (code, found) =>
    occupancyCsv(code, found),
  )
  const demand = file(
    rooms,
    'declined',
    { ja: '断った希望（CSV）', en: 'Declined requests (CSV)' },
    (code, found, of) => demandCsv(code, of, found),
  )
  return [days, demand]
}

function file(
  rooms: HubRooms,
  name: string,
  title: Download['title'],
  write: (code: string, found: MonthOccupancy, month: Month) => string,
): Download {
  const download: Download<z.infer<typeof asked>> = {
    path: `/downloads/${name}.csv`,
    access: 'staff',
    title,
    input: asked,
    load: async ({ site, month: wanted }, { now }) => {
      const centre = await centreNamed(rooms, site)
      if (centre === undefined) return refuse('not_found') as Refusal
      const found = await monthOccupancy(rooms.journal.read, site, wanted, now)
      const body = Buffer.from(write(centre.code, found, wanted))
      return { fileName: `${name}-${centre.code}-${wanted}.csv`, contentType: 'text/csv; charset=utf-8', body }
    },
  }
  return download as Download
}

export function centreNamed({ journal }: HubRooms, site: string): Promise<{ code: string; name: string } | undefined> {
  return journal.read.one('SELECT code, name FROM centre WHERE site = ?', [site])
}
