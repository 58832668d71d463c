/** きまり: dated rules. A new one is compared with today's before it is entered; days without any are shown early. */
import { z } from 'zod'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDay, calendarDayOf } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext, Words } from '../../../central-sync/web/port.ts'
import { pickWords } from '../../../central-sync/web/write-text.ts'
import { writeDay } from '../../../central-sync/web/write-time.ts'
import { CARE, LEADERS } from '../../http/shape-care-rows.ts'
import { careTemplate } from '../../http/shape-childcare.ts'
import { carePolicies, careRooms } from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage, DESK, holds } from '../staff-page.ts'
import { carePlanWords } from '../words/care-plan-words.ts'
import { comparePolicies, gapsOf, type Policy, type PolicyRules, policyLines } from './describe-policy.ts'
import { readDecimal } from './read-care-forms.ts'
import { startSteps } from './room-steps.ts'
import { fillWords } from './view-care.ts'

const typed = z.string().max(20).optional()
const asked = {
  template: careTemplate.optional().catch(undefined),
  from: calendarDay.optional().catch(undefined),
  to: calendarDay.optional().catch(undefined),
  a0: typed,
  a12: typed,
  a3: typed,
  a4: typed,
  minStaff: typed,
  share: typed,
  area: typed,
  fever: typed,
  ageBasis: typed,
  rounding: typed,
  small: typed,
}
type Asked = z.infer<z.ZodObject<typeof asked>>

export function policyPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/policy',
    access: CARE,
    title: { ja: '託児のきまり', en: 'Rules of childcare' },
    template: 'childcare/policy',
    input: asked,
    load: async (input, context) => {
      const [found, rooms] = await Promise.all([
        ask(carePolicies, {}, context),
        orElse(ask(careRooms, {}, context), { rooms: [] }),
      ])
      if (isRefusal(found)) return found
      const today = calendarDayOf(context.now)
      const current = found.policies.find((one) => one.current)
      const template = found.templates.find((one) => one.template === input.template)
      const base: PolicyRules | undefined = template ?? current ?? found.templates[0]
      const draft = base === undefined ? undefined : draftOf(input, base)
      const preview = input.from !== undefined && draft !== undefined && draft.wrong.length === 0
      return {
        ...listsOf(found.policies, today),
        gaps: found.policies.length === 0 ? [] : gapsOf(found.policies, today).map(gapWords(context)),
        templates: found.templates.map((one) => ({
          ...one,
          lines: policyLines(one),
          chosen: one.template === input.template,
        })),
        draft: draft === undefined ? undefined : fieldsOf(draft.rules),
        wrong: draft?.wrong ?? [],
        none: found.policies.length === 0,
        today,
        from: input.from ?? today,
        to: input.to ?? '',
        compared: preview ? comparePolicies(current, draft.rules) : undefined,
        entered: preview ? draft.rules : undefined,
        hasCurrent: current !== undefined,
        options: optionsOf(context),
        rooms: rooms.rooms.map((one) => ({
          ...one,
          squareMetres: one.areaDm2 === null ? '' : (one.areaDm2 / 100).toFixed(2),
          limit: limitOf(one.areaDm2, current),
        })),
        start: await startSteps(ask, context),
        mayDecide: holds(context, LEADERS),
        mayBuild: holds(context, DESK),
      }
    },
  })
}

function listsOf(policies: readonly Policy[], today: CalendarDay) {
  const views = policies.map((one) => ({ ...one, lines: policyLines(one) }))
  return {
    current: views.find((one) => one.current),
    later: views.filter((one) => !one.current && one.from > today),
    earlier: views.filter((one) => !one.current && one.from <= today),
  }
}

function limitOf(areaDm2: number | null, policy: PolicyRules | undefined): number | undefined {
  if (areaDm2 === null || policy === undefined || policy.areaPerChildDm2 === 0) return undefined
  return Math.floor(areaDm2 / policy.areaPerChildDm2)
}

function gapWords({ language }: RequestContext) {
  return ({ from, to }: { from: CalendarDay; to: CalendarDay | undefined }): Words => {
    const values = {
      from: writeDay(from, language, true),
      ...(to === undefined ? {} : { to: writeDay(to, language, true) }),
    }
    return fillWords(carePlanWords[to === undefined ? 'care.policy.gap' : 'care.policy.gap.between'], values)
  }
}

/** What was typed on top of the rules it began with; fields that cannot be read are named. */
function draftOf(input: Asked, base: PolicyRules): { rules: PolicyRules; wrong: string[] } {
  const wrong: string[] = []
  const number = (name: keyof Asked, before: number, factor: number, min: number, max: number): number => {
    const text = input[name]
    if (text === undefined) return before
    const value = readDecimal(text, factor)
    if (value !== undefined && value >= min && value <= max) return value
    wrong.push(name)
    return before
  }
  const [num, den] =
    /^(\d{1,2})\/(\d{1,2})$/
      .exec(input.share ?? '')
      ?.slice(1)
      .map(Number) ?? []
  const chosen = input.from !== undefined
  return {
    wrong,
    rules: {
      units: {
        a0: number('a0', base.units.a0, 1, 1, 3_000),
        a12: number('a12', base.units.a12, 1, 1, 3_000),
        a3: number('a3', base.units.a3, 1, 1, 3_000),
        a4: number('a4', base.units.a4, 1, 1, 3_000),
      },
      minStaff: number('minStaff', base.minStaff, 1, 1, 20),
      qualifiedNum: num ?? base.qualifiedNum,
      qualifiedDen: den === undefined || den === 0 ? base.qualifiedDen : den,
      areaPerChildDm2: number('area', base.areaPerChildDm2, 100, 0, 10_000),
      feverX10: number('fever', base.feverX10, 10, 350, 420),
      ageBasis: input.ageBasis === 'actual' || input.ageBasis === 'fiscal' ? input.ageBasis : base.ageBasis,
      rounding: input.rounding === 'ceil_sum' || input.rounding === 'trunc1_round' ? input.rounding : base.rounding,
      smallMode: chosen ? input.small === 'on' : base.smallMode,
    },
  }
}

/** The draft as the fields of the form show it. */
function fieldsOf(rules: PolicyRules) {
  return {
    ...rules,
    bands: (['a0', 'a12', 'a3', 'a4'] as const).map((band) => ({ band, units: String(rules.units[band]) })),
    minStaff: String(rules.minStaff),
    share: `${rules.qualifiedNum}/${rules.qualifiedDen}`,
    area: (rules.areaPerChildDm2 / 100).toFixed(2),
    fever: (rules.feverX10 / 10).toFixed(1),
  }
}

const CHILDREN_PER_CARER = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 25, 30]
const SHARES = ['1/3', '1/2', '2/3', '1/1', '0/1']

function optionsOf({ language }: RequestContext) {
  const say = (key: keyof typeof carePlanWords, values = {}) =>
    pickWords(fillWords(carePlanWords[key], values), language)
  return {
    perCarer: CHILDREN_PER_CARER.map((count) => ({
      value: String(300 / count),
      label: say('care.policy.oneCarer', { count }),
    })),
    share: SHARES.map((value) => {
      const [num = '0', den = '1'] = value.split('/')
      return { value, label: num === '0' ? say('care.policy.no') : say('care.policy.share', { num, den }) }
    }),
    staff: [1, 2, 3, 4].map((count) => ({ value: String(count), label: String(count) })),
    ageBasis: (['fiscal', 'actual'] as const).map((value) => ({ value, label: say(`care.policy.ageBasis.${value}`) })),
    rounding: (['ceil_sum', 'trunc1_round'] as const).map((value) => ({
      value,
      label: say(`care.policy.rounding.${value}`),
    })),
  }
}
