/**
 * Where a centre begins: the Japanese standards as rows to start from. A template is copied into a dated policy row, which
 * staff may change; no rule of the program reads it. Each has to be confirmed with the 所管 (prefecture) before it counts.
 *
 * 児童福祉施設の設備及び運営に関する基準 第33条第2項, from 2024-04-01: 0y 3:1, 1–2y 6:1, 3y 15:1, 4y+ 25:1.
 * 認可外保育施設指導監督基準: never below two carers, a third qualified (rounded up), 1.65 m² a child; at most five children a
 * day: one carer for each three. 一時預かり事業実施要綱, 一般型: half qualified; 3.3 m² as for the youngest, the safe figure.
 */
import type { CarePolicy } from '../../central-sync/rules/care-need.ts'

export type CareTemplate = 'unlicensed' | 'small' | 'temporary'

const base = {
  units: { a0: 100, a12: 50, a3: 20, a4: 12 },
  minStaff: 2,
  qualifiedNum: 1,
  qualifiedDen: 3,
  areaPerChildDm2: 165,
  ageBasis: 'fiscal',
  rounding: 'ceil_sum',
  feverX10: 375,
  smallMode: false,
} as const satisfies Omit<CarePolicy, 'from' | 'to'>

export const policyTemplates: Readonly<Record<CareTemplate, Omit<CarePolicy, 'from' | 'to'>>> = {
  unlicensed: base,
  small: { ...base, minStaff: 1, smallMode: true },
  temporary: { ...base, qualifiedDen: 2, areaPerChildDm2: 330 },
}
