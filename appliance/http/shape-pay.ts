/** What a worker reads about her own pay. */
import { z } from 'zod'
import { businessDay, instant, month } from '../../central-sync/protocol/time.ts'
import { nothing, shape } from './shape.ts'

const number = z.string().max(20)
const statementRow = {
  statement: number,
  month,
  yen: z.number().int(),
  minutes: z.number().int(),
  issuedAt: instant,
  fingerprint: z.string(),
}

export const myStatements = shape({
  name: 'my-statements',
  path: '/my/statements',
  summary: { ja: '自分のお支払い', en: 'Your own payment statements' },
  access: 'worker',
  input: nothing,
  output: z.strictObject({ statements: z.array(z.strictObject(statementRow)) }),
})

export const myStatement = shape({
  name: 'my-statement',
  path: '/my/statement',
  summary: { ja: 'お支払いのわけ', en: 'Why you were paid this' },
  access: 'worker',
  input: z.object({ statement: number }),
  output: z.strictObject({
    ...statementRow,
    lines: z.array(
      z.strictObject({
        line: z.number().int(),
        package: z.string(),
        packageTitle: z.string(),
        rate: z.string(),
        milliYenPerHour: z.number().int(),
        place: z.string(),
        seconds: z.number().int(),
        minutes: z.number().int(),
        yen: z.number().int(),
        /** Month whose pay this line sets right. */
        adjusts: month.nullable(),
        times: z.array(
          z.strictObject({
            /** Event id of the approval that is cited. */
            approval: z.string(),
            day: businessDay,
            startedAt: instant,
            endedAt: instant,
            seconds: z.number().int(),
            approvedAt: instant,
          }),
        ),
        missing: z.number().int(),
      }),
    ),
  }),
})
