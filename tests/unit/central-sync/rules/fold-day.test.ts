import { describe, expect, it } from 'vitest'
import { businessDayOf, HOUR_MS, MINUTE_MS } from '../../../../central-sync/protocol/time.ts'
import { settleOpen } from '../../../../central-sync/rules/fold-day.ts'
import { defaultPolicy } from '../../../../central-sync/rules/policy.ts'
import {
  at,
  correctionId,
  deviceId,
  fold,
  jst,
  punch,
  say,
  siteId,
  tap,
  tapId,
  ulidOf,
  withoutRollOver,
} from '../../../support/attendance-facts.ts'

describe('bounces', () => {
  it('accepts a tap exactly 120 s after the last accepted one and ignores it one millisecond earlier', () => {
    const first = at('09:00')
    expect(say(fold([tap('in', first), tap('out', first + 120_000)]))).toEqual(['09:00–09:02 payable'])
    expect(say(fold([tap('in', first), tap('out', first + 119_999)]))).toEqual(['09:00– pending'])
  })

  it('measures from the last accepted tap, not from the last tap', () => {
    const taps = [0, 200, 299, 301].map((second) => tap('in', at('09:00') + second * 1000))
    const day = fold(taps, { policy: { ...defaultPolicy, debounceMs: 300_000 } })
    expect(day.outcomes.map(({ outcome }) => outcome)).toEqual(['in', 'ignored', 'ignored', 'in'])
  })

  it('counts over all readers of a worker', () => {
    const day = fold([tap('in', at('09:00')), tap('out', at('09:01'), { device: deviceId(2) })])
    expect(day.outcomes.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['in', 'bounce'])
  })

  it('does not cross roll-over: the new day begins without a last tap', () => {
    const morning = fold([tap('in', at('29:00:30'))], { day: businessDayOf(at('29:00:30')) })
    expect(morning.outcomes.map(({ outcome }) => outcome)).toEqual(['in'])
  })

  it('believes an import that says the other direction at once, and takes the same direction again for a bounce', () => {
    expect(say(fold([punch('in', at('09:00')), punch('out', at('09:01'))]))).toEqual(['09:00–09:01 payable'])
    expect(say(fold([punch('in', at('09:00')), punch('in', at('09:01'))]))).toEqual(['09:00– pending'])
  })

  it('takes back an undo together with its bounces: the tap behind it is accepted again', () => {
    const [undone, next] = [tap('in', at('09:00')), tap('in', at('09:01'))]
    expect(say(fold([undone, next], { voids: [{ target: undone.id }] }))).toEqual(['09:01– pending'])
  })

  it('tells the last redirect by the counter of the device, as a number', () => {
    const only = tap('in', at('09:00'))
    const said = (seq: number, claim: 'in' | 'out') => ({ id: tapId(1, seq), target: only.id, claim })
    expect(say(fold([only], { redirects: [said(1000, 'out'), said(999, 'in')] }))).toEqual([
      '–09:00 pending missing_in',
    ])
  })

  it('lets the last redirect of a tap win', () => {
    const only = tap('in', at('09:00'))
    const redirects = [
      { id: `${only.device}.1.901` as typeof only.id, target: only.id, claim: 'in' as const },
      { id: `${only.device}.1.900` as typeof only.id, target: only.id, claim: 'out' as const },
    ]
    expect(say(fold([only], { redirects }))).toEqual(['09:00– pending'])
  })
})

describe('roll-over at 05:00 in Japan', () => {
  it('closes a night session at 04:59:59 and not at 05:00:00', () => {
    const evening = [tap('in', at('20:00')), tap('out', at('23:30')), tap('in', at('24:30'))]
    const inTime = tap('out', at('28:59:59'))
    expect(say(fold([...evening, inTime]))).toEqual(['20:00–23:30 payable', '24:30–28:59:59 payable'])
    const late = tap('out', at('29:00:00'))
    expect(businessDayOf(late.time)).toBe('2026-10-02')
    expect(say(fold([late], { day: businessDayOf(late.time) }))).toEqual(['–29:00 pending missing_in'])
  })

  it('leaves an open session alone while she may be inside, and calls it a missing OUT from 05:00 on', () => {
    const { open } = fold([tap('in', at('20:00'))])
    if (open === undefined) throw new Error('she is inside')
    expect(settleOpen(open, at('28:59:59'), defaultPolicy)).toBe(open)
    const left = settleOpen(open, at('29:00'), defaultPolicy)
    expect([left.open, left.flags, left.endedAt]).toEqual([false, ['missing_out'], undefined])
  })

  it('calls an open session a missing OUT after 16 hours and one millisecond', () => {
    const { open } = fold([tap('in', at('05:00'))])
    if (open === undefined) throw new Error('she is inside')
    expect(settleOpen(open, at('21:00'), defaultPolicy).open).toBe(true)
    expect(settleOpen(open, at('21:00') + 1, defaultPolicy).flags).toEqual(['missing_out'])
  })

  it('suggests closing time for a forgotten OUT, and nothing for one who came after it', () => {
    expect(fold([tap('in', at('09:00'))]).open?.suggestion).toBe(at('18:00'))
    expect(fold([tap('in', at('19:00'))]).open?.suggestion).toBeUndefined()
  })

  it('bounds a forgotten OUT by the next IN less the way between the places', () => {
    const [first] = fold([
      tap('in', at('09:00')),
      tap('in', at('13:00'), { place: '糸魚川', site: siteId('b') }),
    ]).sessions
    expect([first?.bound, first?.suggestion]).toEqual([at('12:30'), at('12:30')])
  })
})

describe('published cases of other systems', () => {
  const minutes = (offsets: readonly number[]) => offsets.map((minute) => at('12:00') + minute * MINUTE_MS)

  it('pairs five alternating taps into 4.5 hours and one open session', () => {
    const taps = minutes([-390, -300, -270, -90, 0]).map((time, index) => tap(index % 2 === 0 ? 'in' : 'out', time))
    const day = fold(taps)
    expect(day.payableSeconds).toBe(4.5 * 3600)
    expect(day.open?.startedAt).toBe(at('12:00'))
  })

  it('pairs one IN and one OUT into 5 hours', () => {
    const [start = 0, end = 0] = minutes([-360, -60])
    expect(fold([tap('in', start), tap('out', end)]).payableSeconds).toBe(5 * 3600)
  })

  it('sums a morning and an afternoon', () => {
    const day = fold([tap('in', at('08:00')), tap('out', at('12:00')), tap('in', at('13:00')), tap('out', at('17:00'))])
    expect(say(day)).toEqual(['08:00–12:00 payable', '13:00–17:00 payable'])
  })

  it('takes 15.5 hours and refuses 16.5 when there is no roll-over', () => {
    const day = (end: string) => fold([tap('in', at('25:00')), tap('out', at(end))], { policy: withoutRollOver })
    expect(say(day('40:30'))).toEqual(['25:00–40:30 payable'])
    expect(say(day('41:30'))).toEqual(['25:00– pending missing_out', '–41:30 pending missing_in'])
  })

  it('makes both of them a missing OUT and a missing IN of two days when there is a roll-over', () => {
    for (const end of [at('40:30'), at('41:30')]) {
      expect(say(fold([tap('in', at('25:00'))]))).toEqual(['25:00– pending'])
      const next = fold([tap('out', end)], { day: businessDayOf(end) })
      expect(next.sessions.map(({ flags }) => flags)).toEqual([['missing_in']])
    }
  })

  it('takes 13.5 and 12 hours of one day as two shifts when there is no roll-over', () => {
    const taps = [tap('in', at('01:00')), tap('out', at('14:30')), tap('in', at('18:30')), tap('out', at('30:30'))]
    expect(fold(taps, { policy: withoutRollOver }).payableSeconds).toBe(25.5 * 3600)
  })

  it('takes exactly 16 hours', () => {
    expect(say(fold([tap('in', at('05:00')), tap('out', at('21:00'))]))).toEqual(['05:00–21:00 payable'])
    expect(say(fold([tap('in', at('05:00')), tap('out', at('21:00') + 1)]))[0]).toBe('05:00– pending missing_out')
  })

  it('allows leaving and coming back at the same instant, in whatever order the two arrive', () => {
    const taps = [
      punch('in', at('09:00')),
      punch('in', at('13:00')),
      punch('out', at('13:00')),
      punch('out', at('17:00')),
    ]
    expect(say(fold(taps))).toEqual(['09:00–13:00 payable', '13:00–17:00 payable'])
    expect(say(fold([...taps].reverse()))).toEqual(['09:00–13:00 payable', '13:00–17:00 payable'])
  })

  it('keeps a night shift on the day it began', () => {
    const shift = [tap('in', at('23:00')), tap('out', at('25:30'))]
    expect(businessDayOf(shift[1]?.time ?? 0)).toBe('2026-10-01')
    expect(say(fold(shift))).toEqual(['23:00–25:30 payable'])
  })

  it('opens a new session in the morning after an afternoon without OUT', () => {
    const morning = jst('2026-08-02 06:00')
    expect(businessDayOf(jst('2026-08-01 15:00'))).toBe('2026-08-01')
    const day = fold([tap('in', morning)], { day: businessDayOf(morning) })
    expect(day.open?.startedAt).toBe(morning)
  })

  it('counts 8 hours from 22:00 to 06:00 on the days on which other countries change their clocks', () => {
    for (const evening of ['2026-10-31 22:00', '2026-11-01 22:00', '2026-03-07 22:00', '2026-03-28 22:00']) {
      const start = jst(evening)
      const day = fold([tap('in', start), tap('out', start + 8 * HOUR_MS)], {
        policy: withoutRollOver,
        day: businessDayOf(start),
      })
      expect(day.payableSeconds).toBe(8 * 3600)
    }
  })
})

describe('flags', () => {
  it('tells two places from two kiosks of one centre', () => {
    const into = (time: string, more: object) => tap('in', at(time), more)
    const elsewhere = fold([into('09:00', {}), into('09:29', { place: '糸魚川', site: siteId('b') })])
    expect(say(elsewhere)).toEqual(['09:00– pending missing_out two_places', '09:29– pending two_places'])
    const nextDoor = fold([into('09:00', {}), into('09:29', { place: '3階', device: deviceId(2) })])
    expect(say(nextDoor)).toEqual(['09:00– pending missing_out', '09:29– pending'])
    const farEnough = fold([into('09:00', {}), into('09:30', { place: '糸魚川', site: siteId('b') })])
    expect(say(farEnough)).toEqual(['09:00– pending missing_out', '09:30– pending'])
  })

  it('keeps two_places on the session that the second IN opened', () => {
    const taps = [
      tap('in', at('09:00')),
      tap('in', at('09:10'), { place: '糸魚川', site: siteId('b') }),
      tap('out', at('17:00'), { place: '糸魚川', site: siteId('b') }),
    ]
    expect(say(fold(taps))[1]).toBe('09:10–17:00 pending two_places')
  })

  it('reads the dated table of travel times, and the label of an imported row as a place of its own', () => {
    const policy = {
      ...defaultPolicy,
      travel: [
        { a: '塩尻', b: '糸魚川', from: '2026-01-01' as never, ms: 150 * MINUTE_MS },
        { a: '糸魚川', b: '塩尻', from: '2026-11-01' as never, ms: 5 * MINUTE_MS },
      ],
    }
    const taps = [punch('in', at('09:00')), punch('in', at('11:29'), { place: '糸魚川' })]
    expect(say(fold(taps, { policy }))[1]).toBe('11:29– pending two_places')
    expect(say(fold(taps))[1]).toBe('11:29– pending')
  })

  it('compares places by their normal form', () => {
    const day = fold([tap('in', at('09:00'), { place: ' ｼｵｼﾞﾘ ' }), tap('out', at('12:00'), { place: 'シオジリ' })])
    expect(say(day)).toEqual(['09:00–12:00 payable'])
  })

  it('does not trust the order of two devices nearer than their clocks can tell', () => {
    const taps = [
      tap('in', at('09:00')),
      tap('out', at('12:00')),
      tap('in', at('12:00:03'), { device: deviceId(2), claimBy: 'worker' }),
      tap('out', at('17:00'), { device: deviceId(2) }),
    ]
    expect(say(fold(taps))).toEqual(['09:00–12:00 pending order_uncertain', '12:00:03–17:00 pending order_uncertain'])
    const apart = taps.map((one, index) => (index === 2 ? { ...one, time: at('12:00:04') } : one))
    expect(say(fold(apart))).toEqual(['09:00–12:00 payable', '12:00:04–17:00 payable'])
  })

  it('trusts an order that is exactly as far apart as the clocks may be off, whatever other clocks there are', () => {
    const taps = [
      tap('in', at('09:00')),
      tap('out', at('12:00')),
      tap('in', at('12:00:04'), { device: deviceId(2), claimBy: 'worker' }),
      tap('out', at('17:00'), { device: deviceId(2) }),
      tap('in', at('20:00'), { clock: 'extrapolated', offsetAge: 99 * HOUR_MS }),
    ]
    expect(say(fold(taps)).slice(0, 2)).toEqual(['09:00–12:00 payable', '12:00:04–17:00 payable'])
  })

  it('widens the uncertainty of a clock with the age of its offset', () => {
    const drifting = { device: deviceId(2), clock: 'extrapolated' as const, offsetAge: 240 * HOUR_MS }
    const taps = [
      tap('in', at('09:00')),
      tap('out', at('12:00')),
      tap('in', at('12:01:20'), { ...drifting, claimBy: 'worker' }),
      tap('out', at('17:00'), drifting),
    ]
    expect(say(fold(taps))[0]).toBe('09:00–12:00 pending order_uncertain')
  })

  it.each([
    ['clock_unsynced', { clock: 'unsynced' }],
    ['clock_absurd', { clock: 'absurd' }],
    ['identity_unverified', { identified: 'unverified' }],
    ['card_attached_later', { known: 'unknown_card', attributed: true }],
    ['late_evidence', { late: true }],
  ] as const)('holds back pay for %s on either edge', (flag, more) => {
    expect(say(fold([tap('in', at('09:00'), more), tap('out', at('12:00'))]))).toEqual([`09:00–12:00 pending ${flag}`])
    expect(say(fold([tap('in', at('09:00')), tap('out', at('12:00'), more)]))).toEqual([`09:00–12:00 pending ${flag}`])
  })

  it('notes what leaves pay alone', () => {
    const notes = { online: false, rosterStale: true, clock: 'extrapolated', offsetAge: 3 * HOUR_MS } as const
    const [session] = fold([tap('in', at('21:00'), notes), tap('out', at('23:00'))]).sessions
    expect(session?.status).toBe('payable')
    expect(session?.notes).toEqual(['offline', 'roster_stale', 'night', 'clock_extrapolated'])
    expect(session?.nightSeconds).toBe(3600)
  })
})

describe('decisions', () => {
  const taps = [tap('in', at('09:00')), tap('in', at('13:00')), tap('out', at('17:00'))]
  const first = taps[0]?.id ?? ulidOf(1)
  const correction = {
    kind: 'correction' as const,
    id: ulidOf(7),
    correction: correctionId(1),
    outcome: 'approved' as const,
    taps: [first],
    granted: [{ start: at('09:00'), end: at('12:00'), place: '塩尻' }],
  }

  it('replaces the sessions of the named taps by what was granted, and shows the old one as void', () => {
    const day = fold(taps, { decisions: [correction] })
    expect(say(day)).toEqual(['09:00– void missing_out', '09:00–12:00 payable', '13:00–17:00 payable'])
    expect(day.payableSeconds).toBe(7 * 3600)
    expect(day.sessions.find(({ key }) => key === ulidOf(7))?.cites).toEqual([ulidOf(7), first])
  })

  it('goes back to the day before when the correction is reverted', () => {
    const revert = { ...correction, id: ulidOf(8), outcome: 'reverted' as const }
    expect(fold(taps, { decisions: [correction, revert] })).toEqual(fold(taps))
  })

  it('lets a later correction replace what an earlier one granted, by naming the decision', () => {
    const again = {
      ...correction,
      id: ulidOf(9),
      correction: correctionId(2),
      taps: [ulidOf(7)],
      granted: [{ start: at('09:00'), end: at('11:00'), place: '塩尻' }],
    }
    expect(fold(taps, { decisions: [again, correction] }).payableSeconds).toBe(6 * 3600)
  })

  it('lets evidence that arrives after a grant wait instead of paying the same second twice', () => {
    const late = tap('out', at('10:00'), { device: deviceId(2) })
    const again = tap('in', at('11:00'), { device: deviceId(2) })
    const out = tap('out', at('12:30'), { device: deviceId(2) })
    const day = fold([...taps, late, again, out], { decisions: [correction] })
    expect(say(day)).toContain('11:00–12:30 pending late_evidence')
    expect(day.payableSeconds).toBe(7 * 3600)
  })

  it('makes a flagged session payable as it stands, and forgets that when an edge changes', () => {
    const flagged = [tap('in', at('09:00'), { clock: 'unsynced' }), tap('out', at('12:00'))]
    const [session] = fold(flagged).sessions
    if (session?.startId === undefined || session.endId === undefined) throw new Error('two edges')
    const decisions = [
      {
        kind: 'confirmation' as const,
        id: ulidOf(3),
        start: session.startId,
        end: session.endId,
        startedAt: at('09:00'),
        endedAt: at('12:00'),
      },
    ]
    expect(say(fold(flagged, { decisions }))).toEqual(['09:00–12:00 payable clock_unsynced'])
    const otherEnd = decisions.map((one) => ({ ...one, endedAt: at('11:00') }))
    expect(say(fold(flagged, { decisions: otherEnd }))).toEqual(['09:00–12:00 pending clock_unsynced'])
    const earlierOut = tap('out', at('11:00'))
    expect(say(fold([...flagged, earlierOut], { decisions }))[0]).toBe('09:00–11:00 pending clock_unsynced')
  })

  it('keeps its version through a bounce and changes it with a session', () => {
    const before = fold(taps).version
    expect(fold([...taps, tap('out', at('13:01'))]).version).toBe(before)
    expect(fold([...taps, tap('out', at('12:00'))]).version).not.toBe(before)
    expect(fold(taps, { decisions: [correction] }).version).not.toBe(before)
  })
})
