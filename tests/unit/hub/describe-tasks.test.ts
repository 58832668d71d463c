import { describe, expect, it } from 'vitest'
import { describeTasks, type TaskFacts } from '../../../central-sync/hub/pages/describe-tasks.ts'
import type { CentreStatus } from '../../../central-sync/hub/site/centre-list.ts'
import type { Progress } from '../../../central-sync/hub/work/progress.ts'
import type { Month } from '../../../central-sync/protocol/time.ts'

const centre = (change: Partial<CentreStatus> = {}): CentreStatus => ({
  ...{
    site: 's',
    code: 'ITO',
    name: '糸魚川',
    inc: 'i',
    head: 1,
    unread: 0,
    incarnations: 1,
    lastAt: 1,
    silent: false,
  },
  ...{ downHead: 1, downWaiting: 0, typesAhead: [], quarantined: 0, ...change },
})
const progress = (change: Partial<Progress>): Progress => ({
  ...{ site: 's', siteCode: 'ITO', siteName: '糸魚川', package: '', packageTitle: '' },
  ...{ approved: 0, stale: 0, waiting: 0, undecided: 0, ...change },
})
const facts = (change: Partial<TaskFacts> = {}): TaskFacts => ({
  ...{ centres: [centre()], month: '2026-10' as Month, progress: [], closable: 'closed', behind: 0, ...change },
})
const titles = (change: Partial<TaskFacts>) => describeTasks(facts(change)).map(({ title }) => title.ja)

describe('what needs a hand at the hub', () => {
  it('is nothing when all is well', () => expect(describeTasks(facts())).toEqual([]))
  it('puts a stopped sync first, in red, with what it means', () => {
    const error = { code: 'FORK', detail: '', at: 1 }
    const [first, second] = describeTasks(facts({ centres: [centre({ silent: true }), centre({ error })] }))
    expect(first).toMatchObject({ urgent: true, href: '/centres#ITO' })
    expect(first?.detail.ja).toContain('枝分かれ')
    expect(second?.urgent).toBe(false)
  })
  it('shows an error that mends itself in amber', () => {
    const error = { code: 'GAP', detail: '', at: 1 }
    expect(describeTasks(facts({ centres: [centre({ error })] }))[0]?.urgent).toBe(false)
  })
  it('says that a month can be closed, or who is missing', () => {
    expect(titles({ closable: 'ready' })).toEqual(['2026年10月分を締められます'])
    expect(titles({ closable: 'behind', behind: 2 })).toEqual(['2026年10月分はまだ締められません'])
    expect(titles({ closable: 'unpriced' })).toEqual(['2026年10月分に単価のない時間があります'])
    expect(titles({ closable: 'empty' })).toEqual([])
  })
  it('names what each centre still has to decide, until the month is closed', () => {
    const open = [progress({ waiting: 3_600 }), progress({ undecided: 2 }), progress({ stale: 60 })]
    expect(titles({ closable: 'ready', progress: open })).toHaveLength(3)
    const [, , left] = describeTasks(facts({ closable: 'ready', progress: open }))
    expect(left?.detail.ja).toBe('承認待ち 1:00、確認の必要な時間 2件')
    expect(titles({ closable: 'closed', progress: open })).toEqual([])
  })
  it('tells of entries that a newer hub would read', () => {
    expect(titles({ centres: [centre({ quarantined: 3 })] })).toEqual(['糸魚川の記録に、まだ読めないものがあります'])
  })
})
