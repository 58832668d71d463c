import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChildId, PickupId, StaffId, StayId, WorkerId } from '../../../../central-sync/protocol/identifier.ts'
import { type CalendarDay, instantOf } from '../../../../central-sync/protocol/time.ts'
import type { CareChild, CareStaff } from '../../../../central-sync/protocol/wire/care.ts'
import type { CareAct } from '../../../../kiosk/care/care-act.ts'
import type { CareDraft, CareFacts, CareInput, CareStep, Parent } from '../../../../kiosk/care/care-step.ts'
import { showCare } from '../../../../kiosk/care/show-care.ts'
import { stepCare } from '../../../../kiosk/care/step-care.ts'

const day = '2026-11-20' as CalendarDay
const now = instantOf(day, 600)
const child = 'i_0123456789abcdefghj0' as ChildId
const other = 'i_0123456789abcdefghj9' as ChildId
const mother = 'w_0123456789abcdefghj0' as WorkerId
const banned = 'w_0123456789abcdefghj1' as WorkerId
const stranger = 'w_0123456789abcdefghj2' as WorkerId
const grandmother = 'u_0123456789abcdefghj1' as PickupId
const CODE = 'K7XW'

const known: CareChild = {
  child,
  callName: 'はる',
  booked: [{ care: 'b_0123456789abcdefghj0' as never, day, start: 540, end: 720 }],
  stay: { stay: 'v_0123456789abcdefghj0' as StayId, at: now, code: CODE },
  fetched: false,
  bring: [{ worker: mother, name: '架空野 花子' }],
  phone: '090-0000-0000',
  fetch: [
    { kind: 'guardian', id: 'u_0123456789abcdefghj0' as PickupId, name: '架空野 花子', relation: '母', worker: mother },
    { kind: 'pickup', id: grandmother, name: '架空野 うめ', relation: '祖母', day },
  ],
  away: [{ worker: banned, name: '架空野 次郎', kana: 'かくうの じろう', why: 'blocked' }],
}
const digests = [{ k: 0, h: 'A'.repeat(43) }]
const carer: CareStaff = { staff: 'f_0123456789abcdefghj0' as StaffId, name: '保育 一子', carer: true, digests }
const witness: CareStaff = { staff: 'f_0123456789abcdefghj1' as StaffId, name: '受付 二子', carer: false, digests }
const parent = (worker: WorkerId, identified: Parent['identified'] = 'card'): Parent => ({
  ...{ worker, identified, greeting: 'はな', language: 'ja' },
})

function factsOf(online: boolean): CareFacts {
  return {
    ...{ now, online, children: [known], room: undefined, reaches: true },
    newStay: () => 'v_0123456789abcdefghj9' as StayId,
    newCode: () => 'XXXX',
  }
}

const act = (one: CareAct): CareInput => ({ t: 'press', act: one })
const card = (one: { parent?: Parent; staff?: CareStaff }): CareInput => ({
  ...{ t: 'card', digests, parent: one.parent, staff: one.staff },
})

/** Everything somebody at the kiosk can do, sensible or not. */
const inputs: readonly CareInput[] = [
  ...[mother, banned, stranger].map((worker) => card({ parent: parent(worker) })),
  { t: 'parent', parent: parent(mother, 'unverified') },
  { t: 'parent', parent: parent(mother, 'pin') },
  card({ staff: carer }),
  card({ staff: witness }),
  card({}),
  act({ act: 'fetch', child }),
  act({ act: 'bring', child }),
  act({ act: 'slip', child }),
  act({ act: 'code', code: CODE }),
  act({ act: 'code', code: '2222' }),
  act({ act: 'no-proof' }),
  act({ act: 'person', id: grandmother }),
  act({ act: 'not-listed' }),
  act({ act: 'staff' }),
  act({ act: 'pin', pin: '4829' }),
  act({ act: 'override', name: 'カクウノ ジロウ', reason: 'other' }),
  act({ act: 'override', name: 'タナカ', reason: 'other' }),
  act({ act: 'back' }),
  act({ act: 'leave' }),
  { t: 'checked', answer: { ok: true, pass: 'cGFzcw', code: undefined } },
  { t: 'checked', answer: { ok: false, pass: undefined, code: 'sign_in_failed' } },
  { t: 'checked', answer: undefined },
]

interface Walk {
  readonly drafts: readonly CareDraft[]
  readonly steps: readonly CareStep[]
  readonly said: readonly CareInput[]
}

function walk(said: readonly CareInput[], online: boolean): Walk {
  let step: CareStep = { step: 'board' }
  const drafts: CareDraft[] = []
  const steps: CareStep[] = []
  for (const input of said) {
    const outcome = stepCare(step, input, factsOf(online))
    if (outcome.kind === 'refused') continue
    if (outcome.kind === 'keep') drafts.push(outcome.draft)
    step = outcome.to
    steps.push(step)
  }
  return { drafts, steps, said }
}

const yes: CareInput = { t: 'checked', answer: { ok: true, pass: 'cGFzcw', code: undefined } }
const pin = act({ act: 'pin', pin: '4829' })

/** What people do in a row, so that walks get somewhere; anything may come between two of them. */
const habits: readonly (readonly CareInput[])[] = [
  [act({ act: 'fetch', child }), act({ act: 'code', code: CODE })],
  [act({ act: 'person', id: grandmother })],
  [card({ parent: parent(mother) }), act({ act: 'fetch', child })],
  [act({ act: 'fetch', child }), act({ act: 'no-proof' })],
  [act({ act: 'not-listed' }), act({ act: 'staff' })],
  [card({ staff: carer }), pin, yes],
  [card({ staff: witness }), pin, yes],
  [act({ act: 'override', name: 'カクウノ ジロウ', reason: 'other' })],
  [act({ act: 'override', name: 'タナカ', reason: 'other' })],
]

const saidInARow = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...habits) }, fc.constantFrom(...inputs.map((one) => [one]))),
    {
      maxLength: 16,
    },
  )
  .map((rows) => rows.flat())

const walks = fc.tuple(saidInARow, fc.boolean())

describe('whatever is done at the kiosk', () => {
  it('no child leaves without a carer, and never for somebody who is on the list of bans', () => {
    fc.assert(
      fc.property(walks, ([said, online]) => {
        for (const draft of walk(said, online).drafts) {
          if (draft.t !== 'care-handed-over') continue
          expect(draft.staff).toContain(carer.staff)
          expect(new Set(draft.staff).size).toBe(draft.staff.length)
          expect(draft.passes.length).toBeLessThanOrEqual(draft.staff.length)
          if (draft.to.kind === 'override') {
            expect(draft.staff).toHaveLength(2)
            expect(draft.secret.name).toBe('タナカ')
          } else expect(known.fetch.map(({ id }) => id)).toContain(draft.to.id)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('children do leave in these walks, in every way there is', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(walks, ([said, online]) => {
        for (const draft of walk(said, online).drafts)
          if (draft.t === 'care-handed-over') seen.add(`${draft.to.kind} ${draft.secondFactor} ${online}`)
      }),
      { numRuns: 6_000, seed: 20_261_120 },
    )
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'guardian parent_card true',
        'guardian parent_card false',
        'pickup code true',
        'pickup code false',
        'pickup face true',
        'pickup face false',
        'override face true',
      ]),
    )
  })

  it('off line nobody claims a pass, and a face alone needs two members of staff', () => {
    fc.assert(
      fc.property(saidInARow, (said) => {
        const { drafts } = walk(
          said.filter(({ t }) => t !== 'checked'),
          false,
        )
        for (const draft of drafts) {
          if (draft.t !== 'care-handed-over') continue
          expect(draft.passes).toEqual([])
          if (draft.secondFactor === 'face') expect(draft.staff).toHaveLength(2)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('the screen never names a worker, a member of staff by id, a ban or a code that was not proved', () => {
    fc.assert(
      fc.property(walks, ([said, online]) => {
        for (const step of walk(said, online).steps) {
          const text = JSON.stringify(showCare(step, 1, undefined, { ...factsOf(online), listAt: now }))
          for (const secret of [mother, banned, stranger, carer.staff, witness.staff, '次郎', 'じろう', 'blocked'])
            expect(text).not.toContain(secret)
          if (step.step !== 'slip') expect(text).not.toContain(CODE)
        }
      }),
      { numRuns: 1_500 },
    )
  })
})

describe('a person who may not have the child', () => {
  const reach = (...said: CareInput[]) => walk([act({ act: 'fetch', child }), ...said], true)
  it.each([
    ['banned', card({ parent: parent(banned) }), 'blocked'],
    ['unknown', card({ parent: parent(stranger) }), 'unknown'],
  ])('%s: the same step, another word for the staff', (_name, input, why) => {
    const { drafts, steps } = reach(input)
    expect(drafts).toMatchObject([{ t: 'care-refused', secret: { why, worker: expect.any(String) } }])
    expect(Object.keys(drafts[0] ?? {})).not.toContain('why')
    expect(steps.at(-1)).toEqual({ step: 'wait', child, parent: undefined })
  })

  it('three wrong codes call the staff', () => {
    const wrong = act({ act: 'code', code: '2222' })
    expect(reach(wrong, wrong, wrong)).toMatchObject({ drafts: [{ t: 'care-refused', secret: { why: 'code_wrong' } }] })
  })

  it('a code that is on two slips is not enough: staff go by the face, whatever was typed', () => {
    const twin: CareChild = { ...known, child: other, stay: { ...known.stay, stay: 'v_0123456789abcdefghj5' } as never }
    const blank: CareChild = { ...known, stay: { ...known.stay, code: '' } as never }
    for (const children of [[known, twin], [blank]]) {
      const facts = { ...factsOf(true), children }
      for (const code of [CODE, '2222']) {
        const proving = stepCare({ step: 'board' }, act({ act: 'fetch', child }), facts)
        const asked = stepCare((proving as { to: CareStep }).to, act({ act: 'code', code }), facts)
        expect(asked).toMatchObject({ kind: 'go', to: { step: 'staff', goal: 'face', notice: 'code_shared' } })
      }
      const mine = { step: 'family', parent: parent(mother) } as const
      expect(stepCare(mine, act({ act: 'slip', child }), facts)).toEqual({ kind: 'refused', code: 'code_shared' })
    }
  })

  it('a code without a PIN shows no slip and proves nothing', () => {
    const unverified: CareInput = { t: 'parent', parent: parent(mother, 'unverified') }
    const { drafts, steps } = walk([unverified, act({ act: 'slip', child }), act({ act: 'fetch', child })], false)
    expect(drafts).toEqual([])
    expect(steps.map(({ step }) => step)).toEqual(['family', 'prove'])
  })
})

describe('a child that is brought', () => {
  const healthy: CareAct = { act: 'health', temperatureX10: 365, symptoms: [], phone: '090-0000-0009' }
  const stay = known.stay
  const anyKnown: fc.Arbitrary<CareChild> = fc
    .record({
      inside: fc.boolean(),
      booked: fc.array(fc.record({ start: fc.integer({ min: 0, max: 90 }), length: fc.integer({ min: 1, max: 5 }) }), {
        maxLength: 2,
      }),
    })
    .map(({ inside, booked }) => ({
      ...known,
      ...(inside ? { stay } : { stay: undefined }),
      booked: booked.map(({ start, length }) => ({
        ...(known.booked[0] as CareChild['booked'][number]),
        ...{ start: start * 15, end: (start + length) * 15 },
      })),
    })) as fc.Arbitrary<CareChild>
  const bring = (one: CareChild, facts: Partial<CareFacts>, health: CareAct = healthy) => {
    const said = [card({ parent: parent(mother) }), act({ act: 'bring', child }), act(health)]
    let step: CareStep = { step: 'board' }
    const kept: string[] = []
    const refused: string[] = []
    for (const input of said) {
      const outcome = stepCare(step, input, { ...factsOf(true), children: [one], ...facts })
      if (outcome.kind === 'refused') refused.push(outcome.code)
      else step = outcome.to
      if (outcome.kind === 'keep') kept.push(outcome.draft.t)
    }
    return { kept, refused }
  }
  const minute = fc.integer({ min: 0, max: 1_439 }).map((at) => instantOf(day, at))

  it('is answered the same with and without a network, and never refused for want of a list (P19)', () => {
    let [taken, turned] = [0, 0]
    fc.assert(
      fc.property(anyKnown, minute, fc.boolean(), (one, at, reaches) => {
        const [on, off] = [true, false].map((online) => bring(one, { now: at, online, reaches }))
        expect(off).toEqual(on)
        // Nothing is known of this day: only a child who is here already is not taken in once more.
        if (!reaches) expect(off?.kept).toEqual(one.stay === undefined ? ['care-arrived'] : [])
        if (off?.kept[0] === 'care-arrived') taken += 1
        else turned += 1
      }),
      { numRuns: 2_000 },
    )
    expect(Math.min(taken, turned)).toBeGreaterThan(0)
  })

  it('stays with its parents for its health alone while the list does not reach, and that is kept too (P19)', () => {
    const health = fc.record({
      act: fc.constant('health' as const),
      temperatureX10: fc.integer({ min: 350, max: 400 }),
      symptoms: fc.subarray(['cough', 'vomiting', 'rash']),
      phone: fc.constant('090-0000-0009'),
    }) as fc.Arbitrary<CareAct & { act: 'health' }>
    fc.assert(
      fc.property(health, minute, (said, at) => {
        const { kept } = bring(
          { ...known, stay: undefined } as CareChild,
          { now: at, online: false, reaches: false },
          said,
        )
        const unwell = said.temperatureX10 >= 375 || said.symptoms.some((one) => one !== 'cough')
        expect(kept).toEqual([unwell ? 'care-turned-away' : 'care-arrived'])
      }),
    )
  })
})
