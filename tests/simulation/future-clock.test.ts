import { expect, test } from 'vitest'
import type { BusinessDay, Month } from '../../central-sync/protocol/time.ts'
import { audit } from './auditor.ts'
import { at } from './hour-of-day.ts'
import { performPlan } from './perform.ts'
import type { Plan, Step } from './plan.ts'
import { inventPlan } from './workload.ts'
import { World } from './world.ts'

const CENTURY_MS = 37 * 31_557_600_000
const [day, last, after] = ['2026-10-20', '2026-10-29', '2026-11-04'] as BusinessDay[] as [
  BusinessDay,
  BusinessDay,
  BusinessDay,
]

/** A centre whose clock once stood in 2063, and a kiosk of it that later keeps a tap to itself. */
const steps: readonly Step[] = [
  { at: at(day, 10), do: 'clock', machine: { kind: 'centre', centre: 1 }, wrongBy: CENTURY_MS, reboot: false },
  { at: at(day, 11), do: 'restart', machine: { kind: 'kiosk', kiosk: 2 } },
  { at: at(day, 11.5), do: 'wait', ms: 800 },
  { at: at(day, 11.6), do: 'clock', machine: { kind: 'centre', centre: 1 }, wrongBy: CENTURY_MS, reboot: false },
  { at: at(day, 12), do: 'clock', machine: { kind: 'centre', centre: 1 }, wrongBy: 0, reboot: false },
  { at: at(day, 13), do: 'settle', leaving: [] },
  { at: at(last, 8), do: 'line', of: { kind: 'kiosk', kiosk: 2 }, state: 'cut' },
  { at: at(last, 9), do: 'touch', kiosk: 2, person: 4, means: 'in', dice: 0 },
  { at: at(last, 12), do: 'touch', kiosk: 2, person: 4, means: 'out', dice: 0 },
  { at: at(after, 9), do: 'settle', leaving: [2] },
  { at: at(after, 10), do: 'close', month: '2026-10' as Month, override: false },
  { at: at(after, 11), do: 'settle', leaving: [2] },
]

test('a centre whose clock once stood in 2063 still holds up the close while a kiosk is silent', async () => {
  const plan: Plan = { ...inventPlan(1), steps }
  await using world = await World.create(plan)
  const wrong: string[] = []
  await performPlan(world, async (leaving) => void wrong.push(...(await audit(world, leaving))))
  expect(world.record.closes).toEqual([])
  expect(wrong).toEqual([])
})
