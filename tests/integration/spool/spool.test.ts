/** The spool on real files: what was appended comes back after any end of the process, in order, with its number. */
import { appendFile, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import { openSpool } from '../../../central-sync/spool/spool.ts'
import { linesUntilKilled } from '../../support/kill-loop.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kado-spool-'))
})

afterEach(async () => {
  await rm(dir, { recursive: true })
})

const start = (more: { recordsMax?: number; segmentBytes?: number } = {}) =>
  openSpool({ dir, clock: systemClock, ...more })
const record = (n: number) => Buffer.from(JSON.stringify({ n, word: '打刻' }))
const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => record(from + index))
const segments = async () => (await readdir(dir)).filter((name) => name.endsWith('.seg')).sort()

test('records get the next numbers, survive a restart, and are read back as they were', async () => {
  const one = await start()
  expect(await one.append(numbered(1, 3))).toEqual([1, 2, 3])
  expect(await Promise.all([one.append([record(4)]), one.append([record(5), record(6)])])).toEqual([[4], [5, 6]])
  await one.close()
  const two = await start()
  expect([two.head, two.acked]).toEqual([6, 0])
  expect(await two.read(1, 100, 1_000_000)).toEqual(numbered(1, 6).map((bytes, index) => ({ seq: index + 1, bytes })))
  expect((await two.read(2, 2, 1_000_000)).map(({ seq }) => seq)).toEqual([2, 3])
  expect((await two.read(2, 10, 1)).map(({ seq }) => seq)).toEqual([2])
  expect(await two.append([record(7)])).toEqual([7])
  await two.close()
})

test('what is forgotten is gone from the disk, and the numbers go on', async () => {
  const one = await start({ segmentBytes: 2_000 })
  for (let n = 1; n <= 200; n++) await one.append([record(n)])
  expect((await segments()).length).toBeGreaterThan(3)
  await one.forget(150)
  expect((await one.read(1, 1, 1_000)).map(({ seq }) => seq)).toEqual([151])
  await one.forget(200)
  expect(await segments()).toHaveLength(1)
  await one.close()
  const two = await start()
  expect([two.head, two.acked]).toEqual([200, 200])
  expect(await two.read(1, 10, 1_000)).toEqual([])
  await two.forget(9_999)
  expect(two.acked).toBe(200)
  expect(await two.append([record(201)])).toEqual([201])
  await two.close()
})

test('a lost cursor file costs a resend and nothing else', async () => {
  const one = await start({ segmentBytes: 1_000 })
  for (let n = 1; n <= 60; n++) await one.append([record(n)])
  await one.forget(55)
  await one.close()
  await writeFile(join(dir, 'cursor.json'), '{"acked":')
  const two = await start()
  expect(two.acked).toBeLessThanOrEqual(55)
  expect(two.acked).toBeGreaterThan(20)
  expect(two.head).toBe(60)
  expect((await two.read(56, 10, 10_000)).map(({ seq }) => seq)).toEqual([56, 57, 58, 59, 60])
  await two.close()
})

test('an end torn at any byte loses only what was not acknowledged, and its bytes are kept as evidence', async () => {
  const one = await start()
  await one.append(numbered(1, 5))
  const whole = (await stat(join(dir, (await segments())[0] ?? ''))).size
  await one.append([record(6)])
  await one.close()
  const file = join(dir, (await segments())[0] ?? '')
  const content = await readFile(file)
  for (let size = whole; size < content.length; size++) {
    await writeFile(file, content.subarray(0, size))
    const spool = await start()
    expect(spool.head).toBe(5)
    expect(await spool.read(1, 10, 10_000)).toHaveLength(5)
    expect(spool.notices.map(({ kind, bytes }) => [kind, bytes])).toEqual(
      size === whole ? [] : [['torn', size - whole]],
    )
    await spool.close()
    expect((await stat(file)).size).toBe(whole)
  }
  await appendFile(file, Buffer.alloc(4_096))
  const zeros = await start()
  expect(await zeros.append([record(6)])).toEqual([6])
  await zeros.close()
  const again = await start()
  expect([again.head, again.notices]).toEqual([6, []])
  await again.close()
  expect((await readdir(join(dir, 'quarantine'))).length).toBe(content.length - whole)
})

test('a single flipped bit anywhere costs at most its own record, and no record comes back changed', async () => {
  const one = await start()
  await one.append(numbered(1, 8))
  await one.close()
  const file = join(dir, (await segments())[0] ?? '')
  const content = await readFile(file)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: content.length * 8 - 1 }), async (bit) => {
      const changed = Buffer.from(content)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await writeFile(file, changed)
      const spool = await start()
      const found = await spool.read(1, 100, 100_000)
      expect(found).toHaveLength(7)
      for (const { seq, bytes } of found) expect(bytes).toEqual(record(seq))
      expect(spool.notices).toHaveLength(1)
      await spool.close()
    }),
    { numRuns: 150 },
  )
})

test('a bit that turns while the spool is open is noticed at reading', async () => {
  const spool = await start()
  await spool.append(numbered(1, 3))
  const handle = await open(join(dir, (await segments())[0] ?? ''), 'r+')
  await handle.write(Buffer.from('X'), 0, 1, 30)
  await handle.close()
  expect((await spool.read(1, 10, 10_000)).map(({ seq }) => seq)).toEqual([2, 3])
  expect(spool.notices).toMatchObject([{ kind: 'damaged', file: 'record 1' }])
  await spool.close()
})

test('a record the receiver could not apply is copied aside before it is forgotten', async () => {
  const spool = await start()
  await spool.append(numbered(1, 3))
  await spool.quarantine(2, 'mal/../formed')
  await spool.forget(3)
  expect(await readdir(join(dir, 'quarantine'))).toEqual(['2.mal____formed.record'])
  expect(await readFile(join(dir, 'quarantine', '2.mal____formed.record'))).toEqual(record(2))
  await spool.quarantine(77, 'unknown')
  await spool.close()
})

test('it warns at 80 % and refuses when full, and takes again after something was forgotten', async () => {
  const spool = await start({ recordsMax: 100 })
  await spool.append(numbered(1, 79))
  expect(spool.fill).toEqual({ waiting: 79, recordsMax: 100, level: 'ok' })
  await spool.append(numbered(80, 1))
  expect(spool.fill.level).toBe('filling')
  await spool.append(numbered(81, 20))
  expect(spool.fill.level).toBe('full')
  await expect(spool.append([record(101)])).rejects.toMatchObject({ refusal: { refused: 'disk_full' } })
  await spool.forget(50)
  expect(await spool.append([record(101)])).toEqual([101])
  await spool.close()
})

test('an append that the disk refuses keeps nothing, and the next one works', async () => {
  const spool = await start()
  await spool.append(numbered(1, 2))
  const file = join(dir, (await segments())[0] ?? '')
  const before = (await stat(file)).size
  await expect(spool.append([Buffer.alloc(2_000_000)])).rejects.toThrow(RangeError)
  expect((await stat(file)).size).toBe(before)
  expect(await spool.append([record(3)])).toEqual([3])
  await truncate(file, before + 5)
  await spool.close()
  const again = await start()
  expect(again.head).toBe(2)
  await again.close()
})

test('kills while appending lose nothing that was acknowledged', async () => {
  const acknowledged = new Set<number>()
  for (let turn = 0; turn < 5; turn++) {
    for (const line of await linesUntilKilled('spool-writer.ts', [dir], 40 + turn * 60)) {
      if (line !== 'ready') acknowledged.add(Number(line))
    }
    const spool = await start()
    const found = await spool.read(1, 1_000_000, Number.MAX_SAFE_INTEGER)
    const present = new Set(found.map(({ seq }) => seq))
    expect([...acknowledged].filter((seq) => !present.has(seq))).toEqual([])
    expect(found.map(({ seq }) => seq)).toEqual(found.map((_, index) => index + 1))
    expect(found.every(({ seq, bytes }) => JSON.parse(bytes.toString('utf8')).n === seq)).toBe(true)
    await spool.close()
  }
  expect(acknowledged.size).toBeGreaterThan(50)
})
