/** All chance of a simulated world comes from here, so that one seed is one world (mulberry32). */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number
  /** Whole number, both ends included. */
  between(low: number, high: number): number
  pick<T>(from: readonly T[]): T
  happens(probability: number): boolean
  /** A source of its own: what it is asked changes nothing here. */
  branch(name: string): Chance
}

export function seededChance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    pick: (from) => {
      const picked = from[between(0, from.length - 1)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    happens: (probability) => next() < probability,
    branch: (name) => seededChance(hashOf(`${seed} ${name}`)),
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
