/** One statement: every yen with its working, down to the taps and their hashes. Prints on A4. */
import { z } from 'zod'
import { isRefusal } from '../../protocol/refusal.ts'
import { formatRate } from '../../protocol/yen.ts'
import type { Page } from '../../web/port.ts'
import { AUDIT, type HubRooms } from '../http/hub-rooms.ts'
import type { Citation } from '../payroll/citations.ts'
import { type ExplainedLine, type ExplainedStatement, explainStatement } from '../payroll/explain.ts'
import type { ExplainedSession } from '../payroll/explain-sessions.ts'
import { closedMonths, statementOfMonth } from '../statement/statement-list.ts'
import { hubPage, previousMonth } from './hub-page.ts'

export function statementPage({ journal, people, staff }: HubRooms): Page {
  return hubPage({
    path: '/statements/:statement',
    access: AUDIT,
    title: { ja: '支払明細書', en: 'Payment statement' },
    template: 'statement',
    shell: 'print',
    input: { statement: z.string().max(20) },
    load: async ({ statement: number }) => {
      const { read } = journal
      const explained = await explainStatement({ rows: read, people }, number)
      if (isRefusal(explained)) return explained
      const closed = (await closedMonths(read)).find(({ month }) => month === explained.month)
      const by = (await staff.all()).find((member) => member.staff === closed?.closedBy)
      const before = await statementOfMonth(read, explained.worker, previousMonth(explained.month))
      return {
        ...viewOf(explained),
        closedBy: by?.name ?? '',
        difference: before === undefined ? undefined : explained.yen - before.yen,
        more: before !== undefined && explained.yen > before.yen,
        hasBefore: before !== undefined,
        previous: previousMonth(explained.month),
      }
    },
  })
}

function viewOf(explained: ExplainedStatement) {
  const { lines, entry, ...rest } = explained
  const sum = (some: readonly ExplainedLine[], key: 'yen' | 'minutes') =>
    some.reduce((total, line) => total + line[key], 0)
  const ordinary = lines.filter(({ adjusts }) => adjusts === undefined)
  const adjusted = lines.filter(({ adjusts }) => adjusts !== undefined)
  const sessions = lines.flatMap((line) => line.sessions)
  const taps = sessions.flatMap(({ evidence }) => evidence.filter(({ entry: cited }) => cited.type === 'tap.recorded'))
  return {
    ...rest,
    entry: entry === undefined ? undefined : citationView(entry),
    fingerprintText: explained.fingerprint.replace(/(.{4})(?=.)/g, '$1 '),
    work: sum(ordinary, 'yen'),
    adjustments: sum(adjusted, 'yen'),
    isAdjusted: adjusted.length > 0,
    seconds: sum(ordinary, 'minutes') * 60,
    lines: lines.map(lineView),
    chain: { taps: taps.length, sessions: sessions.length, approvals: sessions.length },
  }
}

function lineView(line: ExplainedLine) {
  const { minutes, milliYenPerHour, yen, adjusts } = line
  const days = new Set(line.sessions.map(({ day }) => day)).size
  return {
    ...line,
    isAdjustment: adjusts !== undefined,
    rateText: formatRate(milliYenPerHour),
    quotient: quotientText(minutes, milliYenPerHour),
    exact: (minutes * milliYenPerHour) % 60_000 === 0,
    seconds: Math.abs(minutes) * 60,
    negative: minutes < 0 || yen < 0,
    rateEntry: line.rateEntry === undefined ? undefined : citationView(line.rateEntry),
    days,
    sessions: line.sessions.map(sessionView),
  }
}

/** `29766.66…`: minutes × rate ÷ 60 as far as two places, before it is rounded up. */
function quotientText(minutes: number, milliYenPerHour: number): string {
  const hundredths = (BigInt(Math.abs(minutes)) * BigInt(milliYenPerHour)) / 600n
  const text = `${(hundredths / 100n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${String(hundredths % 100n).padStart(2, '0')}`
  return (Math.abs(minutes) * milliYenPerHour) % 60_000 === 0 ? text.replace(/\.00$/, '') : `${text}…`
}

function sessionView(session: ExplainedSession) {
  const { evidence, approval } = session
  return {
    ...session,
    minutesText: Math.floor(session.seconds / 60),
    restSeconds: session.seconds % 60,
    gone: session.standing === 'gone',
    corrected: evidence.some(({ kind }) => kind === 'decision'),
    approval: citationView(approval),
    evidence: evidence.map(({ entry, kind, time, place, device }) => ({
      ...{ kind, time, place, device },
      label: kind === 'decision' ? `hub.evidence.${entry.type}` : `hub.evidence.${kind}`,
      entry: citationView(entry),
    })),
  }
}

function citationView({ siteCode, seq, hash, linked, inc, at }: Citation) {
  return { siteCode, seq, linked, inc, at, hash, short: `${hash.slice(0, 4)}…${hash.slice(-4)}` }
}
