/** Statements as they were issued, and closed months. */
import type { TableShape } from '../../journal/port.ts'

export const statementTable = {
  name: 'statement',
  columns: {
    statement: 'text',
    month: 'text',
    worker: 'text',
    site: 'text',
    yen: 'integer',
    fingerprint: 'text',
    entry: 'text',
    issued_at: 'integer',
  },
  key: ['statement'],
} as const satisfies TableShape

export const statementLineTable = {
  name: 'statement_line',
  columns: {
    statement: 'text',
    line: 'integer',
    package: 'text',
    package_title: 'text',
    rate: 'text',
    milliyen_per_hour: 'integer',
    place: 'text',
    seconds: 'integer',
    minutes: 'integer',
    yen: 'integer',
    adjusts: 'text',
    cites: 'text',
  },
  key: ['statement', 'line'],
} as const satisfies TableShape

export const payrollMonthTable = {
  name: 'payroll_month',
  columns: {
    month: 'text',
    statements: 'integer',
    yen: 'integer',
    inputs: 'text',
    override_reason: 'text',
    override_behind: 'text',
    closed_at: 'integer',
    closed_by: 'text',
    entry: 'text',
  },
  key: ['month'],
} as const satisfies TableShape

/** Newest business day a centre declared complete, for whatever devices. */
export const centreDayTable = {
  name: 'centre_day',
  columns: { site: 'text', day: 'text' },
  key: ['site'],
} as const satisfies TableShape
