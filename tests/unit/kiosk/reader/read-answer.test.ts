import { describe, expect, test } from 'vitest'
import { type PcscCard, PcscDown, PcscError, type PcscSession } from '../../../../kiosk/reader/pcsc/pcsc-port.ts'
import { productOf } from '../../../../kiosk/reader/pcsc/pcsc-reader.ts'
import { readAnswer, technologyOf } from '../../../../kiosk/reader/pcsc/read-answer.ts'
import { readCard } from '../../../../kiosk/reader/pcsc/read-card.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

describe('what a card answers to GET DATA', () => {
  test.each([
    ['012E4CD1A2B39ABC9000', { hex: '012E4CD1A2B39ABC' }],
    ['04a1b2c39000', { hex: '04A1B2C3' }],
    ['', { failed: 'moved', detail: 'empty answer' }],
    ['90', { failed: 'moved', detail: 'empty answer' }],
    ['6300', { failed: 'moved', detail: 'status 6300' }],
    ['6F00', { failed: 'moved', detail: 'status 6F00' }],
    ['6A81', { failed: 'unsupported', detail: 'status 6A81' }],
    ['6D00', { failed: 'unsupported', detail: 'status 6D00' }],
    ['9000', { failed: 'unsupported', detail: 'status 9000' }],
  ])('%s', (answer, expected) => {
    expect(readAnswer(bytes(answer))).toEqual(expected)
  })

  test.each([
    ['FeliCa', '3B8F8001804F0CA00000030611003B0000000042', 'F'],
    ['MIFARE Classic', '3B8F8001804F0CA000000306030001000000006A', 'A'],
    ['Ultralight', '3B8F8001804F0CA0000003060300030000000068', 'A'],
    ['a storage card of type B', '3B8F8001804F0CA0000003060600000000000000', 'B'],
    ['DESFire', '3B8180018080', 'A'],
    ['a passport or licence of type B', '3B88800100000000338181003A', 'B'],
    ['a phone of type A', '3B80800101', 'A'],
    ['a contact card', '3B6800000073C84012009000', '?'],
    ['nothing', '', '?'],
  ])('%s is known by its ATR', (_what, atr, technology) => {
    expect(technologyOf(atr)).toBe(technology)
  })

  test('a reader is known by its product, not by the socket it is in', () => {
    expect(productOf('SONY FeliCa RC-S300/S (1234567) 00 00')).toBe('SONY FeliCa RC-S300/S (1234567)')
    expect(productOf('SONY FeliCa RC-S300/S (1234567) 01 00')).toBe('SONY FeliCa RC-S300/S (1234567)')
    expect(productOf('Sony FeliCa Port/PaSoRi 3.0 0')).toBe('Sony FeliCa Port/PaSoRi 3.0 0')
  })
})

/** A session whose cards answer from a list: hex, or the error that the service gives. */
function sessionOf(...answers: readonly (string | Error)[]): PcscSession & { readonly asked: string[]; left: number } {
  const rest = [...answers]
  const card: PcscCard = {
    atr: '',
    transmit: async (apdu) => {
      session.asked.push(Buffer.from(apdu).toString('hex').toUpperCase())
      const answer = rest.shift()
      if (answer instanceof Error) throw answer
      return bytes(answer ?? '')
    },
    leave: async () => {
      session.left += 1
    },
  }
  const session = {
    asked: [] as string[],
    left: 0,
    watch: () => undefined,
    connect: async () => card,
    close: async () => undefined,
  }
  return session
}

const FELICA = '3B8F8001804F0CA00000030611003B0000000042'
const MIFARE = '3B8F8001804F0CA000000306030001000000006A'
const removed = () => new PcscError(0x80100069, 'transmit')

describe('reading one card', () => {
  test('a FeliCa card is asked for its parameters too, which tell telephones from plastic', async () => {
    const session = sessionOf('0139112233445566' + '9000', '0310FFFFFFFFFFFF' + '9000')
    const outcome = await readCard(session, 'r', FELICA, () => true)
    expect(outcome).toMatchObject({ card: { hex: '0139112233445566', technology: 'F', pmm: '0310FFFFFFFFFFFF' } })
    expect(session.asked).toEqual(['FFCA000000', 'FFCA010000'])
    expect(session.left).toBe(1)
  })

  test('a FeliCa card counts without its parameters', async () => {
    for (const second of ['6A81', removed()]) {
      const session = sessionOf('012E4CD1A2B39ABC9000', second)
      expect(await readCard(session, 'r', FELICA, () => true)).toMatchObject({ card: { hex: '012E4CD1A2B39ABC' } })
    }
  })

  test('a card that moved is read once more, while it is still there', async () => {
    const session = sessionOf('6300', '04A1B2C39000')
    expect(await readCard(session, 'r', MIFARE, () => true)).toMatchObject({ card: { hex: '04A1B2C3' } })
    expect(session.left).toBe(2)
  })

  test('a card that is gone is not read again', async () => {
    const session = sessionOf('', '04A1B2C39000')
    expect(await readCard(session, 'r', MIFARE, () => false)).toMatchObject({ failed: 'moved' })
    expect(session.asked).toHaveLength(1)
  })

  test('a card that moves twice is a failed reading', async () => {
    expect(await readCard(sessionOf('6300', '6300'), 'r', MIFARE, () => true)).toMatchObject({ failed: 'moved' })
    expect(await readCard(sessionOf(removed(), removed()), 'r', MIFARE, () => true)).toMatchObject({ failed: 'moved' })
  })

  test('a card without a number is not asked twice, and a mute one is unsupported', async () => {
    const session = sessionOf('6A81', '04A1B2C39000')
    expect(await readCard(session, 'r', MIFARE, () => true)).toMatchObject({ failed: 'unsupported' })
    expect(session.asked).toHaveLength(1)
    const mute = new PcscError(0x80100066, 'connect')
    expect(await readCard(sessionOf(mute, mute), 'r', '', () => true)).toMatchObject({ failed: 'unsupported' })
  })

  test('a service that breaks off is not a failed card', async () => {
    await expect(readCard(sessionOf(new PcscDown('gone')), 'r', MIFARE, () => true)).rejects.toThrow(PcscDown)
  })
})
