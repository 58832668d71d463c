import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChildId, EventId, StayId } from '../../../../central-sync/protocol/identifier.ts'
import { type CalendarDay, instantOf } from '../../../../central-sync/protocol/time.ts'
import type { CareChild } from '../../../../central-sync/protocol/wire/care.ts'
import { childrenNow, fetchersOn, mayBring, type OwnFact } from '../../../../kiosk/care/children-now.ts'

const day = '2026-11-20' as CalendarDay
const ids = ['i_0123456789abcdefghj0', 'i_0123456789abcdefghj1', 'i_0123456789abcdefghj2'] as ChildId[]

function child(id: ChildId, more: Partial<CareChild> = {}): CareChild {
  return { child: id, callName: 'はる', booked: [], fetched: false, bring: [], phone: '', fetch: [], away: [], ...more }
}

const list = ids.map((id) => child(id))

/** What one kiosk can have recorded: arrivals and hand-overs of its own stays, in its own order. */
const facts = fc
  .array(fc.record({ child: fc.constantFrom(...ids), leave: fc.boolean() }), { maxLength: 20 })
  .map((steps) => {
    const open = new Map<ChildId, StayId>()
    const done: OwnFact[] = []
    for (const { child: who, leave } of steps) {
      const stay = open.get(who)
      if (leave === (stay === undefined)) continue
      const seq = done.length + 1
      const name = stay ?? (`v_${String(seq).padStart(20, '0')}` as StayId)
      const kind = stay === undefined ? 'arrived' : 'handed_over'
      done.push({
        id: `d_0123456789abcdefghjk.1.${seq}` as EventId,
        seq,
        kind,
        child: who,
        stay: name,
        at: seq,
        code: 'K7XW',
      })
      if (stay === undefined) open.set(who, name)
      else open.delete(who)
    }
    return { done, open }
  })

describe('the children as this kiosk knows them', () => {
  it('are the same for the same facts in any order, with copies', () => {
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), ({ done, open }, chance) => {
        const copies = [...done, ...done].map((fact) => ({ fact, key: chance.next().value as number }))
        const shuffled = copies.sort((a, b) => a.key - b.key).map(({ fact }) => fact)
        const now = childrenNow(list, shuffled, 0)
        expect(now).toEqual(childrenNow(list, done, 0))
        const here = now.filter(({ stay }) => stay !== undefined).map(({ child: who }) => who)
        expect(here.sort()).toEqual([...open.keys()].sort())
      }),
    )
  })

  it('change nothing of what a list contains that was made after them', () => {
    fc.assert(
      fc.property(facts, fc.nat({ max: 20 }), ({ done }, cut) => {
        const have = Math.min(cut, done.length)
        const before = childrenNow(list, done.slice(0, have), 0)
        expect(childrenNow(before, done, have)).toEqual(childrenNow(list, done, 0))
      }),
    )
  })

  it('a hand-over of another stay takes nobody away', () => {
    const [first] = ids as [ChildId]
    const here = child(first, { stay: { stay: 'v_aaaaaaaaaaaaaaaaaaaa' as StayId, at: 1, code: 'K7XW' } })
    const other: OwnFact = {
      id: 'd_0123456789abcdefghjk.1.9' as EventId,
      seq: 9,
      kind: 'handed_over',
      child: first,
      stay: 'v_bbbbbbbbbbbbbbbbbbbb' as StayId,
      at: 2,
      code: '',
    }
    expect(childrenNow([here], [other], 0)).toEqual([here])
  })
})

describe('who may be brought now', () => {
  const care = 'b_0123456789abcdefghjk' as CareChild['booked'][number]['care']
  const booked = child(ids[0] as ChildId, { booked: [{ care, day, start: 540, end: 720 }] })
  it.each([
    [509, { may: false, why: 'too_early' }],
    [510, { may: true, care: { care, day, start: 540, end: 720 } }],
    [719, { may: true, care: { care, day, start: 540, end: 720 } }],
    [720, { may: false, why: 'over' }],
  ])('at minute %i', (minute, answer) => {
    expect(mayBring(booked, instantOf(day, minute), true)).toEqual(answer)
  })

  it('without a booking she is sent to the staff, but never for lack of a list', () => {
    const unbooked = child(ids[0] as ChildId)
    expect(mayBring(unbooked, instantOf(day, 600), true)).toEqual({ may: false, why: 'no_booking' })
    expect(mayBring(unbooked, instantOf(day, 600), false)).toEqual({ may: true, care: undefined })
  })

  it('a permission for one day counts on that day', () => {
    const person = {
      kind: 'pickup' as const,
      id: 'u_0123456789abcdefghjk' as never,
      name: '架空野 うめ',
      relation: '祖母',
      day,
    }
    const known = child(ids[0] as ChildId, { fetch: [person] })
    expect(fetchersOn(known, day)).toEqual([person])
    expect(fetchersOn(known, '2026-11-21' as CalendarDay)).toEqual([])
  })
})
