/**
 * What happens next at the door of a childcare room. Pure: (step, input, facts) → the next step, what is to be recorded
 * before it is shown, or a question to the appliance. Bringing a child is here, fetching one in `step-hand-over.ts`.
 */
import type { ChildId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { calendarDayOf } from '../../central-sync/protocol/time.ts'
import type { CareChild } from '../../central-sync/protocol/wire/care.ts'
import { judgeHealth } from '../../central-sync/rules/judge-health.ts'
import type { CareAct } from './care-act.ts'
import type { CareFacts, CareInput, CareStep, Outcome, Parent } from './care-step.ts'
import { fetchersOn, mayBring } from './children-now.ts'
import { askProof, isShared, showStaffCard, stepHandOver, takeAnswer, turnAwayPerson } from './step-hand-over.ts'

/** Refused at this temperature while no list has come yet, °C × 10. */
const FEVER_X10 = 375

const BOARD: CareStep = { step: 'board' }

export function stepCare(step: CareStep, input: CareInput, facts: CareFacts): Outcome {
  switch (input.t) {
    case 'expired':
      return go(BOARD)
    case 'card':
      return takeCard(step, input, facts)
    case 'parent':
      return meet(input.parent, facts)
    case 'checked':
      return step.step === 'pin' ? takeAnswer(step, input.answer, facts) : go(step)
    case 'press':
      return press(step, input.act, facts)
  }
}

function takeCard(step: CareStep, card: CareInput & { t: 'card' }, facts: CareFacts): Outcome {
  if (step.step === 'staff' || step.step === 'pin') return showStaffCard(step, card, facts)
  // Somebody is in the middle of saying how the child is: another card does not push her out.
  if (step.step === 'health' || step.step === 'override' || step.step === 'fetcher') return go(step)
  const { parent } = card
  if (step.step === 'prove' && parent !== undefined) return askProof({ ...step, parent }, facts)
  if (parent !== undefined) return meet(parent, facts)
  return go({ step: 'notice', code: card.staff === undefined ? 'card_unknown' : 'staff_first_child' })
}

/** Her own children, or a calm sentence when there are none she has to do with. */
function meet(parent: Parent, facts: CareFacts): Outcome {
  if (childrenOf(parent.worker, facts).length > 0) return go({ step: 'family', parent })
  const kept = facts.children.find(({ stay, away }) => stay !== undefined && away.some(isOf(parent.worker)))
  if (kept !== undefined) return turnAwayPerson(kept, parent)
  return go({ step: 'notice', code: 'no_children' })
}

/** Those she may bring, and those who are here and she may fetch. */
export function childrenOf(worker: WorkerId, { children, now }: CareFacts): readonly CareChild[] {
  const today = calendarDayOf(now)
  return children.filter((child) => {
    if (child.away.some(isOf(worker))) return false
    return child.bring.some(isOf(worker)) || (child.stay !== undefined && fetchersOn(child, today).some(isOf(worker)))
  })
}

function press(step: CareStep, act: CareAct, facts: CareFacts): Outcome {
  switch (act.act) {
    case 'leave':
      return go(BOARD)
    case 'stay':
      return go(step)
    case 'back':
      return go(before(step))
    case 'bring':
      return bring(step, act.child, facts)
    case 'slip':
      return showSlip(step, act.child, facts)
    case 'health':
      return takeHealth(step, act, facts)
    default:
      return stepHandOver(step, act, facts)
  }
}

function before(step: CareStep): CareStep {
  return 'parent' in step && step.parent !== undefined && step.step !== 'family'
    ? { step: 'family', parent: step.parent }
    : BOARD
}

function bring(step: CareStep, id: ChildId, facts: CareFacts): Outcome {
  const child = facts.children.find((one) => one.child === id)
  if (step.step !== 'family' || child === undefined) return refused('child_unknown')
  if (!child.bring.some(isOf(step.parent.worker))) return refused('not_allowed')
  const answer = mayBring(child, facts.now, facts.reaches)
  return answer.may ? go({ step: 'health', child: id, parent: step.parent }) : refused(answer.why)
}

function showSlip(step: CareStep, id: ChildId, facts: CareFacts): Outcome {
  const child = facts.children.find((one) => one.child === id)
  if (step.step !== 'family' || child?.stay === undefined) return refused('not_in')
  // Whoever knew the code by heart could fetch the child: it is shown to a proved parent only.
  if (step.parent.identified === 'unverified' || !child.bring.some(isOf(step.parent.worker)))
    return refused('not_allowed')
  if (isShared(child.stay.code, id, facts)) return refused('code_shared')
  return go({ step: 'slip', child: id, parent: step.parent, again: true })
}

function takeHealth(step: CareStep, act: CareAct & { act: 'health' }, facts: CareFacts): Outcome {
  if (step.step !== 'health') return refused('too_late')
  const child = facts.children.find((one) => one.child === step.child)
  if (child === undefined) return refused('child_unknown')
  const answer = mayBring(child, facts.now, facts.reaches)
  if (!answer.may) return refused(answer.why)
  const { temperatureX10, symptoms } = act
  const care = answer.care === undefined ? {} : { care: answer.care.care }
  const about = { child: step.child, ...care }
  const why = judgeHealth(act, facts.room?.feverX10 ?? FEVER_X10)
  if (why !== undefined) {
    const draft = { t: 'care-turned-away', ...about, secret: { temperatureX10, symptoms, why } } as const
    return { kind: 'keep', draft, to: { ...step, step: 'turned_away', why, temperatureX10 } }
  }
  const { worker, identified, greeting } = step.parent
  const broughtBy = child.bring.find(isOf(worker))?.name ?? greeting
  const secret = { temperatureX10, symptoms, broughtBy, contactPhone: act.phone, code: facts.newCode() }
  return {
    kind: 'keep',
    draft: { t: 'care-arrived', ...about, stay: facts.newStay(), worker, identified, secret },
    to: { ...step, step: 'slip', again: false },
  }
}

function isOf(worker: WorkerId): (one: { readonly worker?: WorkerId | undefined }) => boolean {
  return (one) => one.worker === worker
}

function go(to: CareStep): Outcome {
  return { kind: 'go', to }
}

function refused(code: string): Outcome {
  return { kind: 'refused', code }
}
