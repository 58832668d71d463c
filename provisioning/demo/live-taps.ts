/** Lets the people of a town come and go at its simulated reader, until stopped. */
import type { InventedWorker } from './invented-people.ts'
import type { Chance } from './seeded-random.ts'
import type { Town } from './town.ts'

const FIRST_MS = 1_500
const PAUSE_MS = { from: 2_500, to: 9_000 }

/** Everybody taps once before anybody taps again, so that nobody is told to wait. */
export function tapLive(
  { reader }: Pick<Town, 'reader'>,
  people: readonly InventedWorker[],
  chance: Chance,
): Disposable {
  let queue: InventedWorker[] = []
  let timer = setTimeout(next, FIRST_MS)
  function next(): void {
    if (queue.length === 0) queue = shuffled(people, chance)
    const person = queue.pop()
    if (person !== undefined) reader.touch(person.card)
    timer = setTimeout(next, chance.between(PAUSE_MS.from, PAUSE_MS.to))
  }
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

function shuffled<T>(from: readonly T[], chance: Chance): T[] {
  return from
    .map((value) => ({ value, rank: chance.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value)
}
