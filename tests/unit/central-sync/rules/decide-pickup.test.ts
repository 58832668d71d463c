import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CalendarDay } from '../../../../central-sync/protocol/time.ts'
import {
  checkProof,
  decideOverride,
  decidePickup,
  findBan,
  isGrantedOn,
  isValidOn,
  type PickupFacts,
} from '../../../../central-sync/rules/decide-pickup.ts'

const TODAY = '2026-11-20' as CalendarDay
const day = (text: string) => text as CalendarDay
const since = { from: day('2026-04-01') }

const mother = {
  id: 'mother',
  worker: 'w1',
  name: '山田花子',
  kana: 'やまだ はなこ',
  custody: 'normal',
  ...since,
} as const
const father = { id: 'father', name: '山田太郎', kana: 'やまだ たろう', custody: 'no_contact', ...since } as const
const granny = {
  id: 'granny',
  name: '鈴木 きよ',
  kana: 'すずき きよ',
  scope: 'standing',
  revoked: false,
  ...since,
} as const
const aunt = {
  id: 'aunt',
  name: '鈴木 さち',
  kana: 'すずき さち',
  revoked: false,
  ...since,
  scope: 'one_day',
  day: TODAY,
} as const

const facts: PickupFacts = { day: TODAY, guardians: [mother, father], grants: [granny, aunt], blocks: [] }
const block = (change: object) => ({ id: 'block', name: '', kana: '', ...since, ...change })
const decide = (person: Parameters<typeof decidePickup>[0], known: Partial<PickupFacts> = {}) => {
  const answer = decidePickup(person, { ...facts, ...known })
  return 'refused' in answer ? answer.refused : `${answer.kind} ${answer.id}`
}

describe('the child is given', () => {
  it('to a guardian, chosen from the list or by her card', () => {
    expect(decide({ id: 'mother' })).toBe('guardian mother')
    expect(decide({ worker: 'w1' })).toBe('guardian mother')
  })

  it('to who may always fetch it, and to who may today', () => {
    expect(decide({ id: 'granny' })).toBe('pickup granny')
    expect(decide({ id: 'aunt' })).toBe('pickup aunt')
    expect(decide({ id: 'aunt' }, { day: day('2026-11-21') })).toBe('pickup_not_today')
  })

  it('within the time of a permission, its last day included', () => {
    const until = { ...granny, to: TODAY }
    expect(decide({ id: 'granny' }, { grants: [until] })).toBe('pickup granny')
    expect(decide({ id: 'granny' }, { grants: [until], day: day('2026-11-21') })).toBe('pickup_not_today')
    expect(decide({ id: 'granny' }, { day: day('2026-03-31') })).toBe('pickup_not_today')
  })

  it('not after the permission was taken back', () => {
    expect(decide({ id: 'granny' }, { grants: [{ ...granny, revoked: true }] })).toBe('pickup_not_allowed')
  })

  it('not for a name alone, and not to a stranger', () => {
    expect(decide({ name: '鈴木 きよ' })).toBe('pickup_not_allowed')
    expect(decide({ id: 'nobody' })).toBe('pickup_not_allowed')
    expect(decide({})).toBe('pickup_not_allowed')
  })
})

describe('a ban', () => {
  it('holds for a guardian without contact, chosen or typed in any spelling', () => {
    expect(decide({ id: 'father' })).toBe('pickup_blocked')
    for (const name of ['山田太郎', 'ﾔﾏﾀﾞ ﾀﾛｳ', 'Yamada Taro', 'やまだ']) expect(decide({ name })).toBe('pickup_blocked')
    expect(decide({ id: 'father' }, { guardians: [{ ...father, to: day('2026-11-19') }] })).toBe('pickup_not_today')
  })

  it('beats every permission, by person', () => {
    expect(decide({ id: 'mother' }, { blocks: [block({ worker: 'w1' })] })).toBe('pickup_blocked')
    expect(decide({ id: 'mother' }, { blocks: [block({ guardian: 'mother' })] })).toBe('pickup_blocked')
    expect(decide({ worker: 'w1' }, { blocks: [block({ worker: 'w1' })] })).toBe('pickup_blocked')
    // By her card, while the ban names the guardian she is.
    expect(decide({ worker: 'w1' }, { blocks: [block({ guardian: 'mother' })] })).toBe('pickup_blocked')
    expect(decide({ worker: 'w1' }, { blocks: [block({ name: '山田花子' })] })).toBe('pickup_blocked')
  })

  it('beats every permission, by name where no person is known', () => {
    const blocks = [block({ name: '鈴木きよ', kana: 'すずききよ' })]
    expect(decide({ id: 'granny' }, { blocks })).toBe('pickup_blocked')
    expect(decide({ id: 'aunt' }, { blocks })).toBe('pickup aunt')
    expect(decide({ id: 'granny' }, { blocks: [block({ kana: 'すずき きよ' })] })).toBe('pickup_blocked')
  })

  it('of one parent does not hit the other, who has the same family name', () => {
    expect(decide({ id: 'mother' }, { blocks: [block({ name: '山田太郎', kana: 'やまだたろう' })] })).toBe(
      'guardian mother',
    )
  })

  it('on a known worker does not hit somebody of the same name who shows her own card', () => {
    const namesake = { ...mother, id: 'namesake', worker: 'w2' }
    const known = { guardians: [namesake], blocks: [block({ worker: 'w9', name: '山田花子' })] }
    expect(decide({ worker: 'w2' }, known)).toBe('guardian namesake')
    expect(decide({ name: '山田花子' }, known)).toBe('pickup_blocked')
  })

  it('counts from its first to its last day', () => {
    const blocks = [block({ worker: 'w1', from: TODAY, to: TODAY })]
    expect(decide({ id: 'mother' }, { blocks })).toBe('pickup_blocked')
    expect(decide({ id: 'mother' }, { blocks, day: day('2026-11-19') })).toBe('guardian mother')
    expect(decide({ id: 'mother' }, { blocks, day: day('2026-11-21') })).toBe('guardian mother')
  })

  it('is not overridden at the door, by anybody', () => {
    const override = { staff: ['f1', 'f2'], reason: '本人に電話で確かめた' } as const
    expect(decideOverride({ name: '山田太郎' }, override, facts)).toMatchObject({ refused: 'pickup_blocked' })
    expect(decideOverride({ id: 'father', name: 'x' }, override, facts)).toMatchObject({ refused: 'pickup_blocked' })
  })
})

describe('an override', () => {
  const stranger = { name: '高橋 みどり' }
  const override = { staff: ['f1', 'f2'], reason: '母親に電話で確かめた' } as const
  it('needs two members of staff, a reason and a name', () => {
    expect(decideOverride(stranger, override, facts)).toBeUndefined()
    for (const wrong of [
      { ...override, staff: ['f1', 'f1'] as const },
      { ...override, staff: ['f1', ''] as const },
      { ...override, reason: '　' },
    ]) {
      expect(decideOverride(stranger, wrong, facts)).toMatchObject({ refused: 'two_staff_needed' })
    }
    expect(decideOverride({ name: ' ' }, override, facts)).toMatchObject({ refused: 'pickup_not_allowed' })
  })
})

describe('the second proof', () => {
  const code = 'K4PX'
  const yes = { kind: 'guardian', id: 'mother' } as const
  const check = (proof: Parameters<typeof checkProof>[0], person: Parameters<typeof checkProof>[1] = yes) =>
    checkProof(proof, person, { ...facts, code })?.refused

  it('is the code of the slip, however it is typed', () => {
    for (const typed of ['K4PX', 'k4px', 'Ｋ４ＰＸ', 'K4 PX', 'k4-px']) {
      expect(check({ kind: 'code', code: typed })).toBeUndefined()
    }
    for (const typed of ['K4PW', '', undefined]) expect(check({ kind: 'code', code: typed })).toBe('code_wrong')
  })

  it('is useless once there is no code any more', () => {
    expect(checkProof({ kind: 'code', code: '' }, yes, { ...facts, code: '' })?.refused).toBe('code_wrong')
  })

  it('or her own card, or a member of staff who knows her face', () => {
    expect(check({ kind: 'parent_card', worker: 'w1' })).toBeUndefined()
    expect(check({ kind: 'parent_card', worker: 'w2' })).toBe('pickup_not_allowed')
    expect(check({ kind: 'parent_card', worker: 'w1' }, { kind: 'pickup', id: 'granny' })).toBe('pickup_not_allowed')
    expect(check({ kind: 'parent_card' }, undefined)).toBe('pickup_not_allowed')
    expect(check({ kind: 'face' })).toBeUndefined()
  })
})

describe('whatever lists a child has', () => {
  const anyDay = fc.constantFrom('2026-11-18', '2026-11-20', '2026-11-22').map(day)
  const names = fc.constantFrom('山田太郎', '山田花子', '鈴木きよ', '')
  const valid = { from: anyDay, to: fc.option(anyDay, { nil: undefined }), name: names, kana: fc.constant('') }
  const worker = fc.option(fc.constantFrom('w1', 'w2'), { nil: undefined })
  const anyFacts: fc.Arbitrary<PickupFacts> = fc.record({
    day: anyDay,
    guardians: fc.array(
      fc.record({
        id: fc.constantFrom('g1', 'g2'),
        worker,
        custody: fc.constantFrom('normal', 'no_contact'),
        ...valid,
      }),
      { maxLength: 3 },
    ),
    grants: fc.array(
      fc.record({
        ...{ id: fc.constantFrom('p1', 'p2'), worker, scope: fc.constantFrom('standing', 'one_day'), day: anyDay },
        ...{ revoked: fc.boolean(), ...valid },
      }),
      { maxLength: 3 },
    ),
    blocks: fc.array(
      fc.record({ id: fc.constant('b'), worker, guardian: fc.option(fc.constant('g1'), { nil: undefined }), ...valid }),
      { maxLength: 2 },
    ),
  })
  const anyPerson = fc.record({
    id: fc.option(fc.constantFrom('g1', 'g2', 'p1', 'p2'), { nil: undefined }),
    worker,
    name: fc.option(names, { nil: undefined }),
  })

  it('a yes names an entry in force, nothing in force forbids it, and a ban forbids the override too (P15, P16)', () => {
    fc.assert(
      fc.property(anyFacts, anyPerson, (known, person) => {
        const answer = decidePickup(person, known)
        const banned = findBan(person, known) !== undefined
        const override = decideOverride(person, { staff: ['f1', 'f2'], reason: 'x' }, known)
        if (banned) {
          expect(answer).toMatchObject({ refused: 'pickup_blocked' })
          expect(override).toMatchObject({ refused: 'pickup_blocked' })
          return
        }
        if ('refused' in answer) return
        // She is the entry: by its id as chosen, or by her own card. A name alone never allows anything.
        expect(person.id ?? person.worker).toBeDefined()
        const isInForce = ({ from, to }: { from: CalendarDay; to?: CalendarDay | undefined }) =>
          from <= known.day && (to === undefined || known.day <= to)
        const granted = known.grants.filter(({ revoked, scope, day: only }) => {
          return !revoked && (scope === 'standing' || only === known.day)
        })
        expect(known.grants.filter((one) => isGrantedOn(one, known.day))).toEqual(granted.filter(isInForce))
        const entries = answer.kind === 'guardian' ? known.guardians : granted
        const inForce = entries.filter((one) => one.id === answer.id && isInForce(one))
        const meant = person.id === undefined ? inForce.filter(({ worker: own }) => own === person.worker) : inForce
        expect(meant).not.toEqual([])
        if (person.id !== undefined) expect(answer.id).toBe(person.id)
        const hit = known.blocks.some((one) => {
          return isValidOn(one, known.day) && one.worker !== undefined && one.worker === person.worker
        })
        expect(hit).toBe(false)
        const away = known.guardians.some((one) => {
          return one.custody === 'no_contact' && isValidOn(one, known.day) && one.id === answer.id
        })
        expect(away).toBe(false)
        const named = known.blocks.some((one) => isValidOn(one, known.day) && one.guardian === answer.id)
        expect(named).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })

  it('an override stands on two members of staff, a reason and a name, whatever else is written (P15)', () => {
    const staff = fc.constantFrom('', 'f1', 'f2')
    const text = fc.constantFrom('', ' ', '　', '母親に電話で確かめた')
    const wishes = fc.tuple(anyFacts, anyPerson, fc.tuple(staff, staff), text)
    fc.assert(
      fc.property(wishes, ([known, person, [one, two], reason]) => {
        const refused = decideOverride(person, { staff: [one, two], reason }, known)?.refused
        const named = (person.name ?? '').trim() !== ''
        const vouched = one !== '' && two !== '' && one !== two && reason.trim() !== ''
        expect(refused === undefined).toBe(findBan(person, known) === undefined && named && vouched)
      }),
      { numRuns: 3_000 },
    )
  })

  it('a ban in kana stops its person in every script, above every permission and every override (P16)', () => {
    const part = fc.string({
      unit: fc.constantFrom(...'あいうえおかきくけこさしすせそたちつてとなにのまみやゆよらりれわ'),
      minLength: 2,
      maxLength: 5,
    })
    const katakana = (text: string) =>
      text.replace(/[ぁ-ゖ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x60))
    const written = fc.constantFrom<(family: string, given: string) => string>(
      (family, given) => `${family} ${given}`,
      (family, given) => `${family}${given}`,
      (family, given) => `${given}　${family}`,
      (family, given) => katakana(`${family}　${given}`),
    )
    fc.assert(
      fc.property(anyFacts, part, part, written, (known, family, given, write) => {
        const ban = { id: 'ban', name: '', kana: `${family} ${given}`, from: known.day }
        const name = write(family, given)
        // Even with a standing permission under that very name.
        const granted = { id: 'p9', scope: 'standing', revoked: false, name, kana: '', from: known.day } as const
        const banned = { ...known, blocks: [...known.blocks, ban], grants: [...known.grants, granted] }
        for (const person of [{ name }, { kana: name }, { id: 'p9' }, { id: 'p9', name }]) {
          expect(decidePickup(person, banned)).toMatchObject({ refused: 'pickup_blocked' })
          expect(decideOverride(person, { staff: ['f1', 'f2'], reason: 'x' }, banned)).toMatchObject({
            refused: 'pickup_blocked',
          })
        }
      }),
      { numRuns: 500 },
    )
  })
})
