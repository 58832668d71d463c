/**
 * Tables that are written with every tap are narrow: what rows are found by stands in columns, the rest in one JSON text.
 * Taking a value out of the JSON parameter of a set-based insert is what costs (measured: two thirds of a tap's
 * projection with 24 columns), reading rows back is rare. A view of the same name as the idea gives every field a column.
 */
export interface BodyField {
  readonly column: string
  readonly kind: 'text' | 'integer'
  /** Place in the body, which is a JSON array. */
  readonly at: number
}

/** `CREATE VIEW` in both dialects over one narrow table, perhaps with its entries. `columns` are taken as they are; fields come out of `body`. */
export function viewOver(
  name: string,
  tables: string,
  columns: readonly string[],
  fields: readonly BodyField[],
): { readonly sqlite: string; readonly postgres: string } {
  const create = (field: (one: BodyField) => string) =>
    `CREATE VIEW ${name} AS SELECT ${[...columns, ...fields.map(field)].join(', ')} FROM ${tables}`
  return {
    sqlite: create(({ column, at }) => `body ->> ${at} AS ${column}`),
    postgres: create(({ column, kind, at }) => {
      const text = `CAST(body AS json) ->> ${at}`
      return kind === 'integer' ? `CAST(${text} AS BIGINT) AS ${column}` : `${text} AS ${column}`
    }),
  }
}

/** The fields of a body in the order of writing. */
export function bodyFields<const F extends Readonly<Record<string, 'text' | 'integer'>>>(fields: F) {
  const list = Object.entries(fields).map(([column, kind], at): BodyField => ({ column, kind, at }))
  const names = list.map(({ column }) => column as keyof F)
  return {
    list,
    /** The JSON text of one body. */
    write: (values: Readonly<Record<keyof F, string | number | null>>): string => {
      const body: (string | number | null)[] = []
      for (const name of names) body.push(values[name])
      return JSON.stringify(body)
    },
    /** The values of one body, by name. */
    read: (body: string): Record<keyof F, string | number | null> => {
      const values = JSON.parse(body) as (string | number | null)[]
      return Object.fromEntries(list.map(({ column, at }) => [column, values[at] ?? null])) as Record<
        keyof F,
        string | number | null
      >
    },
  }
}
