/** Shapes of the tables that route entries down to centres. */
import type { TableShape } from '../../journal/port.ts'

export const downEntryTable: TableShape<'site' | 'seq' | 'id' | 'line' | 'hash'> = {
  name: 'down_entry',
  columns: { site: 'text', seq: 'integer', id: 'text', line: 'blob', hash: 'blob' },
  key: ['site', 'seq'],
}

export const routeHomeTable: TableShape<'worker' | 'site'> = {
  name: 'route_home',
  columns: { worker: 'text', site: 'text' },
  key: ['worker'],
}

/** `seen_at`: when the hub last heard of her from there, by its own clock. */
export const routeAcquaintanceTable: TableShape<'worker' | 'site' | 'seen_at'> = {
  name: 'route_acquaintance',
  columns: { worker: 'text', site: 'text', seen_at: 'integer' },
  key: ['worker', 'site'],
}

export const routeConcernTable: TableShape<'package' | 'site'> = {
  name: 'route_concern',
  columns: { package: 'text', site: 'text' },
  key: ['package', 'site'],
}

/** What later entries refer to: `tap:` and `assignment:` → worker; `package:`, `order:`, `client:`, `rate:` → event id. */
export const routeNoteTable: TableShape<'note' | 'value'> = {
  name: 'route_note',
  columns: { note: 'text', value: 'text' },
  key: ['note'],
}

export const routeParkedTable: TableShape<'worker' | 'pos'> = {
  name: 'route_parked',
  columns: { worker: 'text', pos: 'integer' },
  key: ['worker', 'pos'],
}

export const introductionDueTable: TableShape<'worker'> = {
  name: 'introduction_due',
  columns: { worker: 'text' },
  key: ['worker'],
}
