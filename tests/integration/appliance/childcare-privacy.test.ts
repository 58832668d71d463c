import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSecretStore } from '../../../central-sync/journal/secret-store.ts'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { ApplianceFixture } from '../../support/appliance-fixture.ts'
import {
  arrive,
  board,
  book,
  type CareHouse,
  careHouse,
  FRIDAY,
  guardianOf,
  handOver,
  newChild,
  newParent,
  OTHER_PIN,
  ok,
  STAFF_PIN,
} from '../../support/childcare-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
/** Whatever of these stands somewhere in clear has leaked. */
const SECRETS = [
  ...['架空野', 'つくしちゃん', 'かくうの', '2022-10-01', '卵アレルギー', 'エピペン', '主治医ほしの', '090-0000-0001'],
  ...['代理野 葉子', '禁止野 岩男', '裁判所の命令', '祖母がけが', '090-0000-0009', '解熱剤', 'no_contact'],
]

/** A day with everything in it. */
async function livedIn(house: CareHouse) {
  const { carer } = house
  const parent = await newParent(house)
  const notes = { allergies: '卵アレルギー', notes: 'エピペンあり', callName: 'つくしちゃん', doctor: '主治医ほしの' }
  const child = await newChild(house, parent, notes)
  await ok(
    carer.send('/children/change', {
      child,
      name: '架空野 つくし',
      kana: 'かくうの つくし',
      birthDate: '2022-10-01',
      ...notes,
    }),
  )
  const banned = { child, name: '禁止野 岩男', kana: '', phone: '', custody: 'no_contact', from: FRIDAY }
  await ok(carer.send('/children/guardians', banned))
  await ok(carer.send('/children/blocks', { child, name: '禁止野 岩男', reason: '裁判所の命令' }))
  const { pickup } = await ok(
    carer.send('/children/pickups', { child, scope: 'one_day', day: FRIDAY, name: '代理野 葉子', kana: '' }),
  )
  await ok(book(house, child, '9:00', '12:00'))
  await arrive(house, child, { temperatureX10: 380 })
  const { stay, code } = await ok(
    arrive(house, child, { meds: '解熱剤', symptoms: ['cough'], broughtBy: '代理野 葉子' }),
  )
  return { parent, child, stay: stay as string, code: code as string, pickup: pickup as string }
}

async function everyFile(centre: ApplianceFixture): Promise<Map<string, string>> {
  const texts = new Map([['log', JSON.stringify(centre.log)]])
  for (const file of await readdir(centre.folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) texts.set(file.name, (await readFile(join(file.parentPath, file.name))).toString('utf8'))
  }
  return texts
}

async function exportedLines(centre: ApplianceFixture): Promise<string> {
  const lines: string[] = []
  for await (const line of centre.appliance.journalExport()) lines.push(line.toString('utf8'))
  return lines.join('')
}

describe('what leaves the childcare room', () => {
  test('no file, no log line and no journal line that goes up to the hub says anything about a child in clear', async () => {
    await using house = await careHouse(NINE)
    const { stay, pickup, code } = await livedIn(house)
    await ok(handOver(house, stay, pickup))
    const again = await ok(arrive(house, (await board(house)).gone[0].child, { until: '13:00' }))
    const otherStaff = { otherLogin: 'uketsuke', otherPin: OTHER_PIN, staffPin: STAFF_PIN }
    await ok(
      house.carer.send('/childcare/hand-overs/override', {
        ...{ stay: again.stay, name: '代理野 次郎', reason: '祖母がけが' },
        ...otherStaff,
      }),
    )
    const lines = await exportedLines(house.centre)
    for (const type of [
      'child.registered',
      'guardian.set',
      'pickup.blocked',
      'care.arrived',
      'care.handed-over',
      'care.turned-away',
    ])
      expect.soft(lines, type).toContain(`"t":"${type}"`)
    const found = (text: string) => [...SECRETS, '代理野 次郎'].filter((secret) => text.includes(secret))
    expect(found(lines)).toEqual([])
    expect(lines).not.toContain(`"${code}"`)
    await house.centre.stop()
    const leaks = [...(await everyFile(house.centre))].flatMap(([name, text]) =>
      found(text).map((secret) => `${secret} in ${name}`),
    )
    expect(leaks).toEqual([])
  })

  test('an allergy and another note of health are two marks, each with its own word, and neither says what', async () => {
    await using house = await careHouse(NINE)
    const parent = await newParent(house)
    const marks = async (wish: object, from: string) => {
      const child = await newChild(house, parent, wish)
      await ok(book(house, child, from, '12:00'))
      await ok(arrive(house, child))
      const { inside } = await ok(house.carer.ask('/childcare/board'))
      const { hasAllergy, hasHealth } = inside.find((one: { child: string }) => one.child === child)
      return [hasAllergy, hasHealth]
    }
    expect(await marks({ name: '架空野 い', allergies: '卵アレルギー' }, '9:00')).toEqual([true, false])
    expect(await marks({ name: '架空野 ろ', notes: 'エピペンあり' }, '9:00')).toEqual([false, true])
    expect(await marks({ name: '架空野 は' }, '9:00')).toEqual([false, false])
    const page = await fetch(`${house.centre.url}/childcare`, { headers: { cookie: house.carer.cookie } })
    const text = await page.text()
    expect(text.match(/▲<\/span> アレルギー/g)).toHaveLength(1)
    expect(text.match(/◆<\/span> 健康の注意/g)).toHaveLength(1)
    expect(text).not.toMatch(/卵|エピペン/)
  })

  test('slip, numbers for the desk, board and today show nothing of a child’s health', async () => {
    await using house = await careHouse(NINE)
    const { stay } = await livedIn(house)
    const health = [
      '卵アレルギー',
      'エピペン',
      '主治医',
      '解熱剤',
      'cough',
      '365',
      'allergies',
      'temperature',
      'symptoms',
    ]
    const without = async (path: string, words: readonly string[]) => {
      const { status, body } = await house.carer.ask(path)
      expect.soft(status, path).toBe(200)
      expect
        .soft(
          words.filter((word) => JSON.stringify(body).includes(word)),
          path,
        )
        .toEqual([])
      return body
    }
    await without(`/childcare/slip?stay=${stay}`, [...health, 'かくうの', '架空野'])
    await without('/childcare/board', health)
    await without(`/childcare/fetchers?stay=${stay}`, health)
    await without('/childcare/counts', [...health, 'つくしちゃん', '架空野', 'i_'])
    await without('/children', health)
    await without('/today', [...health, 'つくしちゃん', '架空野', 'i_'])
    const desk = await house.other.ask('/childcare/counts')
    expect(desk.status).toBe(200)
    expect(JSON.stringify(desk.body)).not.toContain('つくし"')
  })

  test('the front desk sees numbers, and no child by name', async () => {
    await using house = await careHouse(NINE)
    const { child, stay } = await livedIn(house)
    const paths = ['/childcare/board', '/children', `/child?child=${child}`, `/child/health?child=${child}`]
    for (const path of [...paths, `/childcare/slip?stay=${stay}`, `/childcare/fetchers?stay=${stay}`])
      expect.soft((await house.other.ask(path)).status, path).toBe(403)
    expect((await house.other.ask('/childcare/counts')).status).toBe(200)
    expect((await house.other.ask(`/childcare/slots?room=${house.room}&day=${FRIDAY}`)).status).toBe(200)
  })

  test('every opening of notes, guardians, permissions and blocks is in the audit, in order, with who it was', async () => {
    await using house = await careHouse(NINE)
    const { child, stay } = await livedIn(house)
    const before = (await ok(house.administrator.ask(`/child/audit?child=${child}`))).reads.length
    await ok(house.carer.ask(`/child?child=${child}`))
    await ok(house.carer.ask('/children'))
    const health = await ok(house.carer.ask(`/child/health?child=${child}`))
    expect(health).toMatchObject({
      health: { allergies: '卵アレルギー', notes: 'エピペンあり' },
      today: { meds: '解熱剤', symptoms: ['cough'], temperatureX10: 365 },
    })
    for (const part of ['health', 'guardians', 'pickups', 'blocks']) {
      house.centre.clock.turn(1_000)
      await ok(house.carer.ask(`/child/${part}?child=${child}`))
    }
    house.centre.clock.turn(1_000)
    await ok(house.carer.ask(`/childcare/fetchers?stay=${stay}`))
    const { reads } = await ok(house.administrator.ask(`/child/audit?child=${child}`))
    expect(reads.slice(0, reads.length - before).map((one: { what: string }) => one.what)).toEqual([
      ...['pickups', 'blocks', 'pickups', 'guardians', 'health', 'health'],
    ])
    expect(new Set(reads.map((one: { name: string }) => one.name))).toEqual(new Set(['職員 hoiku']))
    expect((await house.carer.ask(`/child/audit?child=${child}`)).status).toBe(403)
  })

  test('a parent sees her own child and her own words, never a block', async () => {
    await using house = await careHouse(NINE)
    const { parent, child } = await livedIn(house)
    const mine = await ok(parent.visitor.ask('/my/children'))
    expect(mine).toMatchObject({ children: [{ child, name: '架空野 つくし', pickups: [] }] })
    expect(mine.children[0].inside).toBe(NINE)
    const text = JSON.stringify(mine)
    expect(['禁止野', '裁判所', '代理野', '卵アレルギー'].filter((word) => text.includes(word))).toEqual([])
  })
})

test('after a whole day a rebuild gives the same rows, and the chain verifies', async () => {
  await using house = await careHouse(NINE)
  const { stay, pickup } = await livedIn(house)
  const { shifts } = await board(house)
  await ok(house.carer.send('/childcare/shifts/attend', { shift: shifts[0].shift, state: 'absent' }))
  await ok(handOver(house, stay, pickup))
  await ok(house.carer.send('/childcare/shifts/remove', { shift: shifts[1].shift }))
  const before = await board(house)
  const report = await house.centre.appliance.journalRebuild()
  expect(report).toMatchObject({ equal: true, quarantined: 0 })
  expect(report.tables.filter(({ before: one, after }) => one.digest !== after.digest)).toEqual([])
  expect(await board(house)).toEqual(before)
  expect(await house.centre.appliance.journalVerify()).toMatchObject({ ok: true })
})

describe('staff cards', () => {
  const CARD = '0123456789ABCDEF'

  test('a staff card is no worker’s card, and a worker’s card no staff card', async () => {
    await using house = await careHouse(NINE)
    const { administrator } = house
    const parent = await newParent(house)
    const { staff } = await ok(administrator.ask('/staff-cards'))
    const hoiku = staff.find((one: { name: string }) => one.name === '職員 hoiku')
    expect(hoiku).toMatchObject({ hasPin: true, cards: [] })
    const { card } = await ok(administrator.send('/staff-cards/enrol-number', { staff: hoiku.staff, card: CARD }))
    expect((await administrator.send('/cards/enrol-number', { worker: parent.worker, card: CARD })).body.code).toBe(
      'card_taken',
    )
    await ok(administrator.send('/cards/enrol-number', { worker: parent.worker, card: '00112233' }))
    const taken = await administrator.send('/staff-cards/enrol-number', { staff: hoiku.staff, card: '00112233' })
    expect(taken.body.code).toBe('card_taken')
    const other = staff.find((one: { name: string }) => one.name === '職員 uketsuke')
    expect((await administrator.send('/staff-cards/enrol-number', { staff: other.staff, card: CARD })).body.code).toBe(
      'card_taken',
    )
    await ok(administrator.send('/staff-cards/revoke', { card }))
    await ok(administrator.send('/staff-cards/enrol-number', { staff: other.staff, card: CARD }))
    // Whoever may not appoint staff may not give cards either.
    expect((await house.carer.send('/staff-cards/revoke', { card })).status).toBe(403)
  })

  test('a staff card is enrolled at a kiosk by token, and opens no session of working time', async () => {
    await using house = await careHouse(NINE)
    const { administrator, centre } = house
    const identity = await centre.newKiosk()
    const line = await centre.line(identity)
    const { staff } = await ok(administrator.ask('/staff-cards'))
    const hoiku = staff.find((one: { name: string }) => one.name === '職員 hoiku').staff
    const device = identity.enrolled.welcome.id
    const asked = line.next((frame) => frame.t === 'enrol')
    const { token } = await ok(administrator.send('/staff-cards/start-enrolment', { staff: hoiku, device }))
    expect(await asked).toMatchObject({ token, greeting: '職員 hoiku' })
    const finished = line.next((frame) => frame.t === 'enrol-done')
    line.send({ t: 'enrolled', token, digests: line.digestsOf(CARD), tail: 'CDEF' })
    expect(await finished).toEqual({ t: 'enrol-done', token })
    const { staff: after } = await ok(administrator.ask('/staff-cards'))
    expect(after.find((one: { staff: string }) => one.staff === hoiku).cards).toMatchObject([
      { tail: 'CDEF', revokedAt: null },
    ])
    expect((await line.touch({ card: CARD })).answer).toMatchObject({ result: 'unknown_card' })
    expect((await ok(administrator.ask('/today'))).present).toEqual([])
  })

  test('a PIN for hand-overs needs the password, is not weak, and never travels with the PINs of workers', async () => {
    await using house = await careHouse(NINE)
    const { carer } = house
    const password = 'hoiku-no-himitsu-4'
    expect((await carer.send('/staff-pin', { password: 'chigau-himitsu', next: '482915' })).body.code).toBe(
      'sign_in_failed',
    )
    expect((await carer.send('/staff-pin', { password, next: '123456' })).body.code).toBe('weak_secret')
    await ok(carer.send('/staff-pin', { password, next: '482915' }))
    const parent = await newParent(house)
    const child = await newChild(house, parent)
    const { stay } = await ok(arrive(house, child, { until: '12:00' }))
    const mother = await guardianOf(house, child)
    expect((await handOver(house, stay, mother)).body.code).toBe('staff_card_needed')
    await ok(handOver(house, stay, mother, { staffPin: '482915' }))
    await house.centre.stop()
    await using secrets = await openSecretStore({
      file: join(house.centre.folder, 'secrets.db'),
      clock: house.centre.clock,
    })
    const sent = await secrets.verifiers.pinsAfter(0, 100)
    expect(sent.map(({ subject }) => subject)).toEqual([parent.worker])
  })
})
