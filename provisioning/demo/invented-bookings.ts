/** Invented bookings of one day: who comes books a desk, some a booth or a room, a few in vain, a few without coming. */
import { newIdentifier, type ResourceId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { FurnishedRooms } from './furnish-rooms.ts'
import type { InventedPunch } from './invented-days.ts'
import type { Chance } from './seeded-random.ts'

const [OPENS, CLOSES] = [9 * 60, 18 * 60]
/** So many wait together for one commit. */
const TOGETHER = 32

interface Wish {
  readonly worker: WorkerId
  readonly resource: ResourceId
  readonly start: number
  readonly end: number
}

export async function bookFloor(
  { rooms, chance }: { readonly rooms: FurnishedRooms; readonly chance: Chance },
  day: CalendarDay,
  punches: readonly InventedPunch[],
): Promise<void> {
  const { bookings, waiting } = rooms.centre.doors
  const wishes = inventWishes(rooms, punches, chance)
  for (let from = 0; from < wishes.length; from += TOGETHER) {
    await Promise.all(
      wishes.slice(from, from + TOGETHER).map(async (wish) => {
        const request = newIdentifier('request')
        const made = await bookings.make({ ...wish, day, source: 'web', request, by: wish.worker })
        if (isRefusal(made)) {
          const { worker, start, end } = wish
          const wanted = { worker, day, start, end, want: 'seat' as const, priority: 0 }
          if (chance.happens(0.3)) await waiting.join({ ...wanted, request: newIdentifier('request') }, worker)
          return
        }
        if (!chance.happens(0.05)) return
        await bookings.cancel(made.booking, { by: wish.worker, source: 'web', only: wish.worker })
      }),
    )
  }
}

function inventWishes({ workers, places }: FurnishedRooms, punches: readonly InventedPunch[], chance: Chance): Wish[] {
  const taken = new Map<ResourceId, { start: number; end: number }[]>()
  const wishes: Wish[] = []
  for (const { code, start, end } of visitsOf(punches)) {
    const worker = workers.get(code)
    if (worker === undefined || !chance.happens(0.42)) continue
    const kind = chance.happens(0.86) ? 'seat' : chance.happens(0.7) ? 'booth' : 'room'
    const span = kind === 'seat' ? { start, end } : { start, end: Math.min(end, start + chance.between(2, 4) * 30) }
    const free = places[kind].filter(
      (one) => !(taken.get(one) ?? []).some((other) => other.start < span.end && span.start < other.end),
    )
    // A few take what others have already: this is how a house learns that it is too small.
    const choice = chance.happens(0.03) ? places[kind] : free
    if (choice.length === 0) continue
    const resource = chance.pick(choice)
    taken.set(resource, [...(taken.get(resource) ?? []), span])
    wishes.push({ worker, resource, ...span })
  }
  const absent = [...workers].filter(([code]) => !punches.some((punch) => punch.code === code))
  const [seat] = places.seat.filter((one) => !taken.has(one))
  const [, worker] = absent.length === 0 ? [] : chance.pick(absent)
  if (worker !== undefined && seat !== undefined) wishes.push({ worker, resource: seat, start: 10 * 60, end: 12 * 60 })
  return wishes
}

/** From the first IN to the last OUT, in half hours within the opening hours. */
function visitsOf(punches: readonly InventedPunch[]): { code: string; start: number; end: number }[] {
  return [...Map.groupBy(punches, ({ code }) => code)].flatMap(([code, all]) => {
    const minutes = all.map(({ at }) => wallMinuteOf(at))
    const start = Math.max(OPENS, Math.round((Math.min(...minutes) - 6) / 30) * 30)
    const end = Math.min(CLOSES, Math.ceil(Math.max(...minutes) / 30) * 30)
    return end - start >= 60 && end - start <= 9 * 60 ? [{ code, start, end }] : []
  })
}
