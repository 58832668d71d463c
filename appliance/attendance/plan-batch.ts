/**
 * Turns the new records of one batch into drafts, poison and needs for an answer. Pure: the desk gathered the facts.
 */

import type { Draft } from '../../central-sync/journal/port.ts'
import type { ClockQuality } from '../../central-sync/protocol/event/attendance.ts'
import {
  correctionRequested,
  tapRecorded,
  tapRedirected,
  tapVoided,
} from '../../central-sync/protocol/event/attendance.ts'
import { cardDigestAdded } from '../../central-sync/protocol/event/person.ts'
import { workChosen } from '../../central-sync/protocol/event/work.ts'
import {
  type AssignmentId,
  type DeviceId,
  type EventId,
  newIdentifier,
  type SiteId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { first, type RefusalCode } from '../../central-sync/protocol/refusal.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import type { DeviceRecord } from '../../central-sync/protocol/wire/device.ts'
import { checkIntervals } from '../../central-sync/rules/check-interval.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'
import type { AnswerNeed } from './answer.ts'
import { decideTap, type KnownCard, newerDigest, type TapData } from './decide-tap.ts'
import { POISON_BYTES_MAX, type Poison, recordId, type SequencedRecord } from './device-record.ts'

/** A tap that a redirect, void, choice or answer is about. */
export interface TargetTap {
  readonly device: DeviceId
  readonly worker: WorkerId | undefined
  readonly time: Instant
  readonly known: AnswerNeed['known']
}

export interface PlanFacts {
  readonly site: SiteId
  readonly now: Instant
  readonly ownClock: ClockQuality
  readonly builtAt: Instant
  readonly policy: AttendancePolicy
  /** What this centre is called now: the place of a kiosk that names none. */
  readonly place: string
  card(tap: { digests: readonly { k: number; h: string }[] }): KnownCard | undefined
  workerKnown(worker: WorkerId | undefined): boolean
  /** Taps named by other records of the batch and already in the journal. */
  readonly targets: ReadonlyMap<EventId, TargetTap>
  /** Holder of each assignment named in the batch. */
  readonly holders: ReadonlyMap<AssignmentId, WorkerId>
}

export interface BatchPlan {
  readonly drafts: Draft[]
  /** The taps among the drafts. */
  readonly taps: TapData[]
  readonly needs: AnswerNeed[]
  readonly poison: (Poison & { readonly device: DeviceId })[]
}

type Named<T extends DeviceRecord['t']> = Extract<DeviceRecord, { t: T }>

export function planBatch(inputs: readonly (SequencedRecord & { device: DeviceId })[], facts: PlanFacts): BatchPlan {
  const plan: BatchPlan = { drafts: [], taps: [], needs: [], poison: [] }
  const targets = new Map(facts.targets)
  for (const { device, seq, record } of inputs) {
    const refused = planRecord(device, record, facts, targets, plan)
    if (refused === undefined) continue
    const text = JSON.stringify(record).slice(0, POISON_BYTES_MAX)
    plan.poison.push({ id: recordId(record), seq, device, code: refused, record: text })
  }
  return plan
}

function planRecord(
  device: DeviceId,
  record: DeviceRecord,
  facts: PlanFacts,
  targets: Map<EventId, TargetTap>,
  plan: BatchPlan,
): RefusalCode | undefined {
  switch (record.t) {
    case 'tap':
      return planTap(device, record, facts, targets, plan)
    case 'redirect':
      return planLater(device, record, facts.policy.redirectMs, targets, plan)
    case 'void':
      return planLater(device, record, facts.policy.undoMs, targets, plan)
    case 'choose':
      return planChoice(record, facts, targets, plan)
    case 'answer':
      return planAnswer(record, facts, targets, plan)
  }
}

function planTap(
  device: DeviceId,
  { tap }: Named<'tap'>,
  facts: PlanFacts,
  targets: Map<EventId, TargetTap>,
  plan: BatchPlan,
): undefined {
  const card = facts.card(tap)
  const { site, now, ownClock, builtAt, policy } = facts
  const data = decideTap(
    { ...tap, place: tap.place === '' ? facts.place : tap.place },
    {
      site,
      device,
      now,
      ownClock,
      builtAt,
      policy,
      card,
      workerKnown: facts.workerKnown(tap.worker),
    },
  )
  const { known, time, worker } = data
  plan.taps.push(data)
  plan.drafts.push({
    event: tapRecorded,
    data,
    id: tap.id,
    by: device,
    ...(worker === undefined ? {} : { subject: worker }),
  })
  const digest = newerDigest(tap, card)
  if (card !== undefined && digest !== undefined) {
    plan.drafts.push({ event: cardDigestAdded, data: { card: card.card, digest }, by: 'system' })
  }
  targets.set(tap.id, { device, worker, time, known })
  plan.needs.push({ id: tap.id, tap: tap.id, time, known, worker })
}

/** A redirect or a void: by the same device, within the time its screen allowed. */
function planLater(
  device: DeviceId,
  record: Named<'redirect'> | Named<'void'>,
  withinMs: number,
  targets: ReadonlyMap<EventId, TargetTap>,
  plan: BatchPlan,
): RefusalCode | undefined {
  const target = targets.get(record.target)
  if (target === undefined || target.device !== device) return 'tap_unknown'
  if (record.afterMs > withinMs) return 'too_late'
  const worker = target.worker === undefined ? {} : { worker: target.worker }
  const about = { id: record.id, by: device, ...(target.worker === undefined ? {} : { subject: target.worker }) }
  if (record.t === 'void') plan.drafts.push({ ...about, event: tapVoided, data: { target: record.target, ...worker } })
  else
    plan.drafts.push({
      ...about,
      event: tapRedirected,
      data: { target: record.target, claim: record.claim, ...worker },
    })
  const { time, known } = target
  plan.needs.push({ id: record.id, tap: record.target, time, known, worker: target.worker })
  return undefined
}

function planChoice(
  record: Named<'choose'>,
  { holders }: PlanFacts,
  targets: ReadonlyMap<EventId, TargetTap>,
  plan: BatchPlan,
): RefusalCode | undefined {
  const worker = targets.get(record.tap)?.worker
  if (worker === undefined) return 'tap_unknown'
  if (holders.get(record.assignment) !== worker) return 'assignment_unknown'
  const data = { worker, tap: record.tap, assignment: record.assignment }
  plan.drafts.push({ event: workChosen, data, id: record.id, by: worker, subject: worker })
  return undefined
}

function planAnswer(
  record: Named<'answer'>,
  { now, policy }: PlanFacts,
  targets: ReadonlyMap<EventId, TargetTap>,
  plan: BatchPlan,
): RefusalCode | undefined {
  const worker = targets.get(record.tap)?.worker
  if (worker === undefined) return 'tap_unknown'
  const { day, base, taps, wanted, reason } = record
  const refused = first(checkIntervals(wanted, [], day, now, policy))
  if (refused !== undefined) return refused.refused
  const data = { correction: newIdentifier('correction'), worker, day, base, taps, wanted, reason }
  plan.drafts.push({
    event: correctionRequested,
    data,
    personal: { note: '' },
    id: record.id,
    by: worker,
    subject: worker,
  })
  return undefined
}
