/** A statement explained as indented text: each yen down to the entries it rests on. */
import type { ExplainedLine, ExplainedStatement } from '../../central-sync/hub/payroll/explain.ts'
import type { Evidence, ExplainedSession } from '../../central-sync/hub/payroll/explain-sessions.ts'
import { clockFace, toJstIso } from '../../central-sync/protocol/time.ts'
import { formatRate } from '../../central-sync/protocol/yen.ts'

export function explanationText(statement: ExplainedStatement): string {
  const { siteCode, code, yen, fingerprint, authentic, linked } = statement
  const head = [
    `${statement.statement}  ${siteCode}-${code}  ${statement.month}  ${yen.toLocaleString('ja-JP')} 円`,
    `  指紋 / fingerprint ${fingerprint} ${mark(authentic)}   鎖 / chain ${mark(linked)}`,
  ]
  return `${[...head, ...statement.lines.flatMap(lineText)].join('\n')}\n`
}

function lineText(line: ExplainedLine): string[] {
  const { packageTitle, place, minutes, milliYenPerHour, yen, seconds, rateFrom, rateEntry, adjusts } = line
  const title = adjusts === undefined ? packageTitle : `${packageTitle}（${adjusts} の調整 / adjusts ${adjusts}）`
  const rate = formatRate(milliYenPerHour)
  return [
    `${line.line}. ${title}${place === '' ? '' : ` · ${place}`}`,
    `   ${seconds} 秒 → ${minutes} 分 × ${rate} 円/時 = ${yen.toLocaleString('ja-JP')} 円`,
    `   単価 / rate from ${rateFrom ?? '?'}${rateEntry === undefined ? '' : ` · ${rateEntry.siteCode} #${rateEntry.seq} ${rateEntry.hash}`}`,
    ...line.sessions.flatMap(sessionText),
  ]
}

function sessionText(session: ExplainedSession): string[] {
  const { day, startedAt, endedAt, seconds, approval, standing } = session
  const gone = standing === 'gone' ? '  今は数えない / no longer counted' : ''
  return [
    `   ${day} ${clockFace(startedAt)}–${clockFace(endedAt)} (${seconds} 秒)${gone}`,
    `     承認 / approved ${toJstIso(approval.at)} · ${approval.siteCode} #${approval.seq} ${approval.hash}`,
    ...session.evidence.map(evidenceText),
  ]
}

function evidenceText({ kind, time, device, entry }: Evidence): string {
  const where = device === '' ? '' : ` ${device}`
  return `     ${kind.padEnd(8)} ${toJstIso(time)}${where} · ${entry.siteCode} #${entry.seq} ${entry.hash} ${mark(entry.linked)}`
}

function mark(good: boolean): string {
  return good ? '✓' : '✗'
}
