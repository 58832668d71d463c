/** How forms of the childcare room become inputs of their commands: decimals as people write them. Pure. */
import type { FormFields, WebRooms } from '../../../central-sync/web/port.ts'
import { readForm } from '../../../central-sync/web/read-form.ts'

const DECIMAL = /^(\d{1,6})(?:[.,](\d{1,2}))?$/

/** `３６．５` × 10 = 365; also with a comma. Undefined for anything else, and for more digits than the factor keeps. */
export function readDecimal(text: string, factor: number): number | undefined {
  const match = DECIMAL.exec(text.normalize('NFKC').trim())
  if (match === null) return undefined
  const value = Number(`${match[1]}.${match[2] ?? '0'}`) * factor
  const whole = Math.round(value)
  return Math.abs(value - whole) < 1e-6 ? whole : undefined
}

/** A temperature × 10. `365` without a point is 36.5 as well: nobody has 365 degrees. */
export function readTemperatureX10(text: string): number | undefined {
  const value = readDecimal(text, 10)
  return value !== undefined && value >= 3_000 && value <= 4_500 ? value / 10 : value
}

/** The field's text becomes what `read` says, or stays what it was and is refused at its field. */
function reading(fields: FormFields, name: string, read: (text: string) => number | undefined): unknown {
  const input = readForm(fields)
  if (input === undefined) return undefined
  const text = fields.get(name)?.at(-1) ?? ''
  return { ...input, [name]: read(text) ?? (text.trim() === '' ? undefined : text) }
}

/** A day belongs to a permission for one day only: the field keeps its default when another kind is chosen. */
function grantOf(fields: FormFields): unknown {
  const input = readForm(fields)
  if (input === undefined || input.scope !== 'standing') return input
  const { day: _day, ...standing } = input
  return standing
}

/** The days that were ticked: the first is the shift's own, the others have the same hours. */
function shiftOf(fields: FormFields): unknown {
  const days = fields.get('days[]')
  const input = readForm(fields)
  if (input === undefined || days === undefined) return input
  const { days: _days, ...shift } = input
  const [day, ...alsoOn] = [...days].sort()
  return { ...shift, day, alsoOn }
}

export const careForms: NonNullable<WebRooms['forms']> = {
  'care.arrive': (fields) => reading(fields, 'temperatureX10', readTemperatureX10),
  'shifts.set': shiftOf,
  'pickups.grant': grantOf,
  'care-room.set': (fields) => reading(fields, 'areaDm2', (text) => readDecimal(text, 100)),
}
