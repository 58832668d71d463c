/** One place of a child by its id: who moved it to another day is no reason not to find it. */
import { z } from 'zod'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { shape } from './shape.ts'
import { CARE, careRow } from './shape-care-rows.ts'

/** In whatever state, on whatever day. */
export const carePlace = shape({
  name: 'childcare.booking',
  path: '/childcare/booking',
  summary: { ja: '保育の予約（1件）', en: 'One childcare booking' },
  access: CARE,
  input: z.object({ care: identifier('booking') }),
  output: z.strictObject({ booking: careRow }),
})
