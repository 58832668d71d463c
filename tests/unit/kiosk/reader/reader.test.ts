import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readerHealth } from '../../../../central-sync/protocol/wire/device.ts'
import { readTouch } from '../../../../kiosk/reader/card-reading.ts'
import { openReaders } from '../../../../kiosk/reader/reader.ts'
import { readerSettings } from '../../../../kiosk/reader/reader-settings.ts'
import { SimulatedReader } from '../../../../kiosk/reader/simulated.ts'
import { udevRules } from '../../../../kiosk/reader/udev-rules.ts'
import { HandClock, listenTo } from './reader-fixture.ts'

const A = '012E4CD1A2B39ABC'
const B = '04A1B2C3D4E580'

async function simulated(given: Record<string, unknown> = {}, production = false) {
  const clock = new HandClock()
  const settings = readerSettings.parse({ kind: 'simulated', ...given })
  const [reader] = await openReaders([settings], { clock, production })
  if (!(reader instanceof SimulatedReader)) throw new Error('another reader')
  await reader.start()
  return { reader, clock, heard: listenTo(reader) }
}

describe('a simulated reader', () => {
  test('is the same door as a real one, and every touch is flagged', async () => {
    const { reader, heard } = await simulated({ facing: 'in' })
    reader.present({ hex: A, technology: 'F' })
    expect(heard.touches).toEqual([
      {
        readerId: 'simulated',
        kind: 'simulated',
        at: 0,
        hex: A,
        technology: 'F',
        usable: { ok: true },
        facing: 'in',
        simulated: true,
      },
    ])
    reader.remove()
    expect(heard.removals).toBe(1)
  })

  test('a card that stays or flickers is one touch; each reading is there for enrolment', async () => {
    const { reader, clock, heard } = await simulated()
    reader.present({ hex: A })
    reader.remove()
    clock.pass(1_000)
    reader.present({ hex: A })
    expect(heard.touches).toHaveLength(1)
    expect(heard.readings).toHaveLength(2)
    reader.remove()
    clock.pass(1_500)
    reader.touch(A)
    expect(heard.touches).toHaveLength(2)
  })

  test('people in a queue are not two cards in one hand; a card pushed over another is', async () => {
    const { reader, clock, heard } = await simulated()
    reader.touch(A)
    reader.touch(B)
    expect(heard.touches.map(({ together }) => together)).toEqual([undefined, undefined])
    clock.pass(10_000)
    reader.present({ hex: A })
    clock.pass(300)
    reader.present({ hex: B })
    expect(heard.touches.at(-1)).toMatchObject({ hex: B, together: true })
    expect(heard.discarded).toMatchObject([{ reason: 'two-cards', detail: '…9ABC and …E580' }])
  })

  test('plays a script', async () => {
    const { reader, heard } = await simulated()
    await reader.play([
      { do: 'present', hex: '08A1B2C3', technology: 'A' },
      { do: 'wait', ms: 1 },
      { do: 'remove' },
      { do: 'fail', reason: 'moved' },
      { do: 'health', state: 'missing', detail: 'unplugged' },
    ])
    expect(heard.touches[0]?.usable).toMatchObject({ ok: false, refusal: { refused: 'card_random' } })
    expect(heard.failures).toMatchObject([{ reason: 'moved' }])
    expect(reader.health()).toMatchObject({ state: 'missing', detail: 'unplugged' })
  })

  test('is refused in production unless the settings say so', async () => {
    await expect(simulated({}, true)).rejects.toThrow('refused in production')
    const { reader, heard } = await simulated({ allowInProduction: true }, true)
    reader.touch(A)
    expect(heard.touches).toMatchObject([{ simulated: true }])
  })

  test('says nothing before start and after stop', async () => {
    const { reader, heard } = await simulated()
    await reader.stop()
    reader.touch(A)
    expect(heard.touches).toEqual([])
  })
})

describe('what leaves the reader’s room', () => {
  const keys = [
    { version: 0, key: Buffer.alloc(32, 1) },
    { version: 3, key: Buffer.alloc(32, 2) },
  ]

  test('no way of printing a touch shows the number', async () => {
    const { reader, heard } = await simulated()
    reader.touch(A)
    const [touch] = heard.touches
    for (const text of [JSON.stringify({ touch }), inspect(touch), inspect({ deep: [touch] })]) {
      expect(text).not.toContain(A)
      expect(text).toContain('…9ABC')
    }
  })

  test('a touch becomes digests, the newest key first, and a tail', async () => {
    const { reader, heard } = await simulated()
    reader.touch(A)
    const [touch] = heard.touches
    if (touch === undefined) throw new Error('no touch')
    const nameless = readTouch(touch, keys)
    expect(nameless).not.toHaveProperty('hex')
    expect(nameless.tail).toBe('9ABC')
    expect(nameless.digests.map(({ k }) => k)).toEqual([3, 0])
    expect(JSON.stringify(nameless)).not.toContain(A)
    expect(() => readTouch(touch, [])).toThrow(RangeError)
    expect(() => readTouch(touch, [...keys, ...keys])).toThrow(RangeError)
  })

  test('health is what the wire takes, and its beginning is the beginning of the state', async () => {
    const { reader, clock } = await simulated()
    const ready = reader.health()
    clock.pass(1_000)
    await reader.play([{ do: 'health', state: 'degraded', detail: 'x'.repeat(500) }])
    const degraded = readerHealth.parse(reader.health())
    expect(degraded).toMatchObject({ id: 'simulated', kind: 'simulated', since: ready.since + 1_000 })
    clock.pass(1_000)
    await reader.play([{ do: 'health', state: 'degraded', detail: 'other words' }])
    expect(reader.health()).toMatchObject({ since: degraded.since, detail: 'other words' })
  })
})

describe('settings', () => {
  test.each([
    [{ kind: 'pcsc' }, { id: 'pcsc', match: '.*' }],
    [{ kind: 'page-wedge' }, { id: 'wedge', profile: { format: 'hex', zerosDropped: false } }],
    [{ kind: 'hid-wedge' }, { id: 'hid', device: 'known' }],
    [{ kind: 'lines' }, { id: 'lines' }],
    [{ kind: 'simulated' }, { allowInProduction: false }],
  ])('%o says enough', (given, settings) => {
    expect(readerSettings.parse(given)).toMatchObject(settings)
  })

  test('two readers with one name stop the start, by name', async () => {
    const one = readerSettings.parse({ kind: 'lines', id: 'front' })
    const surroundings = { clock: new HandClock(), production: false }
    await expect(openReaders([one, one], surroundings)).rejects.toThrow('"front"')
  })

  test('a raw report is described by a length or by the place of its length, not by both', () => {
    const given = (layout: unknown) =>
      readerSettings.safeParse({
        kind: 'hid-raw',
        device: { vendorId: 1, productId: 2 },
        protocol: { by: 'input-report', layout },
      })
    expect(given({ offset: 1, length: 8 }).success).toBe(true)
    expect(given({ offset: 1 }).success).toBe(false)
    expect(given({ offset: 1, length: 8, lengthByte: 0 }).success).toBe(false)
  })
})

test('udev rules name one reader in lower-case hex, and keep its typing from the desktop', () => {
  expect(udevRules([{ vendorId: 0x0c27, productId: 0x3bfa }])).toBe(`# card reader 0c27:3bfa
ACTION!="remove", SUBSYSTEM=="hidraw", KERNEL=="hidraw*", ATTRS{idVendor}=="0c27", ATTRS{idProduct}=="3bfa", MODE="0660", GROUP="kiosk", SYMLINK+="kiosk/%k"
ACTION!="remove", SUBSYSTEM=="input", KERNEL=="event*", ATTRS{idVendor}=="0c27", ATTRS{idProduct}=="3bfa", MODE="0660", GROUP="kiosk", ENV{LIBINPUT_IGNORE_DEVICE}="1"
ACTION!="remove", SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="0c27", ATTR{idProduct}=="3bfa", MODE="0660", GROUP="kiosk"
`)
  expect(() => udevRules([], { group: 'kiosk"\nRUN+="x' })).toThrow(RangeError)
})
