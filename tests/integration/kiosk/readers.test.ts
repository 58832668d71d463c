/** Readers on the machine as it is: real node-hid, real sockets, no hardware. */
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import { HidUnavailable } from '../../../kiosk/reader/hid-bus.ts'
import { createHidBus } from '../../../kiosk/reader/hid-device.ts'
import { openReaders } from '../../../kiosk/reader/reader.ts'
import { readerSettings } from '../../../kiosk/reader/reader-settings.ts'
import { listenTo } from '../../unit/kiosk/reader/reader-fixture.ts'

describe('a machine without readers', () => {
  test('every kind can be made, started and stopped twice, and says what is missing', async () => {
    const settings = [
      { kind: 'pcsc', backend: 'pcscd', socket: '/nonexistent/pcscd.comm' },
      { kind: 'pcsc', id: 'system', backend: 'system' },
      { kind: 'hid-wedge', id: 'wedge-hid', device: { vendorId: 1, productId: 2 } },
      { kind: 'hid-raw', id: 'raw', device: { vendorId: 1, productId: 2 }, protocol: { by: 'pcprox' } },
      { kind: 'page-wedge' },
    ].map((given) => readerSettings.parse(given))
    const readers = await openReaders(settings, { clock: systemClock, production: true })
    const heard = readers.map(listenTo)
    for (const reader of readers) await reader.start()
    const states = readers.map((reader) => reader.health().state)
    for (const state of states) expect(['starting', 'missing', 'service-down']).toContain(state)
    for (const reader of readers) await reader.stop()
    for (const reader of readers) await reader.stop()
    expect(heard.map(({ health }) => health.at(-1)?.state)).toEqual(settings.map(() => 'stopped'))
  })

  test('node-hid loads and lists, or names the system library that is not installed', async () => {
    try {
      expect(Array.isArray(await createHidBus().list())).toBe(true)
    } catch (error) {
      expect(error).toBeInstanceOf(HidUnavailable)
    }
  })

  test('a device that is not there cannot be opened', async () => {
    await expect(createHidBus().open('/dev/hidraw-none')).rejects.toThrow()
  })
})
