/**
 * Handing a child over, step by step. Pure. A person is known by her own card, by the code of the slip, or because staff
 * know her face; a member of staff always stands beside it with card and PIN. Whoever may not have the child meets the
 * same calm sentence, whatever the reason.
 *
 * Off line no PIN can be checked: a staff card of the last list then counts as it is, together with the parent's card or
 * the slip; without either two different staff cards are needed. Such a hand-over carries no pass, and the centre has
 * a person look at it (DECISIONS "A child is handed over without a network").
 */

import { calendarDayOf } from '../../central-sync/protocol/time.ts'
import type { CareChild, CareFetcher, CareSecret, CareStaff } from '../../central-sync/protocol/wire/care.ts'
import { foldCode } from '../../central-sync/rules/decide-pickup.ts'
import { mayBeSamePerson } from '../../central-sync/rules/match-name.ts'
import type { CareAct } from './care-act.ts'
import type {
  CareFacts,
  CareInput,
  CareStep,
  Confirmed,
  Fetch,
  Outcome,
  Parent,
  StaffAsked,
  StaffGoal,
} from './care-step.ts'
import { fetchersOn } from './children-now.ts'

/** Wrong codes until staff are called. */
const WRONG_MAX = 3

type Step<T extends CareStep['step']> = Extract<CareStep, { step: T }>
type HandOverAct = Extract<
  CareAct,
  { act: 'fetch' | 'code' | 'no-proof' | 'person' | 'not-listed' | 'staff' | 'pin' | 'override' }
>

export function stepHandOver(step: CareStep, act: HandOverAct, facts: CareFacts): Outcome {
  switch (act.act) {
    case 'fetch':
      return begin(step, act.child, facts)
    case 'code':
      return step.step === 'prove' ? tryCode(step, act.code, facts) : refused('too_late')
    case 'no-proof':
      return step.step === 'prove' ? go(askStaff('face', step)) : refused('too_late')
    case 'person':
      return step.step === 'fetcher' ? choose(step, act.id, facts) : refused('too_late')
    case 'not-listed':
      return step.step === 'fetcher' ? notListed(step, facts) : refused('too_late')
    case 'staff':
      return step.step === 'wait' ? go(askStaff('override', step)) : refused('too_late')
    case 'pin':
      return step.step === 'pin' ? checkPin(step, act.pin) : refused('too_late')
    case 'override':
      return step.step === 'override' ? override(step, act, facts) : refused('too_late')
  }
}

function begin(step: CareStep, id: CareChild['child'], facts: CareFacts): Outcome {
  const child = facts.children.find((one) => one.child === id)
  if (child === undefined) return refused('child_unknown')
  if (child.stay === undefined) return refused('not_in')
  const parent = step.step === 'family' ? step.parent : undefined
  const proving = { step: 'prove', child: id, parent, wrong: 0 } as const
  return parent === undefined || parent.identified === 'unverified' ? go(proving) : askProof(proving, facts)
}

/** Her card is the proof: is she on the list of today? */
export function askProof(step: Step<'prove'>, facts: CareFacts): Outcome {
  const { parent } = step
  const child = childOf(step, facts)
  if (child?.stay === undefined || parent === undefined) return go({ step: 'board' })
  if (parent.identified === 'unverified') return go({ ...step, parent: undefined })
  const mine = fetchersOn(child, calendarDayOf(facts.now)).find(({ worker }) => worker === parent.worker)
  const isAway = child.away.some(({ worker }) => worker === parent.worker)
  if (mine === undefined || isAway) return turnAwayPerson(child, parent)
  return go(askStaff('hand_over', step, fetchOf(mine, 'parent_card')))
}

/** The same calm sentence for everybody who may not have the child; staff are told which it was. */
export function turnAwayPerson(child: CareChild, { worker }: Parent): Outcome {
  const ban = child.away.find((one) => one.worker === worker)
  const other = child.fetch.some((one) => one.worker === worker)
  return callStaff(child, { why: ban?.why ?? (other ? 'not_today' : 'unknown'), worker })
}

function callStaff(child: CareChild, secret: CareSecret<'care-refused'>): Outcome {
  const to: CareStep = { step: 'wait', child: child.child, parent: undefined }
  if (child.stay === undefined) return go(to)
  const draft = { t: 'care-refused', child: child.child, stay: child.stay.stay, secret } as const
  return { kind: 'keep', draft, to }
}

function tryCode(step: Step<'prove'>, code: string, facts: CareFacts): Outcome {
  const child = childOf(step, facts)
  if (child?.stay === undefined) return go({ step: 'board' })
  if (isShared(child.stay.code, child.child, facts)) return go({ ...askStaff('face', step), notice: 'code_shared' })
  if (foldCode(code) === foldCode(child.stay.code)) {
    return go({ step: 'fetcher', child: step.child, parent: undefined, secondFactor: 'code', confirmed: [] })
  }
  const wrong = step.wrong + 1
  return wrong >= WRONG_MAX ? callStaff(child, { why: 'code_wrong' }) : go({ ...step, wrong })
}

/**
 * Two slips with one code prove nothing: two kiosks that were cut off drew it. The centre names no code for a child whose
 * slip it knows to be such a one; before that the second child is on this very list. Whether what was typed is right is
 * not said then.
 */
export function isShared(code: string, of: CareChild['child'], { children }: Pick<CareFacts, 'children'>): boolean {
  if (code === '') return true
  return children.some(
    ({ child, stay }) => child !== of && stay !== undefined && foldCode(stay.code) === foldCode(code),
  )
}

function choose(step: Step<'fetcher'>, id: CareFetcher['id'], facts: CareFacts): Outcome {
  const child = childOf(step, facts)
  if (child === undefined) return go({ step: 'board' })
  const chosen = fetchersOn(child, calendarDayOf(facts.now)).find((one) => one.id === id)
  if (chosen === undefined) return refused('pickup_not_today')
  const fetch = fetchOf(chosen, step.secondFactor)
  const asked = {
    ...askStaff(step.secondFactor === 'face' ? 'face' : 'hand_over', step, fetch),
    confirmed: step.confirmed,
  }
  return isEnough(asked, facts) ? handOver(asked, fetch, '', facts) : go(asked)
}

function notListed(step: Step<'fetcher'>, facts: CareFacts): Outcome {
  const child = childOf(step, facts)
  return child === undefined ? go({ step: 'board' }) : callStaff(child, { why: 'unknown' })
}

// ── staff

function askStaff(
  goal: StaffGoal,
  { child, parent }: { child: CareChild['child']; parent: Parent | undefined },
  fetch?: Fetch,
): Step<'staff'> {
  return { step: 'staff', child, parent, goal, fetch, confirmed: [] }
}

/** A card on the reader while staff are asked. With the appliance there, the PIN follows; without, the card stands alone. */
export function showStaffCard(step: Step<'staff' | 'pin'>, card: CareInput & { t: 'card' }, facts: CareFacts): Outcome {
  if (step.step === 'pin' && step.sending) return go(step)
  const { staff } = card
  if (staff === undefined) return go(withNotice(step, 'staff_card_needed'))
  // One of them hands children over as her work; a second one may be any member of staff.
  const alone = step.confirmed.every(({ carer }) => !carer)
  const last = step.confirmed.length + 1 >= staffNeeded(step, facts.online)
  if (!staff.carer && alone && last) return go(withNotice(step, 'carer_needed'))
  if (step.confirmed.some((one) => one.staff === staff.staff)) return go(withNotice(step, 'two_staff_needed'))
  if (!facts.online) return confirm(askedOf(step), staff, undefined, facts)
  return go({ ...askedOf(step), step: 'pin', card: staff, digests: card.digests, sending: false })
}

function checkPin(step: Step<'pin'>, pin: string): Outcome {
  if (step.sending) return go(step)
  const { notice: _, ...rest } = step
  return { kind: 'check', proof: { digests: step.digests, pin }, to: { ...rest, sending: true } }
}

/** No answer in time is the same as no network: the card counts alone, unproved. */
export function takeAnswer(
  step: Step<'pin'>,
  answer: (CareInput & { t: 'checked' })['answer'],
  facts: CareFacts,
): Outcome {
  if (!step.sending) return go(step)
  if (answer === undefined) return confirm(askedOf(step), step.card, undefined, { ...facts, online: false })
  if (answer.ok) return confirm(askedOf(step), step.card, answer.pass, facts)
  const { code = 'sign_in_failed' } = answer
  return go({ ...step, sending: false, notice: code })
}

function confirm(asked: StaffAsked, { staff, carer }: CareStaff, pass: string | undefined, facts: CareFacts): Outcome {
  const next: StaffAsked = { ...asked, confirmed: [...asked.confirmed, { staff, carer, pass }] }
  if (!isEnough(next, facts)) return go({ step: 'staff', ...next })
  const { child, parent, confirmed, goal, fetch } = next
  if (goal === 'override') return go({ step: 'override', child, parent, confirmed })
  if (fetch === undefined) return go({ step: 'fetcher', child, parent, secondFactor: 'face', confirmed })
  return handOver(next, fetch, '', facts)
}

/** One member of staff; two for somebody on no list, and two where neither card nor slip nor PIN could be checked. */
export function staffNeeded({ goal, confirmed }: StaffAsked, online: boolean): 1 | 2 {
  if (goal === 'override') return 2
  if (goal === 'hand_over') return 1
  return online && confirmed.every(({ pass }) => pass !== undefined) ? 1 : 2
}

function isEnough(asked: StaffAsked, { online }: CareFacts): boolean {
  return asked.confirmed.length >= staffNeeded(asked, online)
}

function override(step: Step<'override'>, { name, reason }: CareAct & { act: 'override' }, facts: CareFacts): Outcome {
  const child = childOf(step, facts)
  if (child === undefined) return go({ step: 'board' })
  // Nobody overrides a ban at the door: it has to be lifted first, at the centre.
  const banned = child.away.some((ban) => mayBeSamePerson({ name, kana: name }, ban))
  if (banned) return callStaff(child, { why: 'blocked', name })
  const fetch: Fetch = { to: { kind: 'override' }, name, relation: '', secondFactor: 'face' }
  return handOver(step, fetch, reason, facts)
}

function handOver(
  {
    child: id,
    parent,
    confirmed,
  }: { child: CareChild['child']; parent: Parent | undefined; confirmed: readonly Confirmed[] },
  { to, name, secondFactor }: Fetch,
  reason: string,
  facts: CareFacts,
): Outcome {
  const stay = facts.children.find(({ child }) => child === id)?.stay
  if (stay === undefined) return go({ step: 'notice', code: 'not_in' })
  const passes = confirmed.flatMap(({ pass }) => (pass === undefined ? [] : [pass]))
  // Whoever hands children over as her work is named first.
  const staff = [...confirmed].sort((a, b) => Number(b.carer) - Number(a.carer)).map((one) => one.staff)
  const draft = {
    ...({ t: 'care-handed-over', child: id, stay: stay.stay, to, secondFactor, staff, passes } as const),
    secret: { name, reason },
  }
  return {
    kind: 'keep',
    draft,
    to: { step: 'handed', child: id, parent, at: facts.now, unverified: passes.length < staff.length },
  }
}

function fetchOf({ kind, id, name, relation }: CareFetcher, secondFactor: Fetch['secondFactor']): Fetch {
  return { to: { kind, id }, name, relation, secondFactor }
}

function askedOf({ child, parent, goal, fetch, confirmed }: StaffAsked): StaffAsked {
  return { child, parent, goal, fetch, confirmed }
}

function withNotice(step: Step<'staff' | 'pin'>, notice: string): CareStep {
  return { step: 'staff', ...askedOf(step), notice }
}

function childOf({ child }: { child: CareChild['child'] }, { children }: CareFacts): CareChild | undefined {
  return children.find((one) => one.child === child)
}

function go(to: CareStep): Outcome {
  return { kind: 'go', to }
}

function refused(code: string): Outcome {
  return { kind: 'refused', code }
}
