import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { searchKey } from '../../../appliance/http/people-queries.ts'
import { readCsv } from '../../../appliance/worker/read-csv.ts'
import { isWeakPin } from '../../../appliance/worker/worker-desk.ts'
import { readWorkRows } from '../../../central-sync/hub/work/read-work-rows.ts'
import { parseCardHex, readCardNumber } from '../../../central-sync/protocol/card.ts'
import { personName, typedCallName, workerCode } from '../../../central-sync/protocol/event/person.ts'
import { refuse } from '../../../central-sync/protocol/refusal.ts'
import { isBusinessDay, isMonth, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { parseEnrolmentCode } from '../../../central-sync/protocol/wire/enrolment.ts'
import { parseSignature } from '../../../central-sync/protocol/wire/signed-request.ts'
import { parseRate } from '../../../central-sync/protocol/yen.ts'
import { placeKey } from '../../../central-sync/rules/policy.ts'
import { readCookie } from '../../../central-sync/web/cookie.ts'
import { localPath } from '../../../central-sync/web/form-routes.ts'
import { groupFields, readForm } from '../../../central-sync/web/read-form.ts'
import { refusalLine } from '../../../provisioning/outcome.ts'
import { AttackedHouse, type Caller } from '../../support/attacked-house.ts'

const LENGTH = 50_000
const UNITS = [
  'a',
  '0',
  ' ',
  '\t',
  '-',
  '.',
  '/',
  '//',
  '\\',
  'a.',
  'a[0]',
  '[0]',
  '{',
  '}',
  '{a}',
  '"',
  '""',
  ',',
  ';',
  '\r',
  'ァ',
  '\u3099',
  'か\u3099',
  '\ufdfa',
  '%',
  '%e3',
  '=',
  '&',
  'a=',
  'A-',
  '9:',
  '\ud800',
  '👨‍👩‍👧‍👦',
]
const texts = UNITS.flatMap((unit) => {
  const run = unit.repeat(Math.ceil(LENGTH / unit.length))
  return [run, `${run}!`, `!${run}`, `a${run}\u0000`]
})

describe('a text of fifty thousand characters holds nobody up', () => {
  test.each([
    ['a card number', (text: string) => [parseCardHex(text), readCardNumber(text)]],
    [
      'a name or a code',
      (text: string) => [personName, typedCallName, workerCode].map((shape) => shape.safeParse(text)),
    ],
    ['a time, a day or a month', (text: string) => [parseIsoInstant(text), isBusinessDay(text), isMonth(text)]],
    ['a rate', parseRate],
    ['an enrolment code', parseEnrolmentCode],
    ['a signature', parseSignature],
    ['a place', placeKey],
    ['a search', searchKey],
    ['a PIN', isWeakPin],
    ['a cookie', (text: string) => readCookie({ headers: { cookie: text } }, 'sid')],
    ['a form', (text: string) => [readForm(groupFields(text) ?? new Map()), readForm(new Map([[text, ['x']]]))]],
    ['a way back', (text: string) => [localPath(text, ''), localPath(`/${text}`, '/hub')]],
    [
      'a line of a CSV',
      (text: string) => [readCsv(Buffer.from(`a,b\n${text}\n`), ['a', 'b']), readWorkRows(Buffer.from(text))],
    ],
    ['a detail of a refusal', (text: string) => refusalLine(refuse('malformed', text))],
  ] as const)('as %s', (_what, read) => {
    // Time of the processor, not of the wall: the machine may do other work, a text may not make much.
    let slowest = { ms: 0, text: '' }
    for (const text of texts) {
      const began = process.threadCpuUsage()
      read(text)
      const { user, system } = process.threadCpuUsage(began)
      const ms = (user + system) / 1_000
      if (ms > slowest.ms) slowest = { ms, text: JSON.stringify(text.slice(0, 12)) }
    }
    expect([slowest.text, slowest.ms < 250]).toEqual([slowest.text, true])
  })
})

describe('while such texts come in at every door', () => {
  let house: AttackedHouse
  let administrator: Caller
  beforeAll(async () => {
    house = await AttackedHouse.open()
    administrator = await house.claimed()
  })
  afterAll(() => house?.[Symbol.asyncDispose]())

  test('the house answers others as before', async () => {
    const before = await house.state()
    let slowest = 0
    const costing = async <T>(work: Promise<T>): Promise<T> => {
      const began = process.threadCpuUsage()
      const answer = await work
      const { user, system } = process.threadCpuUsage(began)
      slowest = Math.max(slowest, (user + system) / 1_000)
      return answer
    }
    for (const text of texts.filter((_text, index) => index % 3 === 0)) {
      const long = text.slice(0, 9_000)
      const fields = {
        code: long,
        name: long,
        kana: long,
        callName: long,
        worker: long,
        month: long,
        day: long,
        note: long,
      }
      for (const path of ['/workers', '/sign-in/staff', '/corrections', '/work/approve-month'])
        expect((await costing(administrator.command(path, fields))).status).toBeGreaterThanOrEqual(400)
      const form = administrator.form('workers.register', { [long]: long, _back: long })
      expect((await costing(form)).status).toBeGreaterThanOrEqual(303)
      const short = encodeURIComponent(text.slice(0, 600).toWellFormed())
      expect((await costing(administrator.query(`/workers?q=${short}`))).status).toBeLessThan(500)
      expect((await costing(administrator.fetch(`/records?from=${short}`))).status).toBeLessThan(500)
    }
    expect(slowest).toBeLessThan(1_000)
    expect(await house.state()).toEqual(before)
  })
})
