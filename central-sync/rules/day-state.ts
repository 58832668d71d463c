/**
 * The state of a day as text. The same state gives the same text, whichever way it was reached; a list without names
 * keeps it small, because it is read and written with every tap.
 */
import type { DayState, FoldTap, LastClaim } from './day-fold.ts'

type Written = [
  inside: [tap: unknown[], flags: unknown] | null,
  last: unknown[] | null,
  latest: number,
  uncertainUntil: number,
  settled: string,
  payableSeconds: number,
  pendingSeconds: number,
  pending: number,
]

const TAP_FIELDS = [
  'id',
  'site',
  'device',
  'seq',
  'time',
  'place',
  'claim',
  'claimBy',
  'identified',
  'clock',
  'offsetAge',
  'online',
  'rosterStale',
  'chosen',
  'known',
  'attributed',
  'late',
] as const satisfies readonly (keyof FoldTap)[]

/** Every field of a tap is kept: a forgotten one does not compile. */
type Forgotten = Exclude<keyof FoldTap, (typeof TAP_FIELDS)[number]>
const nothingForgotten: Record<Forgotten, never> = {}

export function writeDayState(state: DayState): string {
  const { inside, last } = state
  const written: Written = [
    inside === undefined ? null : [TAP_FIELDS.map((name) => inside.tap[name]), inside.flags],
    last === undefined ? null : [last.claim, last.time, last.place],
    state.latest,
    state.uncertainUntil,
    state.settled,
    state.payableSeconds,
    state.pendingSeconds,
    state.pending,
  ]
  return JSON.stringify(written)
}

/** Reads what `writeDayState` wrote. */
export function readDayState(text: string): DayState {
  const [inside, last, latest, uncertainUntil, settled, payableSeconds, pendingSeconds, pending] = JSON.parse(
    text,
  ) as Written
  return {
    inside: inside === null ? undefined : { tap: readTap(inside[0]), flags: inside[1] as never },
    last: last === null ? undefined : ({ claim: last[0], time: last[1], place: last[2] } as LastClaim),
    latest,
    uncertainUntil,
    settled,
    payableSeconds,
    pendingSeconds,
    pending,
  }
}

function readTap(values: readonly unknown[]): FoldTap {
  const tap: Record<string, unknown> = { ...nothingForgotten }
  for (const [index, name] of TAP_FIELDS.entries()) tap[name] = values[index]
  return tap as unknown as FoldTap
}
