/**
 * What a close must pay, to the yen, from the entries the hub held: accepted time that still stands, per package, price
 * and place; minutes and yen rounded up once each; what earlier months should have paid but did not comes as adjustment.
 */
import type { DiskEntry } from './disk.ts'
import type { ExpectedSession } from './expect-day.ts'
import { gatherEvidence, of } from './gather-evidence.ts'
import { PACKAGES, type PlannedRate } from './plan.ts'
import type { SeenClose } from './record.ts'

export interface PayLine {
  readonly worker: string
  readonly package: string
  readonly place: string
  readonly rate: string
  readonly minutes: number
  readonly yen: number
  /** Month it adjusts; empty for the month itself. */
  readonly adjusts: string
}

interface Figures {
  readonly minutes: number
  readonly yen: number
  readonly seconds: number
}

/** Lines by `worker package place rate` of what the entries say one month is worth now. */
function worthOf(month: string, time: readonly AcceptedTime[], rates: readonly PlannedRate[]) {
  const seconds = new Map<
    string,
    { line: Omit<PayLine, 'minutes' | 'yen' | 'adjusts'>; seconds: number; milli: bigint }
  >()
  for (const one of time.filter(({ day }) => day.startsWith(month))) {
    const rate = priceOn(rates, one.package, one.day)
    if (rate === undefined) throw new Error(`no price for ${one.package} on ${one.day}`)
    const line = { worker: one.worker, package: one.package, place: one.place, rate: rate.yen }
    const key = JSON.stringify([line, rate.from])
    const known = seconds.get(key)?.seconds ?? 0
    seconds.set(key, { line, seconds: known + one.seconds, milli: milliOf(rate.yen) })
  }
  return new Map(
    [...seconds].map(([key, { line, seconds: sum, milli }]) => [key, { line, figures: figuresOf(sum, milli) }]),
  )
}

function figuresOf(seconds: number, milli: bigint): Figures {
  const minutes = Math.ceil(seconds / 60)
  return { seconds, minutes, yen: Number((BigInt(minutes) * milli + 59_999n) / 60_000n) }
}

/** "1061.5" yen an hour in thousandths. */
function milliOf(yen: string): bigint {
  const [whole = '0', part = ''] = yen.split('.')
  return BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'))
}

/** The newest that has begun; of two from one day the one that was set later. */
function priceOn(rates: readonly PlannedRate[], title: string, day: string): PlannedRate | undefined {
  const begun = rates.filter(({ package: work, from }) => PACKAGES[work] === title && from <= day)
  return begun.reduce<PlannedRate | undefined>(
    (best, rate) => (best === undefined || rate.from >= best.from ? rate : best),
    undefined,
  )
}

interface AcceptedTime {
  /** As the hub writes her: `SHI-W001`. */
  readonly worker: string
  readonly day: string
  readonly package: string
  readonly place: string
  readonly seconds: number
}

/** Newest acceptance of each session that the home centre did not take back, if the session still is what was accepted. */
export function acceptedTime(entries: readonly DiskEntry[]): AcceptedTime[] {
  const { days } = gatherEvidence(entries)
  const names = namesOf(entries)
  const newest = new Map<string, DiskEntry>()
  for (const entry of entries) {
    const key = `${entry.data.worker} ${entry.data.session}`
    if (entry.type === 'work.approved' && entry.site === names.home.get(String(entry.data.worker)))
      newest.set(key, entry)
    if (entry.type === 'work.unapproved') newest.delete(key)
  }
  return [...newest.values()].flatMap(({ data }) => {
    const session = (days.get(`${data.worker} ${data.day}`) ?? []).find(({ key }) => key === data.session)
    if (session === undefined || !stands(session, data)) return []
    const worker = names.code.get(String(data.worker)) ?? ''
    const title = names.title.get(String(data.package)) ?? ''
    return [{ worker, day: String(data.day), package: title, place: session.place, seconds: session.seconds }]
  })
}

/** A centre that had the evidence before it heard of a close did not see it as late: its acceptance is a person's word. */
function stands(session: ExpectedSession, data: DiskEntry['data']): boolean {
  const { status, flags } = session
  const same = session.start === data.startedAt && session.end === data.endedAt && session.seconds === data.seconds
  return same && (status === 'payable' || (status === 'pending' && [...flags].join() === 'late_evidence'))
}

export function namesOf(entries: readonly DiskEntry[]) {
  const registered = of(entries, 'worker.registered')
  const centres = new Map(of(entries, 'centre.named').map(({ data }) => [String(data.site), String(data.code)]))
  return {
    home: new Map(registered.map(({ data }) => [String(data.worker), String(data.home)])),
    code: new Map(
      registered.map(({ data }) => [String(data.worker), `${centres.get(String(data.home))}-${data.code}`] as const),
    ),
    title: new Map(of(entries, 'package.made').map(({ data }) => [String(data.package), String(data.title)])),
  }
}

/** Lines of a close and all that earlier ones left to adjust. `earlier` in the order in which they happened. */
export function expectLines(close: SeenClose, earlier: readonly SeenClose[]): PayLine[] {
  const time = acceptedTime(close.entries)
  const own = [...worthOf(close.month, time, close.rates).values()].map(({ line, figures }) =>
    lineOf(line, figures, ''),
  )
  const adjusting = earlier.flatMap((past) => adjustments(past, earlier, time))
  return [...own, ...adjusting]
}

function adjustments(past: SeenClose, earlier: readonly SeenClose[], time: readonly AcceptedTime[]): PayLine[] {
  const { month } = past
  const worth = sumByLine(
    [...worthOf(month, time, past.rates).values()].map(({ line, figures }) => lineOf(line, figures, '')),
  )
  const paid = sumByLine(earlier.flatMap((one) => linesFor(one, month)))
  const keys = new Set([...worth.keys(), ...paid.keys()])
  return [...keys].flatMap((key) => {
    const [is, was] = [worth.get(key), paid.get(key)]
    const line = is ?? was
    if (line === undefined) return []
    const minutes = (is?.minutes ?? 0) - (was?.minutes ?? 0)
    const yen = (is?.yen ?? 0) - (was?.yen ?? 0)
    return minutes === 0 && yen === 0 ? [] : [{ ...line, minutes, yen, adjusts: month }]
  })
}

/** What a close paid on account of a month. */
function linesFor(close: SeenClose, month: string): PayLine[] {
  return shownLines(close).filter(({ adjusts }) => (adjusts === '' ? close.month : adjusts) === month)
}

export function shownLines({ lines }: SeenClose): PayLine[] {
  return lines.map(({ worker_code: worker, package: work, place, rate, minutes, yen, adjusts_month: adjusts }) => ({
    ...{ worker, package: work, place, rate, minutes, yen, adjusts },
  }))
}

function lineOf(
  line: Omit<PayLine, 'minutes' | 'yen' | 'adjusts'>,
  { minutes, yen }: Figures,
  adjusts: string,
): PayLine {
  return { ...line, minutes, yen, adjusts }
}

function sumByLine(lines: readonly PayLine[]): Map<string, PayLine> {
  const sums = new Map<string, PayLine>()
  for (const line of lines) {
    const key = [line.worker, line.package, line.place, line.rate].join('|')
    const known = sums.get(key)
    const [minutes, yen] = [line.minutes + (known?.minutes ?? 0), line.yen + (known?.yen ?? 0)]
    sums.set(key, { ...line, minutes, yen, adjusts: '' })
  }
  return sums
}
