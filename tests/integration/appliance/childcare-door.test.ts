import { describe, expect, test } from 'vitest'
import { DAY_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import {
  arrive,
  board,
  book,
  type CareHouse,
  careHouse,
  FRIDAY,
  guardianOf,
  handOver,
  newChild,
  newParent,
  OTHER_PIN,
  ok,
  STAFF_PIN,
} from '../../support/childcare-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0

/** A child who is inside, and its mother. */
async function inside(house: CareHouse) {
  const parent = await newParent(house)
  const child = await newChild(house, parent)
  const { stay, code } = await ok(arrive(house, child, { until: '17:00' }))
  return { parent, child, stay: stay as string, code: code as string, mother: await guardianOf(house, child) }
}

function override(house: CareHouse, stay: string, wish: Record<string, unknown> = {}) {
  return house.carer.send('/childcare/hand-overs/override', {
    ...{ stay, name: '代理野 葉子', reason: '母親から電話で頼まれた', staffPin: STAFF_PIN },
    ...{ otherLogin: 'uketsuke', otherPin: OTHER_PIN },
    ...wish,
  })
}

describe('a day at the door', () => {
  test('a child is booked, comes, is seen on the board, and goes home with its mother', async () => {
    await using house = await careHouse(NINE)
    const parent = await newParent(house)
    const child = await newChild(house, parent)
    await ok(book(house, child, '9:00', '12:00'))
    expect((await board(house)).expected).toMatchObject([{ child, state: 'confirmed' }])
    const { stay, code } = await ok(arrive(house, child))
    expect(code).toMatch(/^[2-9CDFHJKMNPRTVWX]{4}$/)
    expect(await board(house)).toMatchObject({
      inside: [{ stay, child, until: 720, overMinutes: 0, contactPhone: '090-0000-0009' }],
      expected: [],
      rooms: [{ present: 1, expected: 0 }],
    })
    const to = await guardianOf(house, child)
    await ok(handOver(house, stay, to, { secondFactor: 'code', code }))
    expect(await board(house)).toMatchObject({ inside: [], gone: [{ stay, override: false }] })
    const { bookings } = await ok(house.carer.ask(`/childcare/bookings?from=${FRIDAY}&to=${FRIDAY}`))
    expect(bookings).toMatchObject([{ child, state: 'done', stay }])
  })

  test('a child with 37.5 °C, a sick child and one whose parents nobody can reach stay with their parents, in writing', async () => {
    await using house = await careHouse(NINE)
    const child = await newChild(house, await newParent(house), { phone: '' })
    const until = '12:00'
    const refused = async (wish: object) => (await arrive(house, child, { until, ...wish })).body.code
    expect(await refused({ temperatureX10: 375 })).toBe('fever')
    expect(await refused({ temperatureX10: 374, symptoms: ['vomiting'] })).toBe('symptom')
    expect(await refused({ contactPhone: '' })).toBe('guardian_unreachable')
    const { refusals, inside: present } = await board(house)
    expect(refusals.map((one: { why: string }) => one.why).sort()).toEqual(['fever', 'no_guardian', 'symptom'])
    expect(present).toEqual([])
    await ok(arrive(house, child, { until, temperatureX10: 374, symptoms: ['runny_nose'] }))
    expect(await refused({})).toBe('already_in')
  })

  test('a child without a booking stays to closing time, the next closure or her own next place, and no longer', async () => {
    await using house = await careHouse(NINE)
    const child = await newChild(house, await newParent(house))
    const late = async (until: string) => (await arrive(house, child, { until })).body
    expect(await late('21:00')).toMatchObject({ code: 'until_too_late', facts: { latest: 1_200 } })
    const closure = { target: house.room, fromDay: FRIDAY, start: '16:00', end: '18:00', reason: 'staff' }
    await ok(house.administrator.send('/closures', closure))
    expect(await late('17:00')).toMatchObject({ code: 'until_too_late', facts: { latest: 960 } })
    await ok(book(house, child, '13:00', '14:00'))
    expect(await late('13:30')).toMatchObject({ code: 'until_too_late', facts: { latest: 780 } })
    expect((await board(house)).refusals).toEqual([])
    await ok(arrive(house, child, { until: '13:00' }))
  })

  test('a parent asks for a registration; nobody comes in before it is approved', async () => {
    await using house = await careHouse(NINE)
    const parent = await newParent(house)
    const asked = await ok(
      parent.visitor.send('/my/children', {
        ...{ name: '架空野 ふたば', kana: 'かくうの ふたば', birthDate: '2023-05-01', phone: '090-0000-0002' },
      }),
    )
    const { child } = asked
    expect((await board(house)).pending).toBe(1)
    const wish = { child, room: house.room, day: FRIDAY, start: '10:00', end: '11:00' }
    expect((await parent.visitor.send('/my/care', wish)).body.code).toBe('child_not_approved')
    expect((await arrive(house, child, { until: '12:00' })).body.code).toBe('child_not_approved')
    await ok(house.carer.send('/children/decide', { child, state: 'approved' }))
    await ok(parent.visitor.send('/my/care', wish))
    const mine = await ok(parent.visitor.ask('/my/children'))
    expect(mine).toMatchObject({
      children: [{ child, state: 'approved' }],
      bookings: [{ child, start: 600, end: 660 }],
    })
    const other = await newParent(house)
    expect((await other.visitor.send('/my/care', wish)).body.code).toBe('child_unknown')
    expect(await ok(other.visitor.ask('/my/children'))).toEqual({ children: [], bookings: [] })
    expect((await other.visitor.send('/my/care/cancel', { care: mine.bookings[0].care })).body.code).toBe(
      'booking_unknown',
    )
  })
})

describe('who gets a child', () => {
  test('the code of the slip is asked for, is the same when printed again, and opens nothing once the child has left', async () => {
    await using house = await careHouse(NINE)
    const one = await inside(house)
    const two = await inside(house)
    expect(one.code).not.toBe(two.code)
    const wrong = await handOver(house, one.stay, one.mother, { secondFactor: 'code', code: two.code })
    expect(wrong).toMatchObject({ status: 403, body: { code: 'code_wrong' } })
    expect(await ok(house.carer.send('/childcare/reprint', { stay: one.stay }))).toEqual({
      stay: one.stay,
      code: one.code,
    })
    await ok(handOver(house, one.stay, one.mother, { secondFactor: 'code', code: ` ${one.code.toLowerCase()}` }))
    const again = await handOver(house, one.stay, one.mother, { secondFactor: 'code', code: one.code })
    expect(again.body.code).toBe('not_in')
    expect((await house.carer.send('/childcare/reprint', { stay: one.stay })).body.code).toBe('not_in')
    expect((await house.carer.ask(`/childcare/slip?stay=${one.stay}`)).body.code).toBe('not_in')
    expect((await board(house)).refusals).toMatchObject([{ child: one.child, kind: 'pickup', why: 'code_wrong' }])
  })

  test('a member of staff without her PIN hands nobody over, and neither does one of another role', async () => {
    await using house = await careHouse(NINE)
    const { stay, mother } = await inside(house)
    const wrong = await handOver(house, stay, mother, { staffPin: '111222' })
    expect(wrong).toMatchObject({ status: 403, body: { code: 'staff_card_needed' } })
    const desk = { stay, to: mother, secondFactor: 'face', staffPin: OTHER_PIN }
    expect((await house.other.send('/childcare/hand-overs', desk)).body.code).toBe('not_allowed')
    // The administrator may, but has never chosen a PIN.
    expect((await house.administrator.send('/childcare/hand-overs', { ...desk, staffPin: STAFF_PIN })).body.code).toBe(
      'staff_card_needed',
    )
    expect((await board(house)).inside).toHaveLength(1)
  })

  test('a permission serves on its day, until it is taken back', async () => {
    await using house = await careHouse(NINE)
    const { parent, child, stay } = await inside(house)
    const aunt = { child, name: '代理野 葉子', kana: 'だいりの ようこ', relation: 'おば' }
    const tomorrow = await ok(parent.visitor.send('/my/pickups', { ...aunt, day: '2026-11-21' }))
    expect((await handOver(house, stay, tomorrow.pickup)).body.code).toBe('pickup_not_today')
    const today = await ok(parent.visitor.send('/my/pickups', { ...aunt, day: FRIDAY }))
    const { fetchers } = await ok(house.carer.ask(`/childcare/fetchers?stay=${stay}`))
    expect(fetchers).toMatchObject([
      { kind: 'guardian', refused: null },
      { kind: 'pickup', id: today.pickup, refused: null },
    ])
    await ok(parent.visitor.send('/my/pickups/revoke', { pickup: today.pickup }))
    expect((await handOver(house, stay, today.pickup)).body.code).toBe('pickup_not_allowed')
    const standing = await ok(house.carer.send('/children/pickups', { ...aunt, scope: 'standing', to: '2026-11-20' }))
    expect((await parent.visitor.send('/my/pickups/revoke', { pickup: standing.pickup })).body.code).toBe('not_found')
    await ok(handOver(house, stay, standing.pickup))
  })

  test('a permission that has run out serves no more, and a child is never given by a made-up permission', async () => {
    await using house = await careHouse(NINE)
    const { child, stay } = await inside(house)
    const aunt = { child, name: '代理野 葉子', kana: '', relation: 'おば', scope: 'standing' }
    const { pickup } = await ok(
      house.carer.send('/children/pickups', { ...aunt, from: '2026-11-01', to: '2026-11-19' }),
    )
    expect((await handOver(house, stay, pickup)).body.code).toBe('pickup_not_today')
    expect((await handOver(house, stay, 'u_00000000000000000000')).body.code).toBe('pickup_not_allowed')
    const { stay: second, child: sibling } = await inside(house)
    expect((await handOver(house, second, pickup)).body.code).toBe('pickup_not_allowed')
    expect(sibling).not.toBe(child)
  })

  test('a block beats every permission, and a guardian without contact is refused without a scene', async () => {
    await using house = await careHouse(NINE)
    const { child, stay, mother } = await inside(house)
    const father = { child, name: '架空野 岩男', kana: 'かくうの いわお', relation: '父', phone: '090-0000-0003' }
    const guardian = { ...father, custody: 'no_contact', from: '2026-01-01' }
    const banned = await ok(house.carer.send('/children/guardians', guardian))
    expect((await handOver(house, stay, banned.guardian)).body).toMatchObject({ code: 'pickup_blocked', status: 403 })
    // Somebody granted him a permission under his own name: the ban counts.
    const granted = await ok(house.carer.send('/children/pickups', { ...father, scope: 'standing' }))
    expect((await handOver(house, stay, granted.pickup)).body.code).toBe('pickup_blocked')
    const { block } = await ok(house.carer.send('/children/blocks', { child, guardian: mother, reason: '確認中' }))
    expect((await handOver(house, stay, mother)).body.code).toBe('pickup_blocked')
    expect((await house.carer.send('/children/blocks/lift', { block })).body.code).toBe('not_allowed')
    await ok(house.administrator.send('/children/blocks/lift', { block }))
    await ok(handOver(house, stay, mother))
    const { refusals } = await board(house)
    expect(refusals.map((one: { why: string }) => one.why)).toEqual(['blocked', 'no_contact', 'no_contact'])
  })

  test('what a parent granted who is kept away now is void', async () => {
    await using house = await careHouse(NINE)
    const { child, stay } = await inside(house)
    const father = await newParent(house)
    const sheet = {
      child,
      name: '架空野 岩男',
      kana: '',
      relation: '父',
      phone: '090-0000-0003',
      worker: father.worker,
    }
    const { guardian } = await ok(
      house.carer.send('/children/guardians', { ...sheet, custody: 'normal', from: '2026-01-01' }),
    )
    const friend = { child, name: '代理野 次郎', kana: '', day: FRIDAY }
    const { pickup } = await ok(father.visitor.send('/my/pickups', friend))
    const away = { ...sheet, guardian, custody: 'no_contact', from: '2026-01-01' }
    await ok(house.carer.send('/children/guardians', away))
    expect((await handOver(house, stay, pickup)).body.code).toBe('pickup_not_allowed')
    expect((await father.visitor.send('/my/pickups', friend)).body.code).toBe('child_unknown')
    expect((await ok(father.visitor.ask('/my/children'))).children).toEqual([])
    // It was void, not gone: with the order lifted his word counts again.
    await ok(house.carer.send('/children/guardians', { ...sheet, guardian, custody: 'normal', from: '2026-01-01' }))
    await ok(handOver(house, stay, pickup))
  })

  test('a carer who is the mother too lets a colleague register, approve and give her the child', async () => {
    await using house = await careHouse(NINE)
    const parent = await newParent(house)
    const both = await house.centre.staff(house.administrator, 'haha', ['childcare'], parent.worker)
    const sheet = {
      worker: parent.worker,
      name: '架空野 つくし',
      kana: '',
      birthDate: '2022-10-01',
      phone: '1',
      relation: '',
    }
    expect((await both.send('/children', sheet)).body.code).toBe('deciding_about_oneself')
    const child = await newChild(house, parent)
    expect((await both.send('/children/decide', { child, state: 'expired' })).body.code).toBe('deciding_about_oneself')
    const { stay } = await ok(arrive(house, child, { until: '17:00' }))
    const mother = await guardianOf(house, child)
    const member = await house.centre.appliance.doors.staff.byLogin('haha')
    if (member === undefined) throw new Error('she has an account')
    await house.centre.appliance.doors.staff.setPassword(member.staff, 'haha-no-himitsu-4')
    await ok(both.send('/staff-pin', { password: 'haha-no-himitsu-4', next: STAFF_PIN }))
    const wish = { stay, to: mother, secondFactor: 'face', staffPin: STAFF_PIN }
    expect((await both.send('/childcare/hand-overs', wish)).body.code).toBe('deciding_about_oneself')
    await ok(handOver(house, stay, mother))
  })

  test('a typed name meets a blocked name in every script', async () => {
    await using house = await careHouse(NINE)
    const { child, stay } = await inside(house)
    const name = '山田 太郎'
    await ok(house.carer.send('/children/blocks', { child, name, kana: 'やまだ たろう', reason: '裁判所の命令' }))
    for (const typed of [
      '山田太郎',
      '山田　太郎',
      'やまだたろう',
      'ヤマダ タロウ',
      'ﾔﾏﾀﾞ ﾀﾛｳ',
      'Yamada Taro',
      'TARO YAMADA',
      '太郎 山田',
    ]) {
      expect.soft((await override(house, stay, { name: typed })).body.code, typed).toBe('pickup_blocked')
      expect.soft(await ok(house.carer.send('/childcare/hand-overs/refused', { stay, name: typed })), typed).toEqual({
        why: 'blocked',
      })
    }
    expect((await board(house)).inside).toHaveLength(1)
    await ok(override(house, stay, { name: '田中 花子' }))
  })

  test('somebody on no list gets a child from two different members of staff and a reason only', async () => {
    await using house = await careHouse(NINE)
    const { stay } = await inside(house)
    const refused = async (wish: object) => (await override(house, stay, wish as Record<string, unknown>)).body.code
    expect(await refused({ otherLogin: 'hoiku', otherPin: STAFF_PIN })).toBe('two_staff_needed')
    expect(await refused({ otherPin: '111222' })).toBe('staff_card_needed')
    expect(await refused({ otherLogin: 'daremo' })).toBe('staff_card_needed')
    expect(await refused({ reason: ' ' })).toBe('malformed')
    expect(await refused({ staffPin: '111222' })).toBe('staff_card_needed')
    await ok(override(house, stay))
    expect(await board(house)).toMatchObject({ inside: [], gone: [{ stay, override: true }] })
  })

  test('wrong PINs are slowed down', async () => {
    await using house = await careHouse(NINE)
    const { stay, mother } = await inside(house)
    const codes = new Set<string>()
    for (let n = 0; n < 7; n += 1) codes.add((await handOver(house, stay, mother, { staffPin: `98${n}245` })).body.code)
    expect(codes).toEqual(new Set(['staff_card_needed', 'rate_limited']))
  })
})

describe('closing time', () => {
  test('a child who is still here after closing raises an alarm that ends when it is fetched', async () => {
    await using house = await careHouse(NINE)
    const { stay, mother } = await inside(house)
    house.centre.clock.turn(11 * 60 * MINUTE_MS - 1)
    await house.centre.appliance.lookAfterChildren()
    await house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' })
    expect((await board(house)).alarms).toEqual([])
    house.centre.clock.turn(1)
    await house.centre.appliance.lookAfterChildren()
    const late = await board(house)
    expect(late.alarms.map((one: { kind: string }) => one.kind)).toContain('closing')
    expect(late.inside).toMatchObject([{ stay, overMinutes: 180 }])
    const { tasks } = await ok(house.carer.ask('/today'))
    expect(tasks).toContainEqual(
      expect.objectContaining({ kind: 'care_closing', urgency: 'now', label: 'つくしの部屋' }),
    )
    await ok(handOver(house, stay, mother))
    expect((await board(house)).alarms).toEqual([])
  })

  test('an alarm does not forget a child that stayed over night', async () => {
    await using house = await careHouse(NINE)
    await inside(house)
    house.centre.clock.turn(DAY_MS)
    await house.centre.appliance.lookAfterChildren()
    await house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' })
    const { alarms, inside: still } = await board(house)
    expect(alarms).toMatchObject([{ kind: 'closing', day: FRIDAY }])
    expect(still).toHaveLength(1)
  })
})
