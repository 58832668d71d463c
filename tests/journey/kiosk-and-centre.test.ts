import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { readKioskIdentity } from '../../kiosk/check-in/kiosk-identity.ts'
import type { TapReport } from '../../kiosk/check-in/tap-report.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { ApplianceFixture } from '../support/appliance-fixture.ts'
import { silentLog } from '../support/kiosk-bench.ts'
import { PassingClock } from '../support/passing-clock.ts'
import { until } from '../support/until.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0111222233334444'

describe('a kiosk and a real centre', () => {
  let centre: ApplianceFixture
  let dir: string
  let kiosk: Kiosk
  let reader: SimulatedReader
  const lines: TapReport[] = []

  const open = async (code?: string) => {
    reader = new SimulatedReader({
      id: 'simulated',
      kind: 'simulated',
      clock: centre.clock,
      noticesRemoval: true,
      simulated: true,
    })
    kiosk = await Kiosk.create({
      dir,
      applianceUrl: centre.url,
      code,
      readers: [reader],
      clock: centre.clock,
      log: silentLog,
      json: (line) => lines.push(JSON.parse(line) as TapReport),
      link: { backOffMs: { first: 50, max: 200 } },
    })
    await kiosk.start()
    await until('the kiosk is connected', () => kiosk.online)
  }
  const touched = async (hex: string) => {
    const before = lines.length
    reader.touch(hex)
    await until('the tap is acknowledged', () => lines.slice(before).some(({ state }) => state === 'acknowledged'))
    return lines.slice(before)
  }

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kado-kiosk-centre-'))
    centre = await ApplianceFixture.create(NINE, 'SHI', new PassingClock(NINE))
    await centre.claimed()
    await centre.appliance.workersImport(
      Buffer.from('worker_code,name,kana,home_center\nW001,青木 さくら,あおき さくら,SHI\n'),
    )
    await centre.appliance.cardsImport(Buffer.from(`worker_code,card\nW001,${CARD}\n`))
  })
  afterAll(async () => {
    await kiosk.stop()
    await centre[Symbol.asyncDispose]()
    await rm(dir, { recursive: true, force: true })
  })

  it('get to know each other by a one-time code, and never need one again', async () => {
    const { code } = await centre.appliance.newKioskCode('受付1')
    await open(code)
    await kiosk.stop()
    await open()
  })

  it('make of one touch an IN with the worker’s code, and of the next one an OUT', async () => {
    const first = await touched(CARD)
    expect(first.at(-1)).toMatchObject({
      state: 'acknowledged',
      result: 'in',
      worker_code: 'W001',
    })
    // Two machines agree on a clock to the millisecond or so.
    const nine = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
    expect(Math.abs((parseIsoInstant(first.at(-1)?.at ?? '') ?? 0) - nine)).toBeLessThan(1_000)
    centre.clock.turn(3 * HOUR_MS)
    const second = await touched(CARD)
    expect(second.map(({ state, result }) => `${state} ${result}`)).toEqual(['kept out', 'acknowledged out'])
  })

  it('agree about a touch that came too soon', async () => {
    centre.clock.turn(MINUTE_MS)
    const lines = await touched(CARD)
    expect(lines.map(({ state, result }) => `${state} ${result}`)).toEqual(['kept ignored', 'acknowledged ignored'])
  })

  it('enrol a second card of hers at the kiosk, when staff ask for it', async () => {
    const administrator = await centre.administrator()
    const { body } = await administrator.ask('/workers')
    const worker = /w_[0-9a-z]{20}/.exec(JSON.stringify(body))?.[0]
    const device = (await readKioskIdentity(dir))?.device
    const started = await administrator.send('/cards/start-enrolment', { worker, device })
    expect(started.status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 200))
    reader.touch('04A1B2C3D4E5F6')
    await new Promise((resolve) => setTimeout(resolve, 1_700))
    reader.touch('04A1B2C3D4E5F6')
    await new Promise((resolve) => setTimeout(resolve, 1_700))
    centre.clock.turn(HOUR_MS)
    await until('the kiosk is connected', () => kiosk.online)
    const lines = await touched('04A1B2C3D4E5F6')
    expect(lines.at(-1)).toMatchObject({ state: 'acknowledged', result: 'in', worker_code: 'W001' })
  })

  it('keep a card nobody knows, and say so', async () => {
    const lines = await touched('04FFEEDDCCBBAA')
    expect(lines.map(({ state, result }) => `${state} ${result}`)).toEqual([
      'kept unknown_card',
      'acknowledged unknown_card',
    ])
  })
})
