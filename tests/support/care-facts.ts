/** Policies, loads and days of an invented childcare room. */
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import type { CareLoad, CareMeans, CarePolicy } from '../../central-sync/rules/care-need.ts'
import { type ByBand, NO_HEADS } from '../../central-sync/rules/care-need.ts'

/** The ratios in force since April 2024: 3:1, 6:1, 15:1, 25:1. */
export const carePolicy: CarePolicy = {
  from: '2024-04-01' as CalendarDay,
  units: { a0: 100, a12: 50, a3: 20, a4: 12 },
  minStaff: 2,
  ...{ qualifiedNum: 1, qualifiedDen: 3, areaPerChildDm2: 165 },
  ageBasis: 'fiscal',
  rounding: 'ceil_sum',
  feverX10: 375,
  smallMode: false,
}

export function careLoad(heads: Partial<ByBand>, extraUnits = 0, childrenThatDay?: number): CareLoad {
  const all = { ...NO_HEADS, ...heads }
  return { heads: all, extraUnits, childrenThatDay: childrenThatDay ?? all.a0 + all.a12 + all.a3 + all.a4 }
}

export function careMeans(staff: number, qualified = staff, areaDm2 = 100_000): CareMeans {
  return { staff, qualified, areaDm2 }
}
