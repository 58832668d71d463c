/** Every logger of the house is made here, so that what must never be written down is listed once. */
import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/** Field names that carry people, secrets or card numbers, at the top of a record or one level down. */
const SECRET_FIELDS = [
  'name',
  'kana',
  'callName',
  'login',
  'password',
  'pin',
  'secret',
  'token',
  'cookie',
  'authorization',
  'code',
  'card',
  'digest',
  'digests',
  'note',
  'key',
] as const

/** Longest text of one field: a log line stays one line of bounded length. */
const TEXT_MAX = 500

export interface LoggerOptions {
  /** Part of the house that speaks: `centre`, `hub`, `kiosk`. */
  readonly name: string
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly destination?: DestinationStream
}

/** JSON lines with a time, a level and the speaker; secret fields are replaced by `[redacted]`, long texts are cut. */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Log {
  const options = {
    name,
    level,
    base: undefined,
    redact: { paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((field) => `*.${field}`)], censor: '[redacted]' },
    formatters: { log: shorten },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLog: Log = pino({ level: 'silent' })

function shorten(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([field, value]) => [
      field,
      typeof value === 'string' && value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value,
    ]),
  )
}
