/** A worker's own payment statements. Nobody at the centre reads them: pay is between her and the hub. */
import type { Rows } from '../../central-sync/journal/port.ts'
import { refuse } from '../../central-sync/protocol/refusal.ts'
import type { Query } from '../../central-sync/web/port.ts'
import { statementOf, statementsOf } from '../work/statement-book.ts'
import { workerOf } from './door-commands.ts'
import { bindQuery } from './shape.ts'
import { myStatement, myStatements } from './shape-pay.ts'

export function payQueries({ rows }: { readonly rows: Rows }): readonly Query[] {
  return [
    bindQuery(myStatements, async (_input, { actor }) => ({ statements: await statementsOf(rows, workerOf(actor)) })),
    bindQuery(myStatement, async ({ statement }, { actor }) => {
      const found = await statementOf(rows, workerOf(actor), statement)
      if (found === undefined) return refuse('statement_unknown', statement)
      const { lines, month, yen, minutes, issuedAt, fingerprint } = found
      return {
        ...{ statement, month, yen, minutes, issuedAt, fingerprint },
        lines: lines.map(({ times, adjusts, ...line }) => ({ ...line, adjusts: adjusts ?? null, times: [...times] })),
      }
    }),
  ] as readonly Query[]
}
