import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, drawSpot, nextName, nextPlace, stepped } from '../../../../appliance/pages/booking/draw-map.ts'
import { COLUMN_MIN, layDay, shownHours } from '../../../../appliance/pages/booking/lay-day.ts'
import { suggestPattern } from '../../../../appliance/pages/booking/suggest-pattern.ts'
import { tallyMonths } from '../../../../appliance/pages/booking/tally-months.ts'
import { bookingWords } from '../../../../appliance/pages/words/booking-words.ts'
import { myBookingWords } from '../../../../appliance/pages/words/my-booking-words.ts'
import { seatWords } from '../../../../appliance/pages/words/seat-words.ts'
import type { BusinessDay } from '../../../../central-sync/protocol/time.ts'

const span = fc
  .tuple(fc.integer({ min: 0, max: 1_440 }), fc.integer({ min: 0, max: 1_440 }))
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
  .filter(({ start, end }) => start < end)

describe('a day as a table', () => {
  const shown = { start: 540, end: 1_020 }

  it('shows bookings, what is free between them, and nothing that is past', () => {
    const bookings = [
      { start: 600, end: 720, who: 'はな' },
      { start: 780, end: 840, who: 'そら' },
    ]
    const cells = layDay({ shown, now: 560, over: false, bookings, closed: [] })
    expect(cells.map(({ kind, start, end }) => [kind, start, end])).toEqual([
      ['past', 540, 560],
      ['free', 560, 600],
      ['booked', 600, 720],
      ['free', 720, 780],
      ['booked', 780, 840],
      ['free', 840, 1_020],
    ])
  })

  it('offers nothing while it is closed, on a day that is over, or in a gap nobody could use', () => {
    const closed = [{ start: 540, end: 600 }]
    expect(layDay({ shown, over: false, bookings: [], closed }).map(({ kind }) => kind)).toEqual(['closed', 'free'])
    expect(layDay({ shown, over: true, bookings: [], closed: [] }).map(({ kind }) => kind)).toEqual(['past'])
    const tight = [
      { start: 540, end: 600 },
      { start: 610, end: 1_020 },
    ]
    expect(layDay({ shown, over: false, bookings: tight, closed: [] })[1]).toMatchObject({ kind: 'gap', columns: 2 })
  })

  it('fills exactly the columns of the shown hours, whatever the facts are', () => {
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 8 }),
        fc.array(span, { maxLength: 4 }),
        fc.option(fc.integer({ min: 0, max: 1_439 }), { nil: undefined }),
        fc.boolean(),
        (bookings, closed, now, over) => {
          const cells = layDay({ shown, now, over, bookings, closed })
          expect(cells.reduce((sum, { columns }) => sum + columns, 0)).toBe((shown.end - shown.start) / COLUMN_MIN)
          for (const { columns } of cells) expect(Number.isInteger(columns) && columns > 0).toBe(true)
        },
      ),
    )
  })

  it('is as long as the opening hours and whatever is booked outside them, in whole hours', () => {
    expect(shownHours({ start: 510, end: 1_080 }, [])).toEqual({ start: 480, end: 1_080 })
    expect(shownHours({ start: 540, end: 1_020 }, [{ start: 430, end: 1_050 }])).toEqual({ start: 420, end: 1_080 })
    expect(shownHours(undefined, [])).toEqual({ start: 540, end: 1_020 })
  })
})

describe('the usual booking', () => {
  const past = (day: string, start = 540) => ({ day, start, end: start + 180, resource: 'e_a' })
  // 2026-11-20 is a Friday.
  const today = '2026-11-20' as BusinessDay

  it('is the habit of the last weeks on its next day without a booking', () => {
    const history = ['2026-11-03', '2026-11-10', '2026-11-17', '2026-11-19'].map((day) => past(day))
    expect(suggestPattern(history, today)).toEqual([{ day: '2026-11-24', start: 540, end: 720, resource: 'e_a' }])
    const booked = [...history, past('2026-11-24')]
    expect(suggestPattern(booked, today)).toEqual([{ day: '2026-12-01', start: 540, end: 720, resource: 'e_a' }])
  })

  it('is not the day on which she has just said no', () => {
    const history = ['2026-11-10', '2026-11-17'].map((day) => past(day))
    expect(suggestPattern(history, today, 1, ['2026-11-24'])[0]?.day).toBe('2026-12-01')
  })

  it('is nothing for somebody who never booked', () => expect(suggestPattern([], today)).toEqual([]))

  it('is never today, never a day that is taken, and never twice the same day', () => {
    const day = fc.integer({ min: -30, max: 14 }).map((away) => {
      const at = Date.parse('2026-11-20T00:00:00Z') + away * 86_400_000
      return new Date(at).toISOString().slice(0, 10)
    })
    fc.assert(
      fc.property(fc.array(day, { maxLength: 40 }), (days) => {
        const found = suggestPattern(
          days.map((one) => past(one)),
          today,
          5,
        ).map((one) => one.day as string)
        expect(found.filter((one) => one <= today || days.includes(one))).toEqual([])
        expect(new Set(found).size).toBe(found.length)
      }),
    )
  })
})

describe('the plan', () => {
  const seat = (name: string, map = { x: 0, y: 0, w: 62, h: 140 }) =>
    drawSpot({ resource: '', name, kind: 'seat', map })

  it('keeps the number of a seat whose name is too long', () => {
    expect(seat('席 21')).toMatchObject({ label: '席 21', above: '' })
    expect(seat('窓ぎわ 12')).toMatchObject({ label: '12', above: '窓ぎわ' })
    expect(seat('オンラインブース')).toMatchObject({ label: 'オン…', above: '' })
    const low = drawSpot({ resource: '', name: 'すずらん-4', kind: 'seat', map: { x: 0, y: 0, w: 62, h: 62 } })
    expect(low).toMatchObject({ label: '…4', above: '', twoLines: false })
  })

  it('cuts a text to the room there is, and says so with three dots', () => {
    expect(cutText('会議室', 3)).toBe('会議室')
    expect(cutText('会議室 大きいほう', 4)).toBe('会議室…')
  })

  it('puts a new seat where nothing stands, until the plan is full', () => {
    const taken: { x: number; y: number; w: number; h: number }[] = []
    for (let count = 0; count < 60; count += 1) {
      const box = nextPlace(taken, 'seat')
      const covered = taken.some(
        (one) => box.x < one.x + one.w && one.x < box.x + box.w && box.y < one.y + one.h && one.y < box.y + box.h,
      )
      expect({ count, covered }).toEqual({ count, covered: false })
      expect(box.x + box.w <= 1_000 && box.y + box.h <= 1_000).toBe(true)
      taken.push(box)
    }
  })

  it('counts on from the last name', () => {
    expect(nextName('窓ぎわ 12')).toBe('窓ぎわ 13')
    expect(nextName('A09')).toBe('A10')
    expect(nextName('１２番')).toBe('13番')
    expect(nextName('会議室 大')).toBe('')
  })

  it('never lets a step leave the plan', () => {
    expect(stepped({ x: 5, y: 900, w: 60, h: 100 }, -20, 20)).toEqual({ x: 0, y: 900, w: 60, h: 100 })
  })
})

describe('what a town asks for', () => {
  it('is counted by the month it was wanted for, in cases and hours', () => {
    const rows = [
      { key: '2026-10 pair', count: 1, minutes: 180 },
      { key: '2026-11 seat', count: 2, minutes: 225 },
      { key: '2026-11 hammock', count: 1, minutes: 60 },
    ]
    expect(tallyMonths(rows)).toEqual([
      { month: '2026-10', seat: 0, booth: 0, room: 0, childcare: 0, pair: 1, total: 1, hours: '3.0' },
      { month: '2026-11', seat: 2, booth: 0, room: 0, childcare: 0, pair: 0, total: 3, hours: '4.8' },
    ])
  })
})

describe('words', () => {
  const KANJI = /[\p{Script=Han}々]/u

  it('of the phone are easy in every text, and every kanji has its reading', () => {
    const bare = Object.entries(myBookingWords)
      .filter(([, { easy }]) => KANJI.test(easy.replace(/\{[^{}|]+\|[^{}|]+\}/g, '')))
      .map(([key]) => key)
    expect(bare).toEqual([])
  })

  it('use the same values in every language', () => {
    const valuesOf = (text: string) => [...new Set(text.match(/\{[A-Za-z]+\}/g) ?? [])].sort()
    const all = { ...seatWords, ...bookingWords, ...myBookingWords }
    const differing = Object.entries(all)
      .filter(([, { ja, en }]) => JSON.stringify(valuesOf(ja)) !== JSON.stringify(valuesOf(en)))
      .map(([key]) => key)
    expect(differing).toEqual([])
  })
})
