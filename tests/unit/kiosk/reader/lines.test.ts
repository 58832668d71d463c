import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReaders } from '../../../../kiosk/reader/reader.ts'
import { readerSettings } from '../../../../kiosk/reader/reader-settings.ts'
import { LINE_LENGTH_MAX, type Line, lastLine, noLines, splitLines } from '../../../../kiosk/reader/split-lines.ts'
import { HandClock, hexes, listenTo } from './reader-fixture.ts'

const settings = readerSettings.parse({ kind: 'lines' })

/** Feeds chunks to a reader that is stopped afterwards, and tells what it said. */
async function read(...chunks: readonly (string | Buffer)[]) {
  const lines = new PassThrough()
  const [reader] = await openReaders([settings], { clock: new HandClock(), lines, production: true })
  if (reader === undefined) throw new Error('no reader')
  const heard = listenTo(reader)
  await reader.start()
  for (const chunk of chunks) lines.write(chunk)
  lines.end()
  await finished(lines)
  return { heard, reader }
}

describe('one card number per line', () => {
  test('LF, CRLF and a last line without end', async () => {
    const { heard } = await read('012E4CD1A2B39ABC\n04A1B2C3D4E580\r\n5a6b7c8d')
    expect(hexes(heard.touches)).toEqual(['012E4CD1A2B39ABC', '04A1B2C3D4E580', '5A6B7C8D'])
    expect(heard.ended).toBe(true)
    expect(heard.health.map(({ state }) => state)).toEqual(['ready', 'stopped'])
  })

  test('a number cut by chunks, and a full-width digit cut in the middle of its bytes', async () => {
    const wide = Buffer.from('０４A1B2C3\n')
    const { heard } = await read('012E4C', 'D1A2B39ABC\r', '\n', wide.subarray(0, 2), wide.subarray(2))
    expect(hexes(heard.touches)).toEqual(['012E4CD1A2B39ABC', '04A1B2C3'])
  })

  test('what enrolment refuses is refused, with the reason', async () => {
    const { heard } = await read('012\nhello\n08A1B2C3\n02FE112233445566\n\n04A1B2C3\n')
    expect(hexes(heard.touches)).toEqual(['04A1B2C3'])
    expect(heard.failures.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['garbled', 'card_number_invalid'],
      ['garbled', 'card_number_invalid'],
      ['unsupported', 'card_random'],
      ['unsupported', 'card_settable'],
    ])
    expect(heard.discarded.map(({ reason }) => reason)).toEqual(['empty'])
  })

  test('an over-long line is dropped up to its end, once, and the next one is read', async () => {
    const { heard } = await read('A'.repeat(1_000), 'B'.repeat(1_000_000), '\n04A1B2C3\n')
    expect(heard.discarded.map(({ reason }) => reason)).toEqual(['too-long'])
    expect(hexes(heard.touches)).toEqual(['04A1B2C3'])
  })

  test('the same number again within three seconds is the same touch', async () => {
    const { heard } = await read('04A1B2C3\n04A1B2C3\n')
    expect(hexes(heard.touches)).toEqual(['04A1B2C3'])
    expect(heard.discarded).toMatchObject([{ reason: 'same-touch', detail: '…B2C3' }])
  })

  test('different numbers in a row are never two cards in one hand', async () => {
    const { heard } = await read('04A1B2C3\n04A1B2C4\n04A1B2C5\n')
    expect(heard.touches.map(({ together }) => together)).toEqual([undefined, undefined, undefined])
  })

  test('without a stream the reader is missing, and nothing is thrown', async () => {
    const [reader] = await openReaders([settings], { clock: new HandClock(), production: true })
    await reader?.start()
    expect(reader?.health().state).toBe('missing')
    await reader?.stop()
  })

  test('after stop nothing is heard any more', async () => {
    const lines = new PassThrough()
    const [reader] = await openReaders([settings], { clock: new HandClock(), lines, production: true })
    if (reader === undefined) throw new Error('no reader')
    const heard = listenTo(reader)
    await reader.start()
    await reader.stop()
    lines.end('04A1B2C3\n')
    expect(heard.touches).toEqual([])
    expect(reader.health().state).toBe('stopped')
  })
})

test('cutting the stream anywhere changes no line', () => {
  const text = fc.array(fc.stringMatching(/^[0-9A-F\r]{0,12}$/), { maxLength: 10 }).map((lines) => lines.join('\n'))
  const split = (chunks: readonly string[]): Line[] => {
    let state = noLines
    const lines = chunks.flatMap((chunk) => {
      const step = splitLines(state, chunk)
      state = step.state
      return [...step.lines]
    })
    return [...lines, ...lastLine(state)]
  }
  fc.assert(
    fc.property(text, fc.array(fc.nat(150)), (whole, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
      const chunks = places.slice(1).map((end, index) => whole.slice(places[index], end))
      expect(split(chunks)).toEqual(split([whole]))
    }),
  )
})

test('the state between chunks never holds more than one line may take', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 500 }), { maxLength: 20 }), (chunks) => {
      let state = noLines
      for (const chunk of chunks) {
        state = splitLines(state, chunk).state
        expect(state.rest.length).toBeLessThanOrEqual(LINE_LENGTH_MAX + 1)
      }
    }),
  )
})
