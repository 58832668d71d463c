/** A centre with a childcare room, rules, carers and parents, driven through its doors. Invented people. */
import { ApplianceFixture, type Json, type Visitor } from './appliance-fixture.ts'

export const FRIDAY = '2026-11-20'
export const STAFF_PIN = '482913'
export const OTHER_PIN = '591726'
export const PARENT_PIN = '730264'

export interface Parent {
  readonly worker: string
  readonly visitor: Visitor
}

export interface CareHouse extends AsyncDisposable {
  readonly centre: ApplianceFixture
  readonly administrator: Visitor
  /** Signed in with role childcare. */
  readonly carer: Visitor
  readonly other: Visitor
  readonly room: string
}

/** A good answer's body; anything else is a mistake of the test. */
export async function ok(answer: Promise<{ status: number; body: Json }>): Promise<Json> {
  const { status, body } = await answer
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

export const wall = (text: string) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1])

export interface HouseWish {
  readonly carers?: number
  readonly template?: string
  readonly areaDm2?: number
  /** Instead of the template. */
  readonly policy?: object
}

/** Open from seven to eight; two qualified carers all day unless said otherwise; 100 m². */
export async function careHouse(
  at: number,
  { carers = 2, template = 'unlicensed', areaDm2 = 10_000, policy }: HouseWish = {},
): Promise<CareHouse> {
  const centre = await ApplianceFixture.create(at)
  const administrator = await centre.claimed()
  const carer = await centre.staff(administrator, 'hoiku', ['childcare'])
  const other = await centre.staff(administrator, 'uketsuke', ['front_desk'])
  await setPin(centre, carer, 'hoiku', STAFF_PIN)
  await setPin(centre, other, 'uketsuke', OTHER_PIN)
  const { resource } = await ok(
    administrator.send('/resources', { kind: 'nursery', name: 'つくしの部屋', floor: '2F', capacity: 20 }),
  )
  const open = Array.from({ length: 7 }, () => ({ start: wall('7:00'), end: wall('20:00') }))
  await ok(administrator.send('/hours', { weekdays: open, holidays: true, from: '' }))
  if (policy !== undefined) await ok(administrator.send('/childcare/policy', policy))
  else await ok(administrator.send('/childcare/policy/template', { template, from: '2026-01-01' }))
  await ok(administrator.send('/childcare/room', { room: resource, areaDm2 }))
  const house = { centre, administrator, carer, other, room: resource as string }
  for (let n = 0; n < carers; n += 1) await shift(house, FRIDAY, '7:00', '20:00')
  return { ...house, [Symbol.asyncDispose]: () => centre[Symbol.asyncDispose]() }
}

async function setPin(centre: ApplianceFixture, visitor: Visitor, login: string, next: string): Promise<void> {
  const password = `${login}-no-himitsu-4`
  const member = await centre.appliance.doors.staff.byLogin(login)
  if (member === undefined) throw new Error(login)
  await centre.appliance.doors.staff.setPassword(member.staff, password)
  await ok(visitor.send('/staff-pin', { password, next }))
}

export async function shift(
  { carer, room }: Pick<CareHouse, 'carer' | 'room'>,
  day: string,
  start: string,
  end: string,
  qualified = true,
): Promise<string> {
  const answer = await ok(carer.send('/childcare/shifts', { room, day, start, end, qualified }))
  return answer.shifts[0]
}

let parents = 0

export async function newParent({
  centre,
  administrator,
}: Pick<CareHouse, 'centre' | 'administrator'>): Promise<Parent> {
  parents += 1
  const code = `P${String(parents).padStart(3, '0')}`
  const sheet = { name: `親野 ${code}`, kana: 'おやの', callName: '' }
  const { worker, pin } = await ok(administrator.send('/workers', { code, ...sheet }))
  const { Visitor: Browser } = await import('./appliance-fixture.ts')
  const visitor = new Browser(centre.url)
  await ok(visitor.send('/sign-in/worker', { code, pin }))
  await ok(visitor.send('/pin/change', { current: pin, next: PARENT_PIN }))
  return { worker, visitor }
}

export interface ChildWish {
  readonly name?: string
  readonly birthDate?: string
  readonly extraUnits?: number
  readonly phone?: string
  readonly allergies?: string
  readonly notes?: string
}

/** Three years old on 1 April 2026 unless said otherwise. */
export async function newChild(house: Pick<CareHouse, 'carer'>, parent: Parent, wish: ChildWish = {}): Promise<string> {
  const { name = '架空野 つくし', birthDate = '2022-10-01', phone = '090-0000-0001', ...rest } = wish
  const sheet = {
    worker: parent.worker,
    name,
    kana: 'かくうの つくし',
    callName: '',
    birthDate,
    phone,
    relation: '母',
    ...rest,
  }
  return (await ok(house.carer.send('/children', sheet))).child
}

export async function book(house: CareHouse, child: string, start: string, end: string, day = FRIDAY) {
  return house.carer.send('/childcare/bookings', { child, room: house.room, day, start, end })
}

export async function arrive(house: CareHouse, child: string, wish: Record<string, unknown> = {}) {
  return house.carer.send('/childcare/arrivals', {
    ...{ child, room: house.room, temperatureX10: 365, symptoms: [], contactPhone: '090-0000-0009' },
    ...wish,
  })
}

/** The first guardian of a child. */
export async function guardianOf(house: Pick<CareHouse, 'carer'>, child: string): Promise<string> {
  return (await ok(house.carer.ask(`/child/guardians?child=${child}`))).guardians[0].guardian
}

export async function handOver(house: CareHouse, stay: string, to: string, wish: Record<string, unknown> = {}) {
  const input = { stay, to, secondFactor: 'face', staffPin: STAFF_PIN, ...wish }
  return house.carer.send('/childcare/hand-overs', input)
}

export async function board(house: Pick<CareHouse, 'carer'>): Promise<Json> {
  return ok(house.carer.ask('/childcare/board'))
}
