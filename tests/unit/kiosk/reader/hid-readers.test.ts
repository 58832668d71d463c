import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { HidUnavailable } from '../../../../kiosk/reader/hid-bus.ts'
import type { HidTiming } from '../../../../kiosk/reader/hid-connection.ts'
import { HidRawReader } from '../../../../kiosk/reader/hid-raw.ts'
import { HidWedgeReader } from '../../../../kiosk/reader/hid-wedge.ts'
import { readerSettings } from '../../../../kiosk/reader/reader-settings.ts'
import { until } from '../../../support/until.ts'
import { FakeDevice, FakeHidBus, forbidden } from './fake-hid-bus.ts'
import { HandClock, type Heard, hexes, listenTo } from './reader-fixture.ts'

const timing: HidTiming = { settleMs: 5, safetyMs: 60_000, pollMs: 10, openTries: 5, openEveryMs: 1 }
const UP = '0000000000000000'
const USAGES: Readonly<Record<string, string>> = {
  '0': '27',
  '\n': '28',
  a: '04',
  b: '05',
  c: '06',
  d: '07',
  e: '08',
  f: '09',
}

/** The reports of a reader that types `text`. */
const typed = (text: string): string[] =>
  [...text.toLowerCase()].flatMap((char) => {
    const usage = USAGES[char] ?? (0x1d + Number(char)).toString(16).padStart(2, '0')
    return [`0000${usage}0000000000`, UP]
  })

function wedge(bus: FakeHidBus, more: Record<string, unknown> = {}) {
  const settings = readerSettings.parse({ kind: 'hid-wedge', ...more })
  if (settings.kind !== 'hid-wedge') throw new Error('another kind')
  const clock = new HandClock()
  const reader = new HidWedgeReader(settings, clock, bus, timing)
  return { reader, clock, heard: listenTo(reader) }
}

const states = (heard: Heard) => heard.health.map(({ state }) => state)

describe('a wedge reader at its hidraw node', () => {
  test('reads numbers, whatever NumLock, layout and IME would have made of them', async () => {
    const bus = new FakeHidBus()
    const device = new FakeDevice({ path: '/dev/hidraw0' })
    bus.devices = [device]
    const { reader, heard } = wedge(bus, { profile: { format: 'decimal' } })
    await reader.start()
    device.send(...typed('0005280984\n'))
    expect(hexes(heard.touches)).toEqual(['005094D8'])
    expect(states(heard)).toEqual(['starting', 'ready'])
    await reader.stop()
    expect(device.closed).toBe(1)
    expect(bus.watched).toBe(false)
  })

  test('a number without terminator ends by silence', async () => {
    const bus = new FakeHidBus()
    const device = new FakeDevice({ path: '/dev/hidraw0' })
    bus.devices = [device]
    const { reader, heard, clock } = wedge(bus)
    await reader.start()
    device.send(...typed('04a1b2c3'))
    clock.pass(100)
    await until('the touch is heard', () => heard.touches.length === 1)
    await reader.stop()
  })

  test('garbled characters are told to the person, not dropped', async () => {
    const bus = new FakeHidBus()
    const device = new FakeDevice({ path: '/dev/hidraw0' })
    bus.devices = [device]
    const { reader, heard } = wedge(bus)
    await reader.start()
    device.send(...typed('04a1b\n'))
    expect(heard.failures).toMatchObject([{ reason: 'garbled', readerId: 'hid' }])
    await reader.stop()
  })

  test('is found when it is plugged in later, once, though the system tells twice', async () => {
    const bus = new FakeHidBus()
    const { reader, heard } = wedge(bus)
    await reader.start()
    expect(reader.health()).toMatchObject({ state: 'missing', detail: expect.stringContaining('ffff:0035') })
    const device = new FakeDevice({ path: '/dev/hidraw3' })
    bus.plug(device)
    await until('the reader says ready', () => reader.health().state === 'ready')
    expect(device.opened).toBe(1)
    expect(bus.lists).toBe(2)
    expect(states(heard)).toEqual(['starting', 'missing', 'ready'])
    await reader.stop()
  })

  test('pulled out in the middle of a number and plugged in again: half a number joins nothing', async () => {
    const bus = new FakeHidBus()
    const first = new FakeDevice({ path: '/dev/hidraw0' })
    bus.devices = [first]
    const { reader, heard } = wedge(bus)
    await reader.start()
    first.send(...typed('04a1'))
    bus.unplug(first)
    await until('the reader says missing', () => reader.health().state === 'missing')
    const second = new FakeDevice({ path: '/dev/hidraw1' })
    bus.plug(second)
    await until('the reader says ready', () => reader.health().state === 'ready')
    second.send(...typed('5a6b7c8d\n'))
    expect(hexes(heard.touches)).toEqual(['5A6B7C8D'])
    await reader.stop()
  })

  test('waits for udev: opening is tried five times', async () => {
    const bus = new FakeHidBus()
    const device = new FakeDevice({ path: '/dev/hidraw0' })
    device.failures = Array.from({ length: 4 }, () => forbidden('/dev/hidraw0'))
    bus.devices = [device]
    const { reader } = wedge(bus)
    await reader.start()
    expect(reader.health().state).toBe('ready')
    await reader.stop()
  })

  test('without permission it says which rules are missing, and takes the reader once they are there', async () => {
    const bus = new FakeHidBus()
    const device = new FakeDevice({ path: '/dev/hidraw0' })
    device.failures = Array.from({ length: 5 }, () => forbidden('/dev/hidraw0'))
    bus.devices = [device]
    const { reader } = wedge(bus)
    await reader.start()
    expect(reader.health()).toMatchObject({ state: 'no-permission', detail: expect.stringContaining('udev') })
    bus.plug(new FakeDevice({ path: '/dev/hidraw9', vendorId: 1, productId: 1 }))
    await until('the reader says ready', () => reader.health().state === 'ready')
    await reader.stop()
  })

  test('without the native part it is missing, with the packages to install', async () => {
    const bus = new FakeHidBus()
    bus.listError = new HidUnavailable('libusb-1.0.so.0: cannot open shared object file')
    const { reader } = wedge(bus)
    await reader.start()
    expect(reader.health()).toMatchObject({ state: 'missing', detail: expect.stringContaining('libusb-1.0-0') })
    await reader.stop()
  })

  test('where the system tells nothing, it looks now and then, but never while the reader is there', async () => {
    const bus = new FakeHidBus({ tells: false })
    const { reader } = wedge(bus)
    await reader.start()
    bus.plug(new FakeDevice({ path: 'usb-1' }))
    await until('the reader says ready', () => reader.health().state === 'ready')
    const { lists } = bus
    await wait(60)
    expect(bus.lists).toBe(lists)
    await reader.stop()
  })

  test('of several interfaces of one device the keyboard is opened; another keyboard never', async () => {
    const bus = new FakeHidBus()
    const other = new FakeDevice({ path: '/dev/hidraw0', usagePage: 0x0c, usage: 1 })
    const keyboard = new FakeDevice({ path: '/dev/hidraw1' })
    const stranger = new FakeDevice({ path: '/dev/hidraw2', vendorId: 0x046d, productId: 0xc31c })
    bus.devices = [stranger, other, keyboard]
    const { reader } = wedge(bus)
    await reader.start()
    expect([stranger.opened, other.opened, keyboard.opened]).toEqual([0, 0, 1])
    await reader.stop()
  })

  test('can be told apart by serial number', async () => {
    const bus = new FakeHidBus()
    const one = new FakeDevice({ path: '/dev/hidraw0', serial: 'ENTRANCE' })
    const two = new FakeDevice({ path: '/dev/hidraw1', serial: 'EXIT' })
    bus.devices = [one, two]
    const { reader, heard } = wedge(bus, {
      device: { vendorId: 0xffff, productId: 0x35, serial: 'EXIT' },
      facing: 'out',
    })
    await reader.start()
    two.send(...typed('04a1b2c3\n'))
    expect(one.opened).toBe(0)
    expect(heard.touches).toMatchObject([{ facing: 'out' }])
    await reader.stop()
  })
})

describe('a reader that sends reports of its own', () => {
  const device = { vendorId: 0x1234, productId: 0x5678 }

  function raw(bus: FakeHidBus, protocol: unknown) {
    const settings = readerSettings.parse({ kind: 'hid-raw', device, protocol })
    if (settings.kind !== 'hid-raw') throw new Error('another kind')
    const reader = new HidRawReader(settings, new HandClock(), bus, timing)
    return { reader, heard: listenTo(reader) }
  }

  test('the number stands where the profile says, as long as its length byte says', async () => {
    const bus = new FakeHidBus()
    const hardware = new FakeDevice({ ...device, path: '/dev/hidraw0', usagePage: 0xff00 })
    bus.devices = [hardware]
    const { reader, heard } = raw(bus, { by: 'input-report', layout: { offset: 2, lengthByte: 1, reverse: true } })
    await reader.start()
    hardware.send('01 04 C3B2A104 00000000', '01 00 00000000', '01 08 BC9AB3A2D14C2E01')
    expect(hexes(heard.touches)).toEqual(['04A1B2C3', '012E4CD1A2B39ABC'])
    await reader.stop()
  })

  test('a pcProx is asked for the card first, then for its length', async () => {
    const bus = new FakeHidBus()
    const hardware = new FakeDevice({ ...device, path: '/dev/hidraw0' })
    let lying = false
    hardware.feature = (sent) => {
      if (!lying) return new Uint8Array(9)
      return Uint8Array.from(Buffer.from(sent[1] === 0x8f ? '00D894500000000000' : '001A00000000000000', 'hex'))
    }
    bus.devices = [hardware]
    const { reader, heard } = raw(bus, { by: 'pcprox', everyMs: 50 })
    await reader.start()
    await until('both commands are sent', () => hardware.sent.length >= 2)
    expect(heard.touches).toEqual([])
    lying = true
    await until('the touch is heard', () => heard.touches.length === 1)
    expect(heard.touches).toMatchObject([{ technology: 'EM' }])
    expect(hexes(heard.touches)).toEqual(['005094D8'])
    expect(hardware.sent.slice(0, 2).map((bytes) => [bytes.length, bytes[0], bytes[1]])).toEqual([
      [9, 0, 0x8f],
      [9, 0, 0x8e],
    ])
    await reader.stop()
  })

  test('a pcProx that stops answering is named, opened anew, and ready once it answers', async () => {
    const bus = new FakeHidBus()
    const hardware = new FakeDevice({ ...device, path: '/dev/hidraw0' })
    let deaf = true
    hardware.feature = () => {
      if (deaf) throw new Error('could not get feature report')
      return new Uint8Array(9)
    }
    bus.devices = [hardware]
    const { reader } = raw(bus, { by: 'pcprox', everyMs: 50 })
    await reader.start()
    expect(reader.health().state).toBe('starting')
    await until('the reader says degraded', () => reader.health().state === 'degraded')
    deaf = false
    await until('the reader says ready', () => reader.health().state === 'ready')
    expect(hardware.opened).toBeGreaterThan(1)
    expect(hardware.closed).toBe(hardware.opened - 1)
    await reader.stop()
  })
})
