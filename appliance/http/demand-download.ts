/** Unmet demand as a file: what a town puts beside its request for more seats or carers. No names. */
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import { calendarDay, minuteFace, toJstIso } from '../../central-sync/protocol/time.ts'
import type { Download } from '../../central-sync/web/port.ts'
import { type DemandRow, demandWishes } from '../booking/booking-read.ts'
import { DESK } from './shape-booking-rows.ts'

const COLUMNS = ['asked_at', 'what', 'day', 'from', 'to', 'minutes', 'why', 'source'] as const

export function demandDownload(rows: Rows): Download<{ from: string; to: string }> {
  const input = z.object({ from: calendarDay, to: calendarDay })
  return {
    path: '/downloads/demand.csv',
    access: DESK,
    title: { ja: '足りなかった希望のCSV', en: 'Unmet demand as CSV' },
    input,
    async load(period) {
      const { from, to } = input.parse(period)
      // A BOM: this one is opened by a double click in a spreadsheet.
      const body = Buffer.from(`\uFEFF${demandCsv(await demandWishes(rows, from, to))}`)
      return { fileName: `demand-${from}-${to}.csv`, contentType: 'text/csv; charset=utf-8', body }
    },
  }
}

/** UTF-8 without BOM, LF; `why` is the refusal code. */
function demandCsv(rows: readonly DemandRow[]): string {
  const lines = rows.map(({ at, what, day, start, end, why, source }) => ({
    asked_at: toJstIso(at),
    what,
    day,
    from: minuteFace(start),
    to: minuteFace(end),
    minutes: end - start,
    why,
    source,
  }))
  return stringify(lines, { header: true, columns: [...COLUMNS], record_delimiter: '\n', escape_formulas: true })
}
