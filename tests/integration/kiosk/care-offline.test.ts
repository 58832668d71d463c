import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { CareAct } from '../../../kiosk/care/care-act.ts'
import {
  CARER_CARD,
  type CareKiosk,
  careKiosk,
  family,
  KioskPage,
  OTHER_PARENT_CARD,
  PARENT_CARD,
  SECOND_CARD,
  staffCards,
} from '../../support/care-kiosk.ts'
import { board, type CareHouse, careHouse, ok } from '../../support/childcare-fixture.ts'
import { until } from '../../support/until.ts'

const NINE = parseIsoInstant('2026-11-20T09:05:00+09:00') ?? 0
const well: CareAct & { act: 'health' } = { act: 'health', temperatureX10: 366, symptoms: [], phone: '090-1234-5678' }
const program = fileURLToPath(new URL('../../support/care-kiosk-program.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function bring({ page, touch }: CareKiosk, child: string, card = PARENT_CARD): Promise<string> {
  await touch(card)
  await page.step('family')
  await page.press({ act: 'bring', child: child as never })
  await page.step('health')
  await page.press(well)
  const slip = await page.step('slip')
  await page.press({ act: 'leave' })
  await page.step('board')
  return slip.code
}

async function doubts(house: CareHouse): Promise<string[]> {
  return (await board(house)).doubts.map(({ kind }: { kind: string }) => kind).sort()
}

test('a whole day without the centre: a child comes and goes by the last list, and everything arrives once', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await staffCards(house)
  await using door = await careKiosk(house)
  await until('staff are on the list', async () => door.page.isCare)
  const port = await house.centre.stop()
  await until('offline', () => !door.kiosk.online)
  house.centre.clock.turn(HOUR_MS)
  const code = await bring(door, child)
  await until('the list says its age', () => door.page.care.board.listAgeMs >= 55 * MINUTE_MS)
  expect(door.page.care.board.here).toMatchObject([{ callName: 'はる' }])
  await door.restart()
  expect(door.page.care.board.here).toMatchObject([{ callName: 'はる' }])
  house.centre.clock.turn(HOUR_MS)
  await door.page.press({ act: 'fetch', child: child as never })
  await door.page.press({ act: 'code', code })
  const { people } = await door.page.step('fetcher')
  await door.page.press({ act: 'person', id: people[0]?.id as never })
  expect(await door.page.step('staff')).toMatchObject({ need: 1, online: false })
  await door.touch(CARER_CARD)
  expect(await door.page.step('handed')).toMatchObject({ unverified: true })
  expect(door.kiosk.waiting).toBe(2)
  await house.centre.start(port)
  await until('delivered', () => door.kiosk.waiting === 0)
  await ok(house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' }))
  const now = await board(house)
  expect(now.inside).toEqual([])
  expect(now.gone).toMatchObject([{ override: false }])
  expect(await doubts(house)).toEqual(['unproven_staff'])
})

test('without card and slip two different staff cards are needed off line, and a parent’s code proves nothing', async () => {
  await using house = await careHouse(NINE)
  const { child, parent } = await family(house)
  await staffCards(house)
  await using door = await careKiosk(house)
  await bring(door, child)
  await until('delivered', () => door.kiosk.waiting === 0)
  const { workers } = await ok(house.administrator.ask('/workers'))
  const { code } = workers.find(({ worker }: { worker: string }) => worker === parent.worker)
  const port = await house.centre.stop()
  await until('offline', () => !door.kiosk.online)
  const { page, touch } = door
  expect(await page.act({ do: 'without-card', code, pin: '0000' })).toBeUndefined()
  await page.step('family')
  await page.press({ act: 'fetch', child: child as never })
  await page.step('prove')
  await page.press({ act: 'no-proof' })
  expect(await page.step('staff')).toMatchObject({ goal: 'face', need: 2 })
  await touch(SECOND_CARD)
  await until('one', () => page.care.step.step === 'staff' && page.care.step.have === 1)
  await touch(CARER_CARD)
  const { people } = await page.step('fetcher')
  await page.press({ act: 'person', id: people[0]?.id as never })
  await page.step('handed')
  await house.centre.start(port)
  await until('delivered later', () => door.kiosk.waiting === 0)
  expect((await board(house)).inside).toEqual([])
  expect(await doubts(house)).toEqual(['unproven_staff'])
})

test('two kiosks that were cut off take the same child in: one presence, a doubt, and it leaves once', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await staffCards(house)
  await using one = await careKiosk(house)
  await using two = await careKiosk(house)
  const port = await house.centre.stop()
  await until('offline', () => !one.kiosk.online && !two.kiosk.online)
  await bring(one, child)
  house.centre.clock.turn(5 * MINUTE_MS)
  await bring(two, child)
  await house.centre.start(port)
  await until('delivered', () => one.kiosk.waiting + two.kiosk.waiting === 0)
  expect((await board(house)).inside).toHaveLength(1)
  expect(await doubts(house)).toEqual(['double_arrival'])
  await until('both boards agree', () => one.page.care.board.here.length === 1 && two.page.care.board.here.length === 1)
  house.centre.clock.turn(5 * MINUTE_MS)
  await one.touch(PARENT_CARD)
  await one.page.step('family')
  await one.page.press({ act: 'fetch', child: child as never })
  await one.page.step('staff')
  await one.touch(CARER_CARD)
  await one.page.step('pin')
  await one.page.press({ act: 'pin', pin: '482913' })
  await one.page.step('handed')
  await until('nobody is here any more', async () => (await board(house)).inside.length === 0)
  await until('both boards are empty', () => one.page.care.board.here.length + two.page.care.board.here.length === 0)
})

test('taps and care records of one kiosk share one numbering: nothing is missing, whatever it was used for', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await family(house, { card: OTHER_PARENT_CARD, callName: 'そうた' })
  await using door = await careKiosk(house, { stationed: false })
  await until('online', () => door.kiosk.online)
  await door.touch(OTHER_PARENT_CARD)
  await until('a tap', () => door.page.heard.some(({ t }) => t === 'answered'))
  await ok(house.administrator.send('/devices/station', { device: door.device, room: house.room }))
  await until('a childcare kiosk', () => door.page.isCare && door.page.care.board.listAt !== undefined)
  await bring(door, child)
  await ok(house.administrator.send('/devices/station', { device: door.device, room: '' }))
  await until('an entrance', () => !door.page.isCare)
  await door.touch(PARENT_CARD)
  await until('another tap', () => door.page.heard.filter(({ t }) => t === 'answered').length === 2)
  const { devices } = await ok(house.administrator.ask('/devices'))
  expect(devices.find(({ device }: { device: string }) => device === door.device)).toMatchObject({
    seq: 3,
    quarantined: 0,
    spooled: 0,
  })
  const { tasks } = await ok(house.administrator.ask('/today'))
  expect(tasks.map(({ kind }: { kind: string }) => kind)).not.toContain('device_gap')
})

test('a kiosk killed between the record and its acknowledgement loses nothing and tells it once', async () => {
  await using house = await careHouse(NINE)
  const { child } = await family(house)
  await using door = await careKiosk(house)
  await door.stop()
  const url = house.centre.url
  const port = await house.centre.stop()
  const first = await runKiosk(door.dir, url)
  first.touch(PARENT_CARD)
  await first.page.step('family')
  await first.page.press({ act: 'bring', child: child as never })
  await first.page.press(well)
  await first.page.step('slip')
  await kill(first.child)
  await house.centre.start(port)
  const second = await runKiosk(door.dir, url)
  await until('the centre has the child', async () => (await board(house)).inside.length === 1)
  await until('the board has it', () => second.page.care.board.here.length === 1)
  await kill(second.child)
  const third = await runKiosk(door.dir, url)
  await until('still once', () => third.page.care.board.here.length === 1)
  const waiting = third.page.heard.flatMap((event) => (event.t === 'hello' ? [event.link.waiting] : []))
  expect(waiting).toEqual([0])
  expect((await board(house)).inside).toHaveLength(1)
  expect(await doubts(house)).toEqual([])
  await kill(third.child)
})

async function runKiosk(dir: string, url: string) {
  const child = spawn(process.execPath, [program, dir, url, String(NINE)], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  let address = ''
  createInterface({ input: child.stdout }).on('line', (line) => {
    address ||= line
  })
  await until('the kiosk runs', () => address !== '')
  const page = new KioskPage(address)
  await page.connect()
  return { child, page, touch: (hex: string) => child.stdin.write(`${hex}\n`) }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
