/** Every database's folded days are what its own entries say, and no wrong clock pays by itself. */
import { SECOND_MS } from '../../central-sync/protocol/time.ts'
import type { DiskEntry, DiskSession } from './disk.ts'
import type { ExpectedSession } from './expect-day.ts'
import { type Evidence, gatherEvidence } from './gather-evidence.ts'
import type { Record } from './record.ts'

const YEAR_MS = 365 * 86_400_000

export function judgeSessions(where: string, entries: readonly DiskEntry[], found: readonly DiskSession[]): string[] {
  const expected = [...gatherEvidence(entries).days].flatMap(([day, sessions]) =>
    sessions.map((session) => `${day} ${expectedText(session)}`),
  )
  const actual = found.map((session) => `${session.worker} ${session.day} ${foundText(session)}`)
  return difference(expected, actual).map((text) => `${where}: ${text}`)
}

/** Lines that only one side has, each with its sign. */
export function difference(expected: readonly string[], actual: readonly string[]): string[] {
  const left = [...actual].sort()
  const missing = [...expected].sort().filter((line) => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return [...missing.map((line) => `expected ${line}`), ...left.map((line) => `but found ${line}`)]
}

function expectedText({ key, start, end, seconds, status, flags, place, open }: ExpectedSession): string {
  return textOf([
    key,
    start ?? '–',
    end ?? '–',
    seconds,
    status,
    [...flags].sort().join('+'),
    place,
    open ? 'open' : '',
  ])
}

function foundText({ session, started_at, ended_at, seconds, status, flags, place, open }: DiskSession): string {
  const sorted = flags.split(' ').sort().join('+')
  return textOf([session, started_at ?? '–', ended_at ?? '–', seconds, status, sorted, place, open === 1 ? 'open' : ''])
}

function textOf(parts: readonly (string | number)[]): string {
  return parts.join(' ')
}

/** Time that nobody decided about was shown when it truly was. */
export function judgeClocks(record: Record, evidence: Evidence): string[] {
  const wrong: string[] = []
  for (const sessions of evidence.days.values()) {
    for (const { status, decided, startId = '', endId = '' } of sessions) {
      if (status !== 'payable' || decided) continue
      for (const id of [startId, endId]) {
        const tap = record.taps.get(id)
        const off = tap === undefined ? 0 : Math.abs(tap.time - tap.truth)
        if (tap !== undefined && off > (tap.doubtful ? YEAR_MS * 100 : 10 * SECOND_MS))
          wrong.push(`tap ${id} pays although its clock was wrong by ${off} ms`)
      }
    }
  }
  return wrong
}
