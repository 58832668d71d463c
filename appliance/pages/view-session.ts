/** A session, a correction and a tap as rows of a page: codes become keys of words. Pure. */
import type { z } from 'zod'
import { clockFace } from '../../central-sync/protocol/time.ts'
import type { Words } from '../../central-sync/web/port.ts'
import type { correctionRow, sessionRow, tapRow } from '../http/shape-rows.ts'
import { wordsOfFlags } from './words/flag-words.ts'

type Session = z.infer<typeof sessionRow>
type Correction = z.infer<typeof correctionRow>
type Tap = z.infer<typeof tapRow>

export interface SessionView extends Session {
  /** `9:02–12:32`, `9:02–？`, `9:02–`. */
  readonly span: string
  readonly statusKey: string
  readonly chip: 'chip-good' | 'chip-warn' | 'chip-key' | ''
  readonly flagWords: readonly Words[]
  readonly noteWords: readonly Words[]
  readonly approvalKey: string
  readonly approvalChip: string
  /** Flagged, with both edges: a person may vouch for it as it stands. */
  readonly confirmable: boolean
}

export function sessionView(session: Session): SessionView {
  const { status, open, flags, notes, approval, startedAt, endedAt } = session
  const waiting = status === 'pending' && !open
  return {
    ...session,
    span: spanOf(startedAt, endedAt, open),
    statusKey: open ? 'open' : status,
    chip: open ? 'chip-key' : status === 'payable' ? 'chip-good' : waiting ? 'chip-warn' : '',
    flagWords: wordsOfFlags(open ? [] : flags),
    noteWords: wordsOfFlags(notes),
    approvalKey: `approval.${approval}`,
    approvalChip: approval === 'good' ? 'chip-good' : approval === 'stale' ? 'chip-warn' : '',
    confirmable: waiting && startedAt !== null && endedAt !== null,
  }
}

/** En dash between the times; an edge that nobody saw is a question mark, an end still to come is left out. */
export function spanOf(start: number | null, end: number | null, open = false): string {
  const last = end === null ? (open ? '' : '？') : clockFace(end)
  return `${start === null ? '？' : clockFace(start)}–${last}`
}

export interface CorrectionView extends Correction {
  readonly originalSpans: readonly string[]
  readonly wantedSpans: readonly string[]
  readonly grantedSpans: readonly string[]
  readonly stateKey: string
  readonly chip: string
  readonly reasonKey: string
  readonly waiting: boolean
  readonly revertible: boolean
}

export function correctionView(correction: Correction): CorrectionView {
  const { state, original, wanted, granted, reason } = correction
  const span = ({ start, end }: { start: number; end: number }) => spanOf(start, end)
  return {
    ...correction,
    originalSpans: original.map(({ startedAt, endedAt }) => spanOf(startedAt, endedAt)),
    wantedSpans: wanted.map(span),
    grantedSpans: granted.map(span),
    stateKey: `corrections.state.${state}`,
    chip: state === 'approved' ? 'chip-good' : state === 'requested' || state === 'stale' ? 'chip-warn' : '',
    reasonKey: `reason.${reason}`,
    waiting: state === 'requested',
    revertible: state === 'approved' && correction.mayDecide,
  }
}

export interface TapView extends Tap {
  readonly outcomeKey: string
  readonly byKey: string
}

export function tapView(tap: Tap): TapView {
  const by = ['auto', 'worker', 'staff', 'import'].includes(tap.claimBy) ? tap.claimBy : 'auto'
  return { ...tap, outcomeKey: `tap.${tap.outcome}`, byKey: `tap.by.${by}` }
}

export interface Draft {
  readonly start: string
  readonly end: string
  readonly reason: 'forgot_in' | 'forgot_out' | 'other'
}

/** What a correction form begins with: the first time that waits, its end as the centre would guess it. */
export function draftOf(sessions: readonly SessionView[]): Draft {
  const waiting = sessions.find(({ status, open }) => status === 'pending' && !open)
  if (waiting === undefined) return { start: '', end: '', reason: 'forgot_in' }
  const { startedAt, endedAt, suggestion } = waiting
  const reason = startedAt === null ? 'forgot_in' : endedAt === null ? 'forgot_out' : 'other'
  return { start: timeValue(startedAt), end: timeValue(endedAt ?? suggestion), reason }
}

/** `09:02`, as a time field wants it. */
function timeValue(at: number | null): string {
  return at === null ? '' : clockFace(at).padStart(5, '0')
}
