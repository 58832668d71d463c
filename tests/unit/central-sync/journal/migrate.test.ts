/** The list of migrations, and the numbering of placeholders. */
import { expect, test } from 'vitest'
import { numbered } from '../../../../central-sync/journal/dialect/postgres.ts'
import { assertMonotonic } from '../../../../central-sync/journal/migrate.ts'

const migration = (number: number) => ({ number, name: `m${number}`, sqlite: [], postgres: [] })

test('numbers rise, or the program does not start', () => {
  expect(() => assertMonotonic([migration(10), migration(20), migration(100)])).not.toThrow()
  expect(() => assertMonotonic([migration(10), migration(30), migration(20)])).toThrow('20 "m20" stands after 30')
  expect(() => assertMonotonic([migration(10), migration(10)])).toThrow('numbers rise')
})

test('question marks are numbered where they are placeholders and left alone where they are text', () => {
  expect(numbered("SELECT '?', \"a?\", ? FROM t WHERE x = ? AND y = 'it''s ?'")).toBe(
    "SELECT '?', \"a?\", $1 FROM t WHERE x = $2 AND y = 'it''s ?'",
  )
})
