import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { Visitor } from '../../support/appliance-fixture.ts'
import {
  arrive,
  book,
  type CareHouse,
  careHouse,
  FRIDAY,
  guardianOf,
  handOver,
  newChild,
  newParent,
  ok,
  type Parent,
} from '../../support/childcare-fixture.ts'

/*
 * Children with random notes, in random states, through the pages and queries of a running centre: what is written of a
 * child's health stands on no paper and on no screen of the foyer, and nobody reads it without having been noted (P20).
 */

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0

let house: CareHouse
let parent: Parent
let viewers: Readonly<Record<string, Visitor>>
let wallPath = ''

beforeAll(async () => {
  house = await careHouse(NINE, { carers: 8, areaDm2: 100_000 })
  parent = await newParent(house)
  const director = await house.centre.staff(house.administrator, 'encho', ['director'])
  viewers = {
    administrator: house.administrator,
    carer: house.carer,
    desk: house.other,
    director,
    mother: parent.visitor,
  }
  wallPath = (await ok(house.administrator.send('/wall', {}))).path
})
afterAll(() => house?.[Symbol.asyncDispose]())

const FIELDS = ['allergies', 'notes', 'doctor', 'meds'] as const
type Notes = Readonly<Record<(typeof FIELDS)[number], string>>

/** What is looked for is the middle; around it stands what markup and files like to change. */
const note = fc.record({
  before: fc.constantFrom('', '卵・', '<b>', '"', '＆', '🦐 '),
  word: fc.stringMatching(/^[あ-んア-ン]{9}$/),
  after: fc.constantFrom('', 'あり', '</b>', '&amp;', '\\', '%'),
})
const someNotes = fc.record({ allergies: note, notes: note, doctor: note, meds: note })
const state = fc.constantFrom('registered', 'booked', 'inside', 'inside with a booking', 'gone')
const child = fc.record({ notes: someNotes, state, plan: fc.boolean(), extraUnits: fc.constantFrom(0, 60) })
type ChildWish = typeof child extends fc.Arbitrary<infer T> ? T : never

interface Known {
  readonly child: string
  readonly stay: string
  readonly inside: boolean
  readonly words: readonly string[]
}

async function come(wish: ChildWish): Promise<Known> {
  const texts = Object.fromEntries(
    FIELDS.map((field) => [field, `${wish.notes[field].before}${wish.notes[field].word}${wish.notes[field].after}`]),
  ) as unknown as Notes
  const { meds, ...sheet } = texts
  const id = await newChild(house, parent, { ...sheet, extraUnits: wish.extraUnits })
  const who = { child: id, name: '架空野 つくし', kana: 'かくうの つくし', birthDate: '2022-10-01' }
  await ok(house.carer.send('/children/change', { ...who, ...sheet, allergyPlan: wish.plan }))
  if (wish.state === 'booked' || wish.state === 'inside with a booking') await ok(book(house, id, '9:00', '12:00'))
  let stay = ''
  if (wish.state.startsWith('inside') || wish.state === 'gone')
    stay = (await ok(arrive(house, id, { until: '12:00', meds }))).stay
  if (wish.state === 'gone') await ok(handOver(house, stay, await guardianOf(house, id)))
  return {
    child: id,
    stay,
    inside: wish.state.startsWith('inside'),
    words: FIELDS.map((field) => wish.notes[field].word),
  }
}

/** What lies about or hangs on a wall. */
const open = ({ stay }: Known) => [
  ...['58', '80', 'a4'].map((paper) => `/childcare/slip/${stay}?paper=${paper}`),
  ...['/childcare/sheet', '/childcare/sheet?people=yes', '/childcare/week-sheet', '/wall/preview', wallPath],
  ...[`/api/v1/childcare/slip?stay=${stay}`, `/api/v1/wall?key=${wallPath.split('/').at(-1)}`],
  ...['/api/v1/childcare/counts', '/api/v1/today', '/'],
]

/** Everything that knows of children. */
const inside = ({ child: id, stay }: Known) => [
  ...['', '?open=health', '?open=guardians', '?open=pickups'].map((section) => `/childcare/children/${id}${section}`),
  ...[`/childcare/drop-off/${id}`, `/childcare/arrived/${stay}`, `/childcare/hand-over/${stay}`],
  ...['/childcare', '/childcare/children', '/childcare/conflicts', `/childcare/day?day=${FRIDAY}`],
  ...['', '/health', '/guardians', '/pickups', '/blocks'].map((part) => `/api/v1/child${part}?child=${id}`),
  ...['/api/v1/childcare/board', '/api/v1/children', `/api/v1/childcare/fetchers?stay=${stay}`],
  ...[`/api/v1/childcare/bookings?from=${FRIDAY}&to=${FRIDAY}`, '/api/v1/my/children', '/my/bookings', '/my'],
]

async function look(viewer: Visitor, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${house.centre.url}${path}`, { headers: { cookie: viewer.cookie }, redirect: 'manual' })
  return { status: answer.status, text: await answer.text() }
}

async function readsOf(id: string): Promise<{ what: string; name: string }[]> {
  return (await ok(house.administrator.ask(`/child/audit?child=${id}`))).reads
}

const visits = fc.array(fc.record({ who: fc.nat(4), known: fc.nat(1), paper: fc.boolean(), path: fc.nat() }), {
  minLength: 15,
  maxLength: 40,
  size: 'max',
})

test('no note of a child’s health is on a slip, a list or the wall, and none is read by anybody who is not noted for it (P20)', async () => {
  let read = 0
  await fc.assert(
    fc.asyncProperty(child, child, visits, async (one, other, looks) => {
      const known = [await come(one), await come(other)]
      const words = known.flatMap((each) => each.words)
      for (const each of known)
        for (const path of open(each)) {
          const { status, text } = await look(house.carer, path)
          if (each.inside || !path.includes('slip')) expect(status, path).toBeLessThan(400)
          expect(
            words.filter((word) => text.includes(word)),
            path,
          ).toEqual([])
        }
      // A carer opens both in every story.
      const opened = [0, 1].map((of) => ({ who: 1, known: of, paper: false, path: 1 }))
      for (const { who, known: of, paper, path } of [...looks, ...opened]) {
        const each = known[of] as Known
        const paths = paper ? open(each) : inside(each)
        const asked = paths[path % paths.length] as string
        const [name = '', viewer] = Object.entries(viewers)[who] ?? []
        const before = await Promise.all(known.map(({ child: id }) => readsOf(id)))
        // So that the newest is the last.
        house.centre.clock.turn(1)
        const { text } = await look(viewer as Visitor, asked)
        for (const [index, { child: id, words: hers }] of known.entries()) {
          if (!hers.some((word) => text.includes(word))) continue
          read += 1
          const fresh = (await readsOf(id)).length - (before[index]?.length ?? 0)
          const [latest] = await readsOf(id)
          expect({ asked, name, fresh: fresh > 0, what: latest?.what }).toEqual({
            asked,
            name,
            fresh: true,
            what: 'health',
          })
          expect(paper).toBe(false)
        }
      }
      // Whoever may, does read it: the notes are somewhere.
      for (const { child: id, words: hers } of known) {
        const { text } = await look(house.carer, `/api/v1/child/health?child=${id}`)
        expect(hers.slice(0, 3).every((word) => text.includes(word))).toBe(true)
      }
    }),
    { numRuns: 8, endOnFailure: true },
  )
  expect(read).toBeGreaterThan(0)
})
