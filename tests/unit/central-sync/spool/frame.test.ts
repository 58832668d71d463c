/** Frames of the spool: found whole, or not at all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame, HEADER_BYTES, scanFrames } from '../../../../central-sync/spool/frame.ts'

const record = fc.uint8Array({ minLength: 1, maxLength: 60 })

test('every record comes back with its number, however many stand behind each other', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const file = Buffer.concat(records.map((bytes, index) => encodeFrame(index + 1, bytes)))
      const { frames, damaged, goodEnd } = scanFrames(file)
      expect(damaged).toEqual([])
      expect(goodEnd).toBe(file.length)
      const read = frames.map(({ offset, length }) =>
        decodeFrame(file.subarray(offset, offset + HEADER_BYTES + length)),
      )
      expect(read.map((one) => one?.seq)).toEqual(records.map((_, index) => index + 1))
      expect(read.map((one) => Buffer.from(one?.record ?? []))).toEqual(records.map((bytes) => Buffer.from(bytes)))
    }),
  )
})

test('rubbish between frames is named and steps over nothing else, also when it looks like a frame', () => {
  fc.assert(
    fc.property(
      record,
      record,
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.boolean(),
      (a, b, rubbish, marked) => {
        const middle = Buffer.concat([Buffer.from(marked ? 'KSP1' : ''), rubbish])
        const [first, second] = [encodeFrame(1, a), encodeFrame(2, b)]
        const { frames, damaged } = scanFrames(Buffer.concat([first, middle, second]))
        expect(frames.map(({ seq }) => seq)).toEqual([1, 2])
        expect(damaged).toEqual([{ offset: first.length, end: first.length + middle.length }])
      },
    ),
  )
})

test('an empty record and a huge one are programmer errors', () => {
  expect(() => encodeFrame(1, new Uint8Array(0))).toThrow(RangeError)
  expect(() => encodeFrame(1, new Uint8Array(1_048_577))).toThrow(RangeError)
})
