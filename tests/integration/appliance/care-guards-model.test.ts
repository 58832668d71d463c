import { DatabaseSync, type StatementSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { childcareMigrations } from '../../../appliance/childcare/childcare-migrations.ts'
import type { AgeBand } from '../../../central-sync/protocol/event/childcare.ts'
import { addDays, type CalendarDay } from '../../../central-sync/protocol/time.ts'

/*
 * The tables of the childcare room with their triggers and nothing around them, against a model that shares no line with
 * the rule: heads as fractions of a carer, minute by minute. A case is one quarter of an hour of one wish that the guard
 * had to judge (P9).
 */

const CASES = 200_000
const ROOM = 'e_room'

interface Policy {
  /** Children one carer may look after; 300 divides by each. */
  readonly perCarer: Readonly<Record<AgeBand, number>>
  readonly minStaff: number
  readonly qualified: readonly [number, number]
  readonly areaPerChild: number
  readonly exact: boolean
  readonly small: boolean
}
interface Place {
  readonly child: number
  readonly start: number
  readonly end: number
}
interface Child {
  readonly band: AgeBand
  readonly extra: number
}
interface Duty {
  readonly start: number
  readonly end: number
  readonly qualified: boolean
  readonly who: number | null
}

const span = fc
  .record({ start: fc.integer({ min: 480, max: 960 }), length: fc.integer({ min: 1, max: 480 }) })
  .map(({ start, length }) => ({ start, end: start + length }))
const policy: fc.Arbitrary<Policy> = fc.record({
  perCarer: fc.constantFrom({ a0: 3, a12: 6, a3: 15, a4: 25 }, { a0: 3, a12: 5, a3: 20, a4: 30 }),
  minStaff: fc.integer({ min: 1, max: 2 }),
  qualified: fc.constantFrom([0, 1] as const, [0, 1] as const, [1, 3] as const, [1, 2] as const),
  ...{ areaPerChild: fc.constantFrom(0, 165, 330), exact: fc.boolean(), small: fc.boolean() },
})
const child: fc.Arbitrary<Child> = fc.record({
  band: fc.constantFrom<AgeBand>('a0', 'a12', 'a3', 'a4'),
  extra: fc.constantFrom(0, 0, 0, 35, 150, 250),
})
const duty: fc.Arbitrary<Duty> = fc
  .tuple(fc.integer({ min: 440, max: 600 }), fc.integer({ min: 300, max: 800 }), fc.boolean(), fc.option(fc.nat(3)))
  .map(([start, length, qualified, who]) => ({ start, end: start + length, qualified, who }))
const wish = fc.record({ child: fc.nat(19), span, gives: fc.option(fc.nat(20), { freq: 4 }) })
const day = fc.record({
  policy,
  children: fc.array(child, { minLength: 20, maxLength: 20 }),
  duties: fc.array(duty, { minLength: 3, maxLength: 9, size: 'max' }),
  wishes: fc.array(wish, { minLength: 10, maxLength: 30, size: 'max' }),
  // Just enough for some children, to the hundredth of a square metre.
  area: fc.constantFrom(660, 1_650, 1_649, 100_000),
})
type Day = typeof day extends fc.Arbitrary<infer T> ? T : never

class Guard {
  readonly #db = new DatabaseSync(':memory:')
  readonly #statements = new Map<string, StatementSync>()
  #day = '2026-01-01' as CalendarDay
  #count = 0

  constructor() {
    this.#db.exec('CREATE TABLE guard_switch (armed INTEGER); INSERT INTO guard_switch VALUES (1)')
    this.#db.exec('CREATE TABLE staff (staff TEXT, active INTEGER)')
    for (const { sqlite } of childcareMigrations) for (const statement of sqlite) this.#db.exec(statement)
    this.#db.exec('PRAGMA synchronous = OFF; BEGIN')
  }

  /** Compiled once: a statement brings its triggers with it. */
  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, known)
    return known
  }

  /** A day of its own under rules of its own. Its carers may be anywhere twice: that is another guard's matter. */
  begin({ policy: rules, duties, area }: Day): void {
    this.#db.exec('UPDATE guard_switch SET armed = 0')
    this.#day = addDays(this.#day, 1)
    const { a0, a12, a3, a4 } = rules.perCarer
    const units = [300 / a0, 300 / a12, 300 / a3, 300 / a4]
    this.#prepare("INSERT INTO care_policy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'fiscal', ?, 375, ?)").run(
      ...[`o_${this.#day}`, this.#day, this.#day, 1, ...units, rules.minStaff, ...rules.qualified, rules.areaPerChild],
      ...[rules.exact ? 'ceil_sum' : 'trunc1_round', rules.small ? 1 : 0],
    )
    this.#prepare('INSERT OR REPLACE INTO care_room VALUES (?, ?)').run(ROOM, area)
    for (const { start, end, qualified, who } of duties) {
      this.#count += 1
      const staff = who === null ? null : `f_${who}`
      this.#prepare("INSERT INTO shift VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', 0)").run(
        `h_${this.#count}`,
        ROOM,
        this.#day,
        start,
        end,
        staff,
        qualified ? 1 : 0,
      )
    }
    this.#db.exec('UPDATE guard_switch SET armed = 1')
  }

  /** The number of the place, or the code of the refusal. */
  book({ child: who, start, end }: Place, { band, extra }: Child, { perCarer }: Policy): number | string {
    this.#count += 1
    try {
      this.#prepare(
        `INSERT INTO care_booking (care, request, child, worker, room, day, start_min, end_min, band, units, state,
             source, made_at, pos) VALUES (?, 'r', ?, 'w', ?, ?, ?, ?, ?, ?, 'confirmed', 'staff', 0, 0)`,
      ).run(`b_${this.#count}`, `i_${who}`, ROOM, this.#day, start, end, band, 300 / perCarer[band] + extra)
      return this.#count
    } catch (error) {
      return /GUARD (\w+)/.exec(String(error))?.[1] ?? String(error)
    }
  }

  cancel(care: number): void {
    this.#prepare("UPDATE care_booking SET state = 'cancelled' WHERE care = ?").run(`b_${care}`)
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}

/** Carers for these heads: the exact sum rounded up, or tenths of each band cut and the sum rounded half up. */
function carersFor(heads: readonly Child[], { perCarer, exact }: Policy): number {
  const extra = heads.reduce((sum, one) => sum + one.extra, 0)
  // In 1/300 of a carer everything is whole.
  const bands = (['a0', 'a12', 'a3', 'a4'] as const).map((band) => {
    return (BigInt(heads.filter((one) => one.band === band).length) * 300n) / BigInt(perCarer[band])
  })
  const parts = [...bands, BigInt(extra)]
  if (exact) {
    const sum = parts.reduce((a, b) => a + b, 0n)
    return Number(sum / 300n) + (sum % 300n === 0n ? 0 : 1)
  }
  const tenths = parts.reduce((sum, part) => sum + part / 30n, 0n)
  return Number(tenths / 10n) + (tenths % 10n >= 5n ? 1 : 0)
}

/** What is short in this quarter when these children are in it. */
function shortIn(from: number, heads: readonly Child[], ofDay: number, { policy: rules, duties, area }: Day) {
  const there = duties.filter(({ start, end }) => start <= from && from + 15 <= end)
  const names = new Set(there.map((one) => one.who ?? one))
  const qualified = new Set(there.filter((one) => one.qualified).map((one) => one.who ?? one)).size
  const isSmall = rules.small && ofDay <= 5
  const least = Math.max(isSmall ? 1 : 2, rules.minStaff)
  const needed = Math.max(least, isSmall ? Math.ceil(heads.length / 3) : 0, carersFor(heads, rules))
  if (names.size < needed) return names.size < least ? 'staff_minimum' : 'ratio_exceeded'
  const [part, whole] = rules.qualified
  if (part > 0 && (qualified === 0 || qualified * whole < names.size * part)) return 'qualified_missing'
  return heads.length * rules.areaPerChild > area ? 'area_exceeded' : undefined
}

/** The model's answer, and how many quarters were looked at for it. */
function judge(place: Place, booked: readonly Place[], whole: Day): { code: string | undefined; looked: number } {
  const meets = (a: Place, b: { start: number; end: number }) => a.start < b.end && b.start < a.end
  if (booked.some((one) => one.child === place.child && meets(one, place))) return { code: 'child_overlap', looked: 0 }
  const ofDay = new Set([...booked, place].map((one) => one.child)).size
  let looked = 0
  for (let from = place.start - (place.start % 15); from < place.end; from += 15) {
    looked += 1
    const inside = [...booked, place].filter((one) => meets(one, { start: from, end: from + 15 }))
    const heads = [...new Set(inside.map((one) => one.child))].map((index) => whole.children[index] as Child)
    const code = shortIn(from, heads, ofDay, whole)
    if (code !== undefined) return { code, looked }
  }
  return { code: undefined, looked }
}

test('200,000 random quarters of an hour: the guard of the table says yes, no and why as the model does (P9)', () => {
  using guard = new Guard()
  let cases = 0
  const seen = new Map<string, number>()
  const story = fc.property(day, (whole) => {
    guard.begin(whole)
    const booked = new Map<number, Place>()
    for (const { child: who, span: time, gives } of whole.wishes) {
      const gone = gives === null ? undefined : [...booked.keys()][gives]
      if (gone !== undefined) {
        guard.cancel(gone)
        booked.delete(gone)
      }
      const place = { child: who, ...time }
      const { code, looked } = judge(place, [...booked.values()], whole)
      const answer = guard.book(place, whole.children[who] as Child, whole.policy)
      expect(typeof answer === 'string' ? answer : undefined).toBe(code)
      if (typeof answer === 'number') booked.set(answer, place)
      cases += looked
      seen.set(code ?? 'yes', (seen.get(code ?? 'yes') ?? 0) + 1)
    }
  })
  while (cases < CASES) fc.assert(story, { numRuns: 100 })
  for (const code of ['yes', 'child_overlap', 'staff_minimum', 'ratio_exceeded', 'qualified_missing', 'area_exceeded'])
    expect(seen.get(code) ?? 0, code).toBeGreaterThan(0)
}, 240_000)
