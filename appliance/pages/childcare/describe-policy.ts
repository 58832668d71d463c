/** Dated rules in words: what each says, what changes from one to the next, and which days have none. Pure. */
import type { z } from 'zod'
import { addDays, type CalendarDay } from '../../../central-sync/protocol/time.ts'
import type { Words } from '../../../central-sync/web/port.ts'
import type { policyRow } from '../../http/shape-care-rows.ts'
import { carePlanWords } from '../words/care-plan-words.ts'
import { careWords } from '../words/care-words.ts'
import { fillWords } from './view-care.ts'

export type Policy = z.infer<typeof policyRow>
/** The rules alone, without their dates. */
export type PolicyRules = Omit<Policy, 'policy' | 'from' | 'to' | 'current'>

export interface PolicyLine {
  readonly label: Words
  readonly text: Words
}

/** A whole carer in units of the rules. */
const WHOLE = 300
const BANDS = ['a0', 'a12', 'a3', 'a4'] as const

export function policyLines(rules: PolicyRules): PolicyLine[] {
  const say = (text: string): Words => ({ ja: text, en: text })
  return [
    ...BANDS.map((band) => ({ label: careWords[`care.band.${band}`], text: perCarer(rules.units[band]) })),
    {
      label: carePlanWords['care.policy.minStaff'],
      text: fillWords(careWords['care.people'], { count: rules.minStaff }),
    },
    {
      label: carePlanWords['care.policy.qualified'],
      text:
        rules.qualifiedNum === 0
          ? carePlanWords['care.policy.no']
          : fillWords(carePlanWords['care.policy.share'], { num: rules.qualifiedNum, den: rules.qualifiedDen }),
    },
    { label: carePlanWords['care.policy.area'], text: say(squareMetres(rules.areaPerChildDm2)) },
    { label: carePlanWords['care.policy.fever'], text: say(`${(rules.feverX10 / 10).toFixed(1)}℃`) },
    {
      label: carePlanWords['care.policy.ageBasis'],
      text: carePlanWords[`care.policy.ageBasis.${rules.ageBasis}`],
    },
    {
      label: carePlanWords['care.policy.rounding'],
      text: carePlanWords[`care.policy.rounding.${rules.rounding}`],
    },
    {
      label: carePlanWords['care.policy.small'],
      text: carePlanWords[rules.smallMode ? 'care.policy.yes' : 'care.policy.no'],
    },
  ]
}

function perCarer(units: number): Words {
  if (units > 0 && WHOLE % units === 0)
    return fillWords(carePlanWords['care.policy.oneCarer'], { count: WHOLE / units })
  return { ja: `${units}/${WHOLE}人`, en: `${units}/${WHOLE}` }
}

/** `1.65㎡` from 1/100 m². */
export function squareMetres(dm2: number): string {
  return `${(dm2 / 100).toFixed(2)}㎡`
}

export interface ComparedLine extends PolicyLine {
  readonly before: Words | undefined
  readonly changed: boolean
}

export function comparePolicies(before: PolicyRules | undefined, after: PolicyRules): ComparedLine[] {
  const old = before === undefined ? [] : policyLines(before)
  return policyLines(after).map((line, index) => ({
    ...line,
    before: old[index]?.text,
    changed: old[index]?.text.ja !== line.text.ja,
  }))
}

export interface PolicyGap {
  readonly from: CalendarDay
  /** Last day without rules; undefined when none comes any more. */
  readonly to: CalendarDay | undefined
}

type Dated = Pick<Policy, 'from' | 'to'>

/** Days from `today` on without any rules, in order. A rule counts on its last day too. */
export function gapsOf(policies: readonly Dated[], today: CalendarDay): PolicyGap[] {
  const ends = policies.flatMap(({ to }) => (to === null ? [] : [addDays(to, 1)]))
  const starts = [...new Set([today, ...ends])].filter((day) => day >= today).sort()
  const open = starts.filter((day) => !policies.some(({ from, to }) => from <= day && (to === null || day <= to)))
  return open.map((from) => {
    const next = policies
      .map((one) => one.from)
      .filter((day) => day > from)
      .sort()[0]
    return { from, to: next === undefined ? undefined : addDays(next, -1) }
  })
}
