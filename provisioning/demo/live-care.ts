/** Children are brought and fetched: while the weeks before today are invented, and live until the demo is stopped. */
import type { StayId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type Clock, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { FurnishedRooms, RoomChild } from './furnish-rooms.ts'
import type { Chance } from './seeded-random.ts'

export interface ChildInside {
  readonly child: RoomChild['child']
  readonly stay: StayId
  readonly code: string
}

type Room = Pick<FurnishedRooms, 'centre' | 'carer' | 'nursery'>

/** Undefined when the child is not taken in: a fever, no place. */
export async function arrive(
  { centre, carer, nursery }: Room,
  { child, until }: { readonly child: RoomChild['child']; readonly until?: number },
  chance: Chance,
): Promise<ChildInside | undefined> {
  const temperatureX10 = chance.happens(0.015) ? 379 : chance.between(361, 372)
  const health = { broughtBy: '', temperatureX10, symptoms: [], contactPhone: '', meds: '' }
  const taken = await centre.doors.childcare.door.arrive({ child, room: nursery, until, ...health }, carer)
  return isRefusal(taken) ? undefined : { child, ...taken }
}

/** To the first guardian, with the code of the slip. */
export async function handOver({ centre, carer }: Room, { child, stay, code }: ChildInside): Promise<void> {
  const { children } = centre.doors.childcare.parts
  const [guardian] = await children.guardiansOf(child)
  if (guardian === undefined) return
  await centre.doors.childcare.door.handOver(
    { stay, to: guardian.id, secondFactor: 'code', code },
    { staff: carer, worker: undefined },
  )
}

const PAUSE_MS = { from: 9_000, to: 24_000 }
const INSIDE_MAX = 6
const STAYS_MIN = 90

/** Somebody brings a child or fetches one, as long as the room has its carers. */
export function careLive(room: Room, clock: Clock, chance: Chance): Disposable {
  let timer = setTimeout(next, PAUSE_MS.from)
  let running: Promise<void> = Promise.resolve()
  function next(): void {
    running = running.then(() => step(room, clock, chance)).catch(() => undefined)
    timer = setTimeout(next, chance.between(PAUSE_MS.from, PAUSE_MS.to))
  }
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

async function step(room: Room, clock: Clock, chance: Chance): Promise<void> {
  const inside = await room.centre.childrenInside()
  const minute = wallMinuteOf(clock.now())
  if (inside.length > 0 && (inside.length >= INSIDE_MAX || chance.happens(0.45))) {
    const { child, stay } = chance.pick(inside)
    const slip = await room.centre.doors.childcare.door.codeOf(stay)
    if (!isRefusal(slip)) await handOver(room, { child, stay, code: slip.code })
    return
  }
  const all = await room.centre.doors.childcare.parts.children.all()
  const outside = all.filter(({ child, state }) => state === 'approved' && !inside.some((one) => one.child === child))
  if (outside.length === 0) return
  await arrive(room, { child: chance.pick(outside).child, until: Math.ceil((minute + STAYS_MIN) / 15) * 15 }, chance)
}
