/** Childcare places that were promised beyond the registration of their child. */
import { z } from 'zod'
import { nothing, shape } from './shape.ts'
import { CARE, careRow } from './shape-care-rows.ts'

/** From today on, however far ahead. */
export const careLapsed = shape({
  name: 'childcare.lapsed',
  path: '/childcare/lapsed',
  summary: { ja: '登録の期限をこえる予約', en: 'Places promised beyond the registration of a child' },
  access: CARE,
  input: nothing,
  output: z.strictObject({ places: z.array(careRow) }),
})
