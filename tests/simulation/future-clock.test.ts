import { expect, test } from 'vitest'
import { type BusinessDay, DAY_MS, type Month } from '../../central-sync/protocol/time.ts'
import { audit } from './auditor.ts'
import { at } from './hour-of-day.ts'
import { performPlan } from './perform.ts'
import type { Plan, Step } from './plan.ts'
import { inventPlan } from './workload.ts'
import { World } from './world.ts'

const CENTRE = { kind: 'centre', centre: 1 } as const
const KIOSK = { kind: 'kiosk', kiosk: 2 } as const
const [day, last, after] = ['2026-10-20', '2026-10-29', '2026-11-04'] as BusinessDay[] as [
  BusinessDay,
  BusinessDay,
  BusinessDay,
]

/** A centre whose clock once ran ahead, and a kiosk of it that later keeps two taps to itself. */
function steps(aheadMs: number, line: 'open' | 'cut'): Step[] {
  const wrong: Step = { at: at(day, 10), do: 'clock', machine: CENTRE, wrongBy: aheadMs, reboot: false }
  return [
    { at: at(day, 9), do: 'line', of: CENTRE, state: line },
    wrong,
    { at: at(day, 11), do: 'restart', machine: KIOSK },
    { at: at(day, 11.5), do: 'wait', ms: 800 },
    { ...wrong, at: at(day, 11.6) },
    { at: at(day, 12), do: 'clock', machine: CENTRE, wrongBy: 0, reboot: false },
    { at: at(day, 13), do: 'settle', leaving: [] },
    { at: at(last, 8), do: 'line', of: KIOSK, state: 'cut' },
    { at: at(last, 9), do: 'touch', kiosk: 2, person: 4, means: 'in', dice: 0 },
    { at: at(last, 12), do: 'touch', kiosk: 2, person: 4, means: 'out', dice: 0 },
    { at: at(after, 9), do: 'settle', leaving: [2] },
    { at: at(after, 10), do: 'close', month: '2026-10' as Month, override: false },
    { at: at(after, 11), do: 'settle', leaving: [2] },
  ]
}

test.each([
  ['in 2063', 37 * 31_557_600_000, 'open'],
  ['in 2063, where no hub could tell', 37 * 31_557_600_000, 'cut'],
  ['twelve days ahead, where no hub could tell', 12 * DAY_MS, 'cut'],
] as const)(
  'a centre whose clock once stood %s still holds up the close while a kiosk is silent',
  async (_, ahead, line) => {
    const plan: Plan = { ...inventPlan(1), steps: steps(ahead, line) }
    await using world = await World.create(plan)
    const wrong: string[] = []
    await performPlan(world, async (leaving) => void wrong.push(...(await audit(world, leaving))))
    expect(wrong).toEqual([])
    expect(world.record.closes).toEqual([])
  },
)
