/** What breaks, and when: lines, processes, power, clocks. Pure. Everything heals by itself at the next settling. */
import { type BusinessDay, HOUR_MS, type Instant, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { Chance } from '../support/simulation-chance.ts'
import { at } from './hour-of-day.ts'
import { CENTRES, type Deed, KIOSKS, type Machine, type Step } from './plan.ts'

export function inventTrouble(days: readonly BusinessDay[], lateKiosk: number | undefined, chance: Chance): Step[] {
  const steps = days.flatMap((day) => {
    const own = chance.branch(day)
    return Array.from({ length: own.between(0, 3) }, () => trouble(day, own)).flat()
  })
  return lateKiosk === undefined ? steps : [...steps, ...offForDays(lateKiosk)]
}

/** A kiosk out of reach from before the end of the month until after its close. */
function offForDays(kiosk: number): Step[] {
  const of: Machine = { kind: 'kiosk', kiosk }
  return [{ at: at('2026-10-29' as BusinessDay, 8), do: 'line', of, state: 'cut' }]
}

type Kind = (chance: Chance, time: Instant) => Step[]

function trouble(day: BusinessDay, chance: Chance): Step[] {
  const kind = chance.pick(KINDS)
  return kind(chance, at(day, 8 + chance.next() * 12))
}

const machines: readonly Machine[] = [
  ...KIOSKS.map((_, kiosk): Machine => ({ kind: 'kiosk', kiosk })),
  ...CENTRES.map((_, centre): Machine => ({ kind: 'centre', centre })),
  { kind: 'hub' },
]
const sides = machines.filter(({ kind }) => kind !== 'hub')

const lineDown: Kind = (chance, time) => {
  const of = chance.pick(sides)
  const state = chance.pick(['cut', 'cut', 'deaf'] as const)
  const long = of.kind === 'centre' ? [1, 8, 50, 75] : [0.01, 0.5, 3, 26]
  return [
    { at: time, do: 'line', of, state },
    { at: time + chance.pick(long) * HOUR_MS, do: 'line', of, state: 'open' },
  ]
}

const slowLine: Kind = (chance, time) => {
  const of = chance.pick(sides)
  return [
    { at: time, do: 'slow', of, delayMs: chance.pick([1, 3, 10]) },
    { at: time + HOUR_MS, do: 'slow', of, delayMs: 0 },
  ]
}

const repeats: Kind = (chance, time) => [
  { at: time, do: 'repeat', of: chance.pick(sides), times: chance.between(1, 6) },
]

const restarts: Kind = (chance, time) => {
  const deed: Deed = { do: chance.pick(['restart', 'crash'] as const), machine: chance.pick(machines) }
  return [{ ...deed, at: time }]
}

const YEAR_MS = 365.25 * 24 * HOUR_MS

/** The clock of a kiosk goes wrong: set by hand, or lost with its battery at a start. */
const kioskClock: Kind = (chance, time) => {
  const machine = { kind: 'kiosk', kiosk: chance.between(0, KIOSKS.length - 1) } as const
  const lost = chance.happens(0.5)
  const wrongBy = lost
    ? chance.pick([-26.8 * YEAR_MS, 37 * YEAR_MS])
    : chance.pick([-3 * HOUR_MS, -MINUTE_MS, MINUTE_MS, 3 * HOUR_MS])
  const offLine = chance.happens(0.6)
  const steps: Step[] = [{ at: time, do: 'clock', machine, wrongBy: Math.round(wrongBy), reboot: lost }]
  if (!offLine) return steps
  return [
    { at: time - 1_000, do: 'line', of: machine, state: 'cut' },
    ...steps,
    { at: time + 3 * HOUR_MS, do: 'line', of: machine, state: 'open' },
  ]
}

/** The clock of a centre goes wrong for an hour while its hub can tell, or cannot. */
const centreClock: Kind = (chance, time) => {
  const machine = { kind: 'centre', centre: chance.between(0, CENTRES.length - 1) } as const
  const wrongBy = Math.round(chance.pick([-2 * HOUR_MS, 2 * HOUR_MS, -26.8 * YEAR_MS, 37 * YEAR_MS]))
  return [
    { at: time, do: 'clock', machine, wrongBy, reboot: false },
    { at: time + chance.between(20, 90) * MINUTE_MS, do: 'clock', machine, wrongBy: 0, reboot: false },
  ]
}

const KINDS: readonly Kind[] = [lineDown, lineDown, slowLine, repeats, restarts, restarts, kioskClock, centreClock]
