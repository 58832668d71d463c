import { describe, expect, it } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { type CompletionFacts, isCompleteDue, QUIET_MS, REPEAT_MS } from '../../../kiosk/link/complete-due.ts'

const now = parseIsoInstant('2026-11-20T04:59:59+09:00') ?? 0
const facts: CompletionFacts = { head: 5, acked: 5, busy: false, now, mono: 10_000, appendedAt: 0, last: undefined }

describe('the declaration that everything was sent', () => {
  it.each([
    ['is due when the spool is empty and quiet', {}, true],
    ['is not due while something waits', { acked: 4 }, false],
    ['is not due while a touch is being written', { busy: true }, false],
    ['is not due in the middle of a queue of people', { appendedAt: 10_000 - QUIET_MS + 1 }, false],
    ['is not repeated at once', { last: { seq: 5, at: now - 1_000 } }, false],
    ['is due for a new number', { last: { seq: 4, at: now - 1_000 } }, true],
    ['is repeated now and then', { last: { seq: 5, at: now - REPEAT_MS } }, true],
    ['is due after roll-over', { now: now + 1_000, last: { seq: 5, at: now } }, true],
  ])('%s', (_title, change, due) => {
    expect(isCompleteDue({ ...facts, ...change })).toBe(due)
  })
})
