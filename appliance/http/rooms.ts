/** Everything the centre offers on the web, joined with its pages. */
import { z } from 'zod'
import type { VerifyReport } from '../../central-sync/journal/verify.ts'
import { businessDay } from '../../central-sync/protocol/time.ts'
import { mayOpenIn } from '../../central-sync/web/may-open.ts'
import type { Command, Download, Query, WebRooms } from '../../central-sync/web/port.ts'
import { type ExportSources, exportSessions, sessionsCsv } from '../attendance/export-sessions.ts'
import { centrePages } from '../pages/centre-pages.ts'
import { type AttendanceDesks, attendanceCommands } from './attendance-commands.ts'
import { type BookingDesks, bookingCommands } from './booking-commands.ts'
import { type BookingSources, bookingQueries } from './booking-queries.ts'
import { type CentreSources, centreQueries } from './centre-queries.ts'
import { type ChildcareDesks, childcareCommands } from './childcare-commands.ts'
import { type ChildcareReads, childcareQueries } from './childcare-queries.ts'
import { type ChildrenReads, childrenQueries } from './children-queries.ts'
import { demandDownload } from './demand-download.ts'
import { type DoorDesks, doorCommands } from './door-commands.ts'
import { myCareQueries } from './my-care-queries.ts'
import { pairQueries } from './pair-queries.ts'
import { payQueries } from './pay-queries.ts'
import { type PeopleDesks, peopleCommands } from './people-commands.ts'
import { type PeopleSources, peopleQueries } from './people-queries.ts'
import { bindCommand } from './shape.ts'
import { journalVerify } from './shape-people.ts'
import { type WaitingDesks, waitingCommands } from './waiting-commands.ts'
import { type WaitingSources, waitingQueries } from './waiting-queries.ts'
import { type WallSources, wallCommands, wallQueries } from './wall-queries.ts'

export interface RoomSources {
  readonly door: DoorDesks
  readonly people: PeopleDesks
  readonly attendance: AttendanceDesks
  readonly booking: BookingDesks & BookingSources
  readonly waiting: { readonly desks: WaitingDesks; readonly reads: WaitingSources }
  readonly wall: WallSources
  readonly childcare: { readonly desks: ChildcareDesks; readonly reads: ChildcareReads & ChildrenReads }
  readonly centre: CentreSources
  readonly reads: PeopleSources
  verify(): Promise<VerifyReport>
}

export function centreRooms(sources: RoomSources): WebRooms {
  const commands: readonly Command[] = [
    ...doorCommands(sources.door),
    ...peopleCommands(sources.people),
    ...attendanceCommands(sources.attendance),
    ...bookingCommands(sources.booking),
    ...waitingCommands(sources.waiting.desks),
    ...wallCommands(sources.wall),
    ...childcareCommands(sources.childcare.desks),
    verifyCommand(sources) as Command,
  ]
  const others: readonly Query[] = [
    ...centreQueries(sources.centre, (actor, address) => mayOpen(actor, address)),
    ...peopleQueries(sources.reads),
    ...payQueries(sources.reads),
    ...bookingQueries(sources.booking),
    ...waitingQueries(sources.waiting.reads),
    ...childcareQueries(sources.childcare.reads),
    ...childrenQueries(sources.childcare.reads),
    ...myCareQueries(sources.childcare.reads),
    ...pairQueries(sources.childcare.reads),
  ]
  const queries = [...others, ...wallQueries(sources.wall, others)]
  const downloads = [sessionsDownload(sources.reads), demandDownload(sources.booking.rows)] as readonly Download[]
  const shown = centrePages(queries)
  // Pages read through the queries above, one of which asks who may open which page: by then they are all there.
  const mayOpen = mayOpenIn({ ...shown, downloads })
  return {
    name: { ja: 'KADO センター', en: 'KADO centre' },
    nameNow: async () => (await sources.reads.directory.centre())?.name,
    commands,
    queries,
    downloads,
    ...shown,
  }
}

const PROBLEMS_SHOWN = 20

/** The same walk as `kado journal verify`. */
function verifyCommand(sources: Pick<RoomSources, 'verify'>) {
  return bindCommand(journalVerify, async () => {
    const { ok, entries, streams, problems } = await sources.verify()
    const lines = problems.slice(0, PROBLEMS_SHOWN).map(({ site, seq, what }) => `${site} #${seq}: ${what}`)
    return { ok, entries, streams: streams.length, problems: lines }
  })
}

/** The same file as `kado sessions export`. */
function sessionsDownload({ rows, directory }: Omit<ExportSources, 'now'>): Download<{ from: string; to: string }> {
  const input = z.object({ from: businessDay, to: businessDay })
  return {
    path: '/downloads/sessions.csv',
    access: ['front_desk', 'director', 'administrator'],
    title: { ja: '記録のCSV', en: 'Sessions as CSV' },
    input,
    async load(period, { now }) {
      const { from, to } = input.parse(period)
      const sessions = await exportSessions(from, to, { rows, directory, now })
      // A BOM: this one is opened by a double click in a spreadsheet.
      const body = Buffer.from(`\uFEFF${sessionsCsv(sessions)}`)
      return { fileName: `sessions-${from}-${to}.csv`, contentType: 'text/csv; charset=utf-8', body }
    },
  }
}
