/** Bytes of real conversations with readers. Old transcripts never change; a new protocol version gets a new file. */
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { noKeysDown, readReport } from '../../kiosk/reader/hid-report.ts'
import { noBurst, pressKey } from '../../kiosk/reader/key-burst.ts'
import {
  PCPROX_CARD_COMMAND,
  PCPROX_LENGTH_COMMAND,
  pcproxCommand,
  readPcprox,
  readRawReport,
} from '../../kiosk/reader/read-raw-report.ts'
import { readStrokes } from '../../kiosk/reader/read-strokes.ts'
import { openReaders } from '../../kiosk/reader/reader.ts'
import { readerSettings } from '../../kiosk/reader/reader-settings.ts'
import { type WedgeProfile, wedgeProfile } from '../../kiosk/reader/wedge-profile.ts'
import { readTranscript, replayService } from '../support/reader-transcript.ts'
import { until } from '../support/until.ts'

/** Runs the input reports of a transcript through report and burst decoder. */
function typeTranscript(name: string, profile: Partial<WedgeProfile>, reportId?: number) {
  let keys = noKeysDown
  let burst = noBurst
  const read: unknown[] = []
  for (const [at, { bytes }] of readTranscript(name).entries()) {
    const step = readReport(keys, bytes, at, reportId)
    keys = step.state
    for (const { code, shift } of step.pressed) {
      const pressed = pressKey(burst, { code, shiftKey: shift, repeat: false }, at, false)
      burst = pressed.state
      for (const result of pressed.results)
        read.push('burst' in result ? readStrokes(wedgeProfile.parse(profile), result.burst.strokes) : result.discarded)
    }
  }
  return read
}

describe('keyboard reports', () => {
  test('a decimal wedge', () => {
    expect(typeTranscript('boot-keyboard-decimal', { format: 'decimal' })).toEqual([{ hex: '005094D8' }])
  })

  test('a fast wedge that overlaps its keys', () => {
    expect(typeTranscript('boot-keyboard-rollover', { format: 'hex' })).toEqual([{ hex: '04A1B2C3D4E580' }])
  })

  test('a composite wedge with report ids', () => {
    expect(typeTranscript('report-id-keyboard', { format: 'hex' }, 1)).toEqual([{ hex: '5A6B7C8D' }])
  })
})

describe('raw reports', () => {
  test('a vendor report with a length byte', () => {
    const layout = { offset: 2, lengthByte: 1, reverse: true }
    const read = readTranscript('vendor-report-length-byte').map(({ bytes }) => readRawReport(layout, bytes))
    expect(read).toEqual([{ hex: '04A1B2C3' }, undefined, { hex: '012E4CD1A2B39ABC' }])
  })

  test('a pcProx, asked and answering', () => {
    const lines = readTranscript('pcprox-26-bit')
    const asked = lines.filter(({ from }) => from === 'host').map(({ bytes }) => [...bytes])
    const pair = [pcproxCommand(PCPROX_CARD_COMMAND), pcproxCommand(PCPROX_LENGTH_COMMAND)]
    expect(asked).toEqual([...pair, ...pair])
    const [nothing, zero, card, length] = lines.filter(({ from }) => from === 'device').map(({ bytes }) => bytes)
    if (!nothing || !zero || !card || !length) throw new Error('the transcript is short')
    expect(readPcprox(nothing, zero)).toBeUndefined()
    expect(readPcprox(card, length)).toEqual({ hex: '005094D8' })
  })
})

test('a recorded pcscd of protocol 4:4 gets the same bytes from us, and gives the same card', async () => {
  const service = await replayService('pcscd-4.4-watch', 'pcscd-4.4-talk')
  const settings = readerSettings.parse({
    kind: 'pcsc',
    backend: 'pcscd',
    socket: service.socketPath,
    match: '^Virtual PCD',
  })
  const [reader] = await openReaders([settings], { clock: systemClock, production: true })
  if (reader === undefined) throw new Error('no reader')
  const touches: string[] = []
  const failures: string[] = []
  reader.on('touch', ({ hex, technology }) => touches.push(`${technology} ${hex}`))
  reader.on('failed', ({ reason }) => failures.push(reason))
  await reader.start()
  await until('the failure is told', () => failures.length > 0)
  await reader.stop()
  await service.close()
  expect(touches).toEqual(['F 012E4CD1A2B39ABC'])
  expect(failures).toEqual(['unsupported'])
  expect(service.unexpected).toEqual([])
})
