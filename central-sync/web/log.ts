/** Every logger of the house is made here, so that what must never be written down is listed once. */
import { type DestinationStream, type Logger, pino } from 'pino'
import { type RefusalCode, refusals } from '../protocol/refusal.ts'

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
/** A stack is worth more. */
const STACK_MAX = 3_000

export interface LoggerOptions {
  /** Part of the house that speaks: `centre`, `hub`, `kiosk`. */
  readonly name: string
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly destination?: DestinationStream
}

/**
 * JSON lines with a time, a level and the speaker (`part`); secret fields are replaced by `[redacted]`, long texts are
 * cut, and of an error only kind, message, code and stack are told.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Log {
  const options = {
    level,
    base: { part: name },
    redact: { paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((field) => `*.${field}`)], censor },
    formatters: { log: shorten },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLog: Log = pino({ level: 'silent' })

/** Codes of refusals are the same word as one-time codes, but no secret: they say why. */
function censor(value: unknown, path: readonly string[]): string {
  const isRefusal = path.at(-1) === 'code' && refusals.has(value as RefusalCode)
  return isRefusal ? String(value) : '[redacted]'
}

function shorten(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, shortened(value)]))
}

function shortened(value: unknown): unknown {
  if (value instanceof Error) return describeError(value)
  return typeof value === 'string' ? cut(value, TEXT_MAX) : value
}

/** Nothing else of it: an error of the database carries the values of its statement, keys and verifiers among them. */
function describeError(error: Error): Readonly<Record<string, unknown>> {
  const { code } = error as NodeJS.ErrnoException
  return {
    kind: error.constructor.name,
    message: cut(error.message, TEXT_MAX),
    ...(typeof code === 'string' && { errno: cut(code, TEXT_MAX) }),
    stack: cut(error.stack ?? '', STACK_MAX),
  }
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text
}
