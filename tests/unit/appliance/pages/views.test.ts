import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutPage } from '../../../../appliance/pages/cut-page.ts'
import { describeTasks } from '../../../../appliance/pages/describe-task.ts'
import { draftOf, type SessionView, sessionView, spanOf } from '../../../../appliance/pages/view-session.ts'
import { newIdentifier } from '../../../../central-sync/protocol/identifier.ts'
import { type BusinessDay, parseIsoInstant } from '../../../../central-sync/protocol/time.ts'

const day = '2026-11-18' as BusinessDay
const at = (time: string) => parseIsoInstant(`2026-11-18T${time}:00+09:00`) ?? 0
const worker = newIdentifier('worker')

describe('the tasks of きょう', () => {
  const task = (kind: 'session_pending' | 'device_silent', urgency: 'now' | 'today') => ({
    kind,
    urgency,
    worker,
    day,
    code: 'W001',
    name: '中 はな',
    label: '受付',
    why: ['missing_out'],
  })

  it('stand red before amber, each with the way to its fix', () => {
    const { rows } = describeTasks([task('session_pending', 'today'), task('device_silent', 'now')])
    expect(rows.map(({ urgent }) => urgent)).toEqual([true, false])
    expect(rows[1]?.title.ja).toBe('中 はな さん：退室のタッチがありません')
    expect(rows[1]?.href).toBe(`/people/${worker}/days/${day}`)
  })

  it('are counted in full and shown in part when there are many of a kind', () => {
    const { rows, count } = describeTasks(Array.from({ length: 40 }, () => task('session_pending', 'today')))
    expect(count).toBe(40)
    expect(rows.length).toBe(7)
    expect(rows[6]?.title.ja).toBe('ほかに 34件')
  })

  it('let no name become markup of the words', () => {
    const { rows } = describeTasks([{ ...task('session_pending', 'now'), name: '{悪|わる}{count}' }])
    expect(rows[0]?.title.ja).not.toMatch(/[{}|]/)
  })
})

describe('a session as a row', () => {
  const session = {
    worker,
    code: 'W001',
    name: '中 はな',
    day,
    session: 's',
    startedAt: at('13:00'),
    endedAt: null,
    seconds: 0,
    status: 'pending' as const,
    flags: ['missing_out'],
    notes: [],
    place: '',
    nightSeconds: 0,
    suggestion: at('16:30'),
    assignment: null,
    assignmentTitle: null,
    open: false,
    approval: 'none' as const,
  }

  it('shows a missing edge as a question and an end to come as open', () => {
    expect(spanOf(at('09:02'), at('12:30'))).toBe('9:02–12:30')
    expect(spanOf(null, at('12:30'))).toBe('？–12:30')
    expect(sessionView(session).span).toBe('13:00–？')
    expect(sessionView({ ...session, open: true }).span).toBe('13:00–')
  })

  it('can be vouched for only when both edges are there', () => {
    expect(sessionView(session).confirmable).toBe(false)
    expect(sessionView({ ...session, endedAt: at('16:30') }).confirmable).toBe(true)
    expect(sessionView({ ...session, endedAt: at('16:30'), status: 'payable' }).confirmable).toBe(false)
  })

  it('gives the correction form the first waiting time, with the probable end', () => {
    const views: SessionView[] = [sessionView({ ...session, status: 'payable' }), sessionView(session)]
    expect(draftOf(views)).toEqual({ start: '13:00', end: '16:30', reason: 'forgot_out' })
    expect(draftOf([])).toEqual({ start: '', end: '', reason: 'forgot_in' })
  })
})

describe('cutting a list into pages', () => {
  it('shows every row on exactly one page', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.integer({ min: 1, max: 60 }), (length, size) => {
        const all = Array.from({ length }, (_, index) => index)
        const pages = Array.from({ length: Math.max(1, Math.ceil(length / size)) }, (_, n) =>
          cutPage(all, n + 1, size, '/x'),
        )
        expect(pages.flatMap(({ rows }) => rows)).toEqual(all)
        expect(pages[0]?.previous).toBe('')
        expect(pages.at(-1)?.next).toBe('')
      }),
    )
  })

  it('keeps the filters in the address and survives a page that is not there', () => {
    const cut = cutPage([1, 2, 3], 99, 2, '/people', new URLSearchParams({ q: 'な' }))
    expect(cut.rows).toEqual([3])
    expect(cut.previous).toBe('/people?q=%E3%81%AA&page=1')
  })
})
