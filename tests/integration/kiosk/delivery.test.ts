import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import { type KioskBench, openKioskBench, people } from '../../support/kiosk-bench.ts'
import { until } from '../../support/until.ts'

let bench: KioskBench | undefined

afterEach(async () => {
  await bench?.[Symbol.asyncDispose]()
  bench = undefined
})

const connected = async (one: KioskBench) => {
  await until(
    'the kiosk is connected and has its roster',
    () => one.kiosk.online && one.appliance.frames.some(({ t }) => t === 'roster'),
  )
  await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('a tap on its way to the appliance', () => {
  it('is kept on the disk, sent, and acknowledged with the words of the appliance', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.reader.touch(people.hana.hex)
    await until('both lines are written', () => bench?.lines.length === 2)
    expect(bench.lines.map(({ state, result, worker_code }) => ({ state, result, worker_code }))).toEqual([
      { state: 'kept', result: 'in', worker_code: 'W001' },
      { state: 'acknowledged', result: 'in', worker_code: 'W001' },
    ])
    const [tap] = bench.appliance.taps
    expect(tap?.tap).toMatchObject({
      claim: 'in',
      claimBy: 'auto',
      identified: 'card',
      clock: 'synced',
      online: true,
      rosterStale: false,
      simulated: true,
    })
    expect(tap?.tap.id).toBe(bench.lines[0]?.tap)
    expect(bench.kiosk.waiting).toBe(0)
  })

  it('is kept while the appliance cannot be reached, and delivered exactly once later', async () => {
    bench = await openKioskBench()
    await connected(bench)
    const { port } = bench.appliance
    await bench.appliance.close()
    await until('the kiosk noticed', () => bench?.kiosk.online === false)
    for (const { hex } of [people.hana, people.minh, people.alex]) bench.reader.touch(hex)
    await until('three taps are kept', () => bench?.lines.length === 3)
    expect(bench.kiosk.waiting).toBe(3)
    expect(bench.lines.map(({ state, result }) => `${state} ${result}`)).toEqual(['kept in', 'kept in', 'kept in'])
    await bench.appliance.listen(port)
    await until('all are acknowledged', () => bench?.kiosk.waiting === 0)
    expect(bench.appliance.taps.map(({ tap }) => tap.online)).toEqual([false, false, false])
    expect([...bench.appliance.arrivals.values()]).toEqual([1, 1, 1])
    expect(bench.lines.slice(3).map(({ state, result }) => `${state} ${result}`)).toEqual(
      Array(3).fill('acknowledged in'),
    )
  })

  it('goes out a second time under the same id when its acknowledgement is lost, and is answered then', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.appliance.mischief.loseAcks = 1
    bench.reader.touch(people.hana.hex)
    await until('the answer arrived in the end', () => bench?.lines.length === 2)
    expect(bench.appliance.taps).toHaveLength(1)
    expect([...bench.appliance.arrivals.values()]).toEqual([2])
    expect(bench.lines[1]).toMatchObject({ state: 'acknowledged', result: 'in', tap: bench.lines[0]?.tap })
  })

  it('waits as long as a busy appliance asks for', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.appliance.mischief.retries = 2
    bench.reader.touch(people.hana.hex)
    await until('acknowledged', () => bench?.lines.length === 2)
    expect(bench.appliance.taps).toHaveLength(1)
  })

  it('survives a restart of the kiosk before it could be sent, and the next tap of the same person proposes OUT', async () => {
    bench = await openKioskBench()
    await connected(bench)
    const { port } = bench.appliance
    await bench.appliance.close()
    await until('the kiosk noticed', () => bench?.kiosk.online === false)
    bench.reader.touch(people.hana.hex)
    await until('kept', () => bench?.lines.length === 1)
    await bench.restart()
    expect(bench.kiosk.waiting).toBe(1)
    bench.reader.touch(people.hana.hex)
    await until('kept again', () => bench?.lines.length === 2)
    expect(bench.lines[1]).toMatchObject({ state: 'kept', result: 'ignored' })
    await bench.appliance.listen(port)
    await until('both are acknowledged', () => bench?.kiosk.waiting === 0)
    expect(bench.appliance.taps.map(({ tap }) => tap.claim)).toEqual(['in', 'out'])
    const [first, second] = bench.appliance.taps.map(({ tap }) => tap.id.split('.').slice(1).map(Number))
    expect(first).toEqual([1, 1])
    expect(second).toEqual([2, 2])
  })

  it('keeps a burst of a hundred and fifty people in order, in batches the frame can hold', async () => {
    bench = await openKioskBench()
    await connected(bench)
    for (let n = 0; n < 150; n += 1) bench.reader.touch(`04${(0x10000000 + n).toString(16)}AA`.padEnd(14, '0'))
    await until(
      'all are acknowledged',
      () => bench?.lines.filter(({ state }) => state === 'acknowledged').length === 150,
    )
    expect(bench.appliance.taps.map(({ tap }) => Number(tap.id.split('.')[2]))).toEqual(
      Array.from({ length: 150 }, (_, n) => n + 1),
    )
    expect([...bench.appliance.arrivals.values()].every((times) => times === 1)).toBe(true)
  })
})

describe('a line that misbehaves', () => {
  const garbage: readonly (readonly [string, string | Buffer])[] = [
    ['text that is no frame', 'hello'],
    ['a frame with a wrong mac', `2 ${'A'.repeat(43)} {"t":"ack"}`],
    ['bytes', Buffer.from([0, 255, 1])],
    ['more than a frame may hold', 'x'.repeat(70_000)],
    ['JSON of a refusal', '{"t":"refused","code":"busy"}'],
  ]
  it.each(garbage)('is closed and dialled again after %s, and nothing is lost', async (_name, bytes) => {
    bench = await openKioskBench()
    await connected(bench)
    bench.appliance.mischief.instead.push(bytes)
    bench.reader.touch(people.hana.hex)
    await until('acknowledged in the end', () => bench?.lines.length === 2)
    expect(bench.appliance.taps).toHaveLength(1)
    expect([...bench.appliance.arrivals.values()]).toEqual([2])
  })

  it('may cut its frames into fragments', async () => {
    bench = await openKioskBench()
    bench.appliance.mischief.fragment = true
    await connected(bench)
    bench.reader.touch(people.hana.hex)
    await until('acknowledged', () => bench?.lines.length === 2)
  })

  it('is refused when the appliance signs with another key than the pinned one', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.appliance.mischief.wrongKey = true
    const { port } = bench.appliance
    await bench.appliance.close()
    await bench.appliance.listen(port)
    bench.reader.touch(people.hana.hex)
    await until('kept', () => bench?.lines.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(bench.kiosk.online).toBe(false)
    expect(bench.appliance.taps).toHaveLength(0)
    bench.appliance.mischief.wrongKey = false
    await until('the real appliance gets it', () => bench?.lines.length === 2)
  })
})

describe('two cards that lie on the reader together', () => {
  it('of two known people count for neither: the first is undone, and the screen asks for one at a time', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.reader.present({ hex: people.hana.hex })
    await until('the first is kept', () => (bench?.lines.length ?? 0) >= 1)
    bench.reader.present({ hex: people.minh.hex })
    await until('undone', () => bench?.appliance.records.size === 2)
    expect([...bench.appliance.records.values()].map(({ t }) => t)).toEqual(['tap', 'void'])
  })

  it('one of them unknown, as in a purse, are the touch of the known one', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.reader.present({ hex: people.hana.hex })
    await until('the first is kept', () => (bench?.lines.length ?? 0) >= 1)
    bench.reader.present({ hex: '04FFEEDDCCBBAA' })
    await until('acknowledged', () => bench?.kiosk.waiting === 0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(bench.appliance.records.size).toBe(1)
  })
})

describe('the time of a tap', () => {
  it('counts by the clock of the appliance when the kiosk runs forty minutes behind', async () => {
    const behind = { now: () => systemClock.now() - 40 * 60_000, monotonicMs: () => systemClock.monotonicMs() }
    bench = await openKioskBench({ clock: behind, applianceClock: systemClock })
    await connected(bench)
    const before = systemClock.now()
    bench.reader.touch(people.hana.hex)
    await until('acknowledged', () => bench?.lines.length === 2)
    const tap = bench.appliance.taps[0]?.tap
    expect(tap?.clock).toBe('synced')
    expect(Math.abs((tap?.offset ?? 0) - 40 * 60_000)).toBeLessThan(1_000)
    const counted = (tap?.wall ?? 0) + (tap?.offset ?? 0)
    expect(counted).toBeGreaterThan(before - 1_000)
    expect(counted).toBeLessThan(systemClock.now() + 1_000)
  })
})

describe('the word that everything was sent', () => {
  it('comes when the spool is empty and names the last number', async () => {
    bench = await openKioskBench()
    await connected(bench)
    bench.reader.touch(people.hana.hex)
    await until(
      'declared',
      () => bench?.appliance.frames.some((frame) => frame.t === 'complete' && frame.seq === 1) === true,
    )
  })
})
