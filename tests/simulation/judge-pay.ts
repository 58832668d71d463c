/** Statements to the yen; nothing closed ever changes; nothing of a month was on its way when it closed without a word. */
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { expectLines, type PayLine, shownLines } from './expect-pay.ts'
import { dayOf, of } from './gather-evidence.ts'
import { difference } from './judge-sessions.ts'
import type { Record, SeenClose } from './record.ts'
import type { World } from './world.ts'

export function judgeClose(close: SeenClose, earlier: readonly SeenClose[], record: Record): string[] {
  const [expected, actual] = [expectLines(close, earlier), shownLines(close)]
  const workers = new Set([...expected, ...actual].map(({ worker }) => worker))
  const wrong = [...workers].sort().flatMap((worker) => {
    const of = (lines: readonly PayLine[]) => lines.filter((line) => line.worker === worker)
    return judgeStatement(of(expected), of(actual)).map((text) => `${close.month}: ${text}`)
  })
  return [...wrong, ...judgeCompleteness(close, record)]
}

/** Every line is there, but for those that take back more than the month can bear: these wait. */
function judgeStatement(expected: readonly PayLine[], actual: readonly PayLine[]): string[] {
  const total = actual.reduce((sum, { yen }) => sum + yen, 0)
  // A line may say that only seconds moved, below the minute: it pays nothing.
  const paying = actual.filter(({ adjusts, minutes, yen }) => adjusts === '' || minutes !== 0 || yen !== 0)
  const shown = paying.map(textOf)
  const held = expected.filter((line) => {
    const waits = line.yen < 0 && total + line.yen < 0
    const nothing = line.adjusts !== '' && line.yen === 0 && actual.length === 0
    return (waits || nothing) && !shown.includes(textOf(line))
  })
  const due = expected.filter((line) => !held.includes(line)).map(textOf)
  return [...(total < 0 ? [`a statement of ${total} yen`] : []), ...difference(due, shown)]
}

function textOf({ worker, package: work, place, rate, minutes, yen, adjusts }: PayLine): string {
  return [worker, work, place, `¥${rate}`, `${minutes} min`, `${yen} yen`, adjusts].join(' ')
}

/** A month that closed without an override had everything that people had done in it. */
function judgeCompleteness({ month, forced, entries }: SeenClose, record: Record): string[] {
  if (forced) return []
  const here = new Set(of(entries, 'tap.recorded').map(({ id }) => id))
  const late = [...record.taps.values()].filter(({ id, truth }) => dayOf(truth).startsWith(month) && !here.has(id))
  return late.map(({ id }) => `${month} was closed without a word although tap ${id} was still at its kiosk`)
}

export async function judgeClosed({ record, hub: { hub } }: World): Promise<string[]> {
  const wrong: string[] = []
  for (const { month, lines } of record.closes) {
    const now = await hub.statementsExport(month)
    if (isRefusal(now) || JSON.stringify(now) !== JSON.stringify(lines)) wrong.push(`the closed month ${month} changed`)
  }
  return wrong
}
