import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { kioskAt, NINE, newWorker, SyncHouse } from '../../support/sync-house.ts'
import { until } from '../../support/until.ts'

const CARD = '0123456789ABCDEF'

function workersCsv(prefix: string, count: number): Buffer {
  const rows = Array.from({ length: count }, (_, index) => `${prefix}${index + 1},試験 ${index + 1},しけん,`)
  return Buffer.from(['worker_code,name,kana,home_center', ...rows].join('\n'))
}

test('five thousand taps of days without the hub drain once it is back, in full batches and in order', async () => {
  await using house = await SyncHouse.open()
  const link = await house.link()
  const shi = await house.centre('SHI', link)
  const line = await kioskAt(shi)
  await house.sent(shi)
  const port = await house.hub.stop()
  for (let day = 0; day < 5; day += 1) {
    for (let frame = 0; frame < 10; frame += 1) {
      await line.deliver(
        ...Array.from({ length: 100 }, (_, tap) => line.tap({ at: house.clock.now() + tap, card: CARD })),
      )
    }
    house.clock.turn(DAY_MS)
  }
  const waiting = await until('the centre waits', async () => {
    const status = await shi.appliance.syncStatus()
    return status.state === 'waiting' && status
  })
  expect(waiting.lastError).toMatch(/^unreachable/)
  expect(waiting.waiting).toBe(5_000)
  const before = link.uploads.length
  await house.hub.start(port)
  house.pass()
  await house.sent(shi)
  const sizes = link.uploads.slice(before).filter(({ status }) => status === 200)
  expect(sizes.map(({ n }) => n)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000])
  const { read } = house.hub.hub.journal
  await house.hub.hub.caughtUp()
  expect(await read.one('SELECT count(*) AS n FROM tap')).toEqual({ n: 5_000 })
})

test('a line that is cut in the middle of a batch, or of an answer, costs one more try and nothing else', async () => {
  await using house = await SyncHouse.open()
  const link = await house.link()
  const shi = await house.centre('SHI', link)
  for (const spoiling of ['cut-up', 'cut-down'] as const) {
    let left = 1
    link.judge = ({ path }) => (path.includes('/up/') && left-- > 0 ? spoiling : 'pass')
    await shi.appliance.workersImport(workersCsv(spoiling === 'cut-up' ? 'U' : 'D', 50))
    await until('the cut is noticed', async () => (await shi.appliance.syncStatus()).lastError !== null)
    expect((await shi.appliance.syncStatus()).lastError).toMatch(/^unreachable/)
    house.pass()
    await house.sent(shi)
  }
  expect(await house.atHub(shi)).toMatchObject({ error: undefined, unread: 0 })
  expect(await house.hub.hub.journal.read.one('SELECT count(*) AS n FROM worker')).toEqual({ n: 100 })
})

test('a reply that is lost after the commit is asked for once more, with the same bytes, and changes nothing', async () => {
  await using house = await SyncHouse.open()
  const link = await house.link()
  const shi = await house.centre('SHI', link)
  let left = 1
  const before = link.uploads.length
  link.judge = ({ path }) => (path.includes('/up/') && left-- > 0 ? 'lost' : 'pass')
  await shi.appliance.workersImport(workersCsv('W', 3))
  await until('the reply is missed', async () => (await shi.appliance.syncStatus()).lastError !== null)
  const stored = await house.hub.hub.journal.read.one('SELECT count(*) AS n FROM entry')
  house.pass()
  await house.sent(shi)
  const [first, again, ...more] = link.uploads.slice(before)
  expect(more).toEqual([])
  expect([first?.status, again?.status]).toEqual([200, 200])
  expect(again?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true)
  expect(await house.hub.hub.journal.read.one('SELECT count(*) AS n FROM entry')).toEqual(stored)
})

test('a batch that is too large for something on the way is halved until it passes', async () => {
  await using house = await SyncHouse.open()
  const link = await house.link()
  const shi = await house.centre('SHI', link)
  link.judge = ({ path, body }) =>
    path.includes('/up/') && body.length > 40_000
      ? { status: 413, body: '<html>Request Entity Too Large</html>' }
      : 'pass'
  const before = link.uploads.length
  await shi.appliance.workersImport(workersCsv('W', 600))
  await house.sent(shi)
  const tried = link.uploads.slice(before)
  const refused = tried.filter(({ status }) => status === undefined)
  expect(refused.length).toBeGreaterThanOrEqual(2)
  expect(refused.map(({ n }) => n)).toEqual(refused.map((_, index) => Math.floor((refused[0]?.n ?? 0) / 2 ** index)))
  expect(tried.slice(refused.length).every(({ status }) => status === 200)).toBe(true)
  await house.hub.hub.caughtUp()
  expect(await house.hub.hub.journal.read.one('SELECT count(*) AS n FROM worker')).toEqual({ n: 600 })
})

test('lost hints cost latency only: the next greeting, or the next entry, brings what is new', async () => {
  await using house = await SyncHouse.open()
  // No hint ever passes this line.
  const shi = await house.centre('SHI', await house.link())
  const ito = await house.centre('ITO')
  await newWorker(ito, 'W001', 'なぎさ')
  await house.sent(ito)
  await house.hub.hub.caughtUp()
  const head = await house.hub.hub.downHead(shi.appliance.site)
  expect((await shi.appliance.syncStatus()).downSeq).toBeLessThan(head)
  house.pass()
  await house.fetched(shi)
  await newWorker(ito, 'W002', 'みお')
  await house.sent(ito)
  await house.hub.hub.caughtUp()
  await newWorker(shi, 'W001', 'そら')
  await house.fetched(shi)
})

test('somebody else who answers instead of the hub is not believed, and not taken for a reason to stop', async () => {
  await using house = await SyncHouse.open()
  const link = await house.link()
  const shi = await house.centre('SHI', link)
  let left = 1
  const terms = { status: 200, body: '<html>Please accept our terms</html>' }
  link.judge = ({ path }) => (path.includes('/up/') && left-- > 0 ? terms : 'pass')
  await newWorker(shi, 'W001', 'そら')
  await until('the stranger is noticed', async () => (await shi.appliance.syncStatus()).lastError !== null)
  expect(await shi.appliance.syncStatus()).toMatchObject({
    state: 'waiting',
    lastError: expect.stringMatching(/^unreach/),
  })
  house.clock.turn(HOUR_MS)
  house.pass()
  await house.sent(shi)
  expect((await house.atHub(shi)).lastAt).toBeGreaterThan(NINE)
})
