/** Sets up the floor and the childcare room of a town through the centre's own desks, as its staff would. */
import type { Appliance } from '../../appliance/appliance.ts'
import type { ChildId, ResourceId, ShiftId, StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type CalendarDay, weekdayOf } from '../../central-sync/protocol/time.ts'
import { orThrow } from '../outcome.ts'
import { type InventedChild, inventChildren } from './invented-children.ts'
import { inventFloor } from './invented-floor.ts'
import type { InventedWorker } from './invented-people.ts'
import type { Chance } from './seeded-random.ts'
import type { Town } from './town.ts'

export interface RoomChild extends InventedChild {
  readonly child: ChildId
  readonly worker: WorkerId
}

/** What the invented weeks need to know of a town. */
export interface FurnishedRooms {
  readonly town: Town
  readonly centre: Appliance
  readonly workers: ReadonlyMap<string, WorkerId>
  /** Seats of the open floor, booths and rooms; seats inside rooms are left to their room. */
  readonly places: Readonly<Record<'seat' | 'booth' | 'room', readonly ResourceId[]>>
  readonly nursery: ResourceId
  readonly children: readonly RoomChild[]
  /** Carers' shifts by day. */
  readonly shifts: ReadonlyMap<CalendarDay, readonly ShiftId[]>
  /** Who hands children over. */
  readonly carer: StaffId
}

const HOURS = { start: 9 * 60, end: 18 * 60 }
/** Carers go home before the centre closes: whoever asks for later has to be told no. */
const SHIFT = { start: 8 * 60 + 30, end: 17 * 60 }
/** Room for six: on some days the seventh has to wait. */
const ROOM_AREA_DM2 = 1_100

export async function furnishRooms(
  town: Town,
  people: readonly InventedWorker[],
  { from, to }: { readonly from: CalendarDay; readonly to: CalendarDay },
  chance: Chance,
): Promise<FurnishedRooms> {
  const centre = town.house.openParts.theCentre()
  const { staff, seats, childcare } = centre.doors
  const by = (await staff.all()).find(({ roles }) => roles.includes('administrator'))?.staff
  if (by === undefined) throw new Error('no town without an administrator')
  orThrow(
    await seats.setHours(
      [0, 1, 2, 3, 4, 5, 6].map(() => HOURS),
      true,
      undefined,
      by,
    ),
  )
  const resources = await describeFloor(town, by)
  const [nursery] = resources.nursery
  if (nursery === undefined) throw new Error('the floor has no room for children')
  const { shifts, register } = childcare
  orThrow(await shifts.useTemplate('unlicensed', from, by))
  orThrow(await shifts.setRoom(nursery, ROOM_AREA_DM2, by))
  const planned = await planShifts(centre, nursery, { from, to }, by)
  const workers = await centre.workersByCode()
  const children: RoomChild[] = []
  for (const invented of inventChildren(town.plan.children, people, from, chance)) {
    const worker = workers.get(invented.parent)
    const parent = people.find(({ code }) => code === invented.parent)
    if (worker === undefined || parent === undefined) continue
    const { name, kana, callName, birthDate, allergies, notes } = invented
    const rest = { extraUnits: 0, allergyPlan: allergies !== '', doctor: '' }
    const sheet = { name, kana, callName, birthDate, allergies, notes, ...rest }
    const contact = { name: parent.name, kana: parent.kana, relation: '親', phone: inventPhone(chance) }
    const { child } = orThrow(await register.register(worker, sheet, contact, { by, state: 'approved' }))
    children.push({ ...invented, child, worker })
  }
  await inventPickups(centre, children, by, chance)
  return {
    town,
    centre,
    workers,
    places: resources,
    nursery,
    children,
    shifts: planned,
    carer: await addCarer(centre, by),
  }
}

async function describeFloor(town: Town, by: StaffId) {
  const { seats } = town.house.openParts.theCentre().doors
  const found: Record<'seat' | 'booth' | 'room' | 'nursery', ResourceId[]> = {
    seat: [],
    booth: [],
    room: [],
    nursery: [],
  }
  const rooms = new Map<string, ResourceId>()
  for (const place of inventFloor(town.plan.seats, town.plan.booths, town.plan.rooms)) {
    const { kind, name, inside, capacity, map, monitor, standing, accessible, quiet } = place
    const { resource } = orThrow(
      await seats.describe(
        undefined,
        {
          ...{ kind, name, capacity, map, floor: '1階', open: true },
          parent: inside === undefined ? null : (rooms.get(inside) ?? null),
          attrs: { monitor, standing, accessible, quiet },
          ...{ bufferMin: kind === 'room' ? 5 : 0, checkInRequired: kind === 'seat', graceMin: 20 },
        },
        by,
      ),
    )
    if (kind === 'room') rooms.set(name, resource)
    if (inside === undefined) found[kind].push(resource)
  }
  return found
}

/** Two carers on weekdays, one of them qualified, by the week and far enough ahead for what is booked. */
async function planShifts(
  { doors }: Appliance,
  room: ResourceId,
  { from, to }: { readonly from: CalendarDay; readonly to: CalendarDay },
  by: StaffId,
): Promise<Map<CalendarDay, ShiftId[]>> {
  const planned = new Map<CalendarDay, ShiftId[]>()
  const weeks = Math.min(50, Math.ceil((Date.parse(to) - Date.parse(from)) / (7 * 86_400_000)))
  for (let day = from; day < addDays(from, 7); day = addDays(day, 1)) {
    if ([0, 6].includes(weekdayOf(day))) continue
    for (const qualified of [true, false]) {
      const { shifts } = orThrow(await doors.childcare.shifts.set({ room, day, ...SHIFT, qualified, weeks }, by))
      for (const [week, shift] of shifts.entries()) {
        const on = addDays(day, week * 7)
        planned.set(on, [...(planned.get(on) ?? []), shift])
      }
    }
  }
  return planned
}

async function addCarer({ doors }: Appliance, by: StaffId): Promise<StaffId> {
  const added = orThrow(await doors.staff.add({ login: 'hoiku', name: '保育 あかり', roles: ['childcare'] }, by))
  return added.staff
}

/** A grandmother here, a person who must not get the child there. */
async function inventPickups({ doors }: Appliance, children: readonly RoomChild[], by: StaffId, chance: Chance) {
  const { register } = doors.childcare
  for (const [index, { child, name, kana }] of children.entries()) {
    const [family = ''] = name.split(' ')
    const [familyKana = ''] = kana.split(' ')
    if (index % 3 === 0) {
      const grandmother = {
        name: `${family} 和子`,
        kana: `${familyKana} かずこ`,
        relation: '祖母',
        idCheck: '運転免許証',
      }
      orThrow(await register.grant({ child, scope: 'standing', phone: inventPhone(chance), ...grandmother }, by))
    }
    if (index === 4) {
      const stranger = { name: `${family} 剛`, kana: `${familyKana} つよし`, reason: '家庭裁判所の決定による' }
      orThrow(await register.block({ child, ...stranger }, by))
    }
  }
}

/** A number of the range that is given to nobody. */
function inventPhone(chance: Chance): string {
  return `0263-00-${String(chance.between(0, 9_999)).padStart(4, '0')}`
}
