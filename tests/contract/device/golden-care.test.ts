/**
 * Bytes of the childcare kiosk's messages, version 1, as files. An old file never changes: records of a kiosk that was
 * cut off for weeks must be understood whatever was updated meanwhile.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { DeviceId } from '../../../central-sync/protocol/identifier.ts'
import type { KeyPair } from '../../../central-sync/protocol/signing-key.ts'
import {
  type CarePart,
  type CareRecord,
  careKey,
  carePart,
  careSecrets,
  listContext,
  openCare,
  proofContext,
  recordContext,
  sealCare,
  staffProof,
} from '../../../central-sync/protocol/wire/care.ts'
import { deviceFrame, serverFrame } from '../../../central-sync/protocol/wire/device.ts'

const folder = fileURLToPath(new URL('../../fixtures/wire/device/', import.meta.url))
const kiosk: KeyPair = {
  publicKey: 'qOD_5wJ7-3nqS52gOQmUWMvppwmXxRQvc0rWy00Dk1Y',
  secret: '-BWukwfFABGS8wLmOZOZX1VFCZSZQzCHBc-qLprXvFc',
}
const centre: KeyPair = {
  publicKey: '4kocsCZhRSH1DHoYwlm7lucjS787zPJeOCfdFAFcUSM',
  secret: '2IhhLPSWDB1Wc1dyxqLUhlmubWdWWmW_i01QRxSlqEc',
}
const device = 'd_0123456789abcdefghjk' as DeviceId
const nonce = Buffer.from('000102030405060708090a0b', 'hex')
const key = careKey(kiosk, centre.publicKey, device)

function golden(name: string): string {
  return readFileSync(`${folder}${name}`, 'utf8').trimEnd()
}

const secrets = {
  'care-arrived': {
    temperatureX10: 367,
    symptoms: ['cough'],
    broughtBy: '高橋 花',
    contactPhone: '090-0000-0000',
    code: '482917',
  },
  'care-turned-away': { temperatureX10: 378, symptoms: [] },
  'care-handed-over': { name: '高橋 一郎', reason: '' },
  'care-refused': {},
} as const

function records(): CareRecord[] {
  return (JSON.parse(golden('care-records-1.json')) as { t: 'records'; records: CareRecord[] }).records
}

describe('the childcare kiosk, version 1', () => {
  it('agrees with its appliance on one key, each from its own half', () => {
    expect(careKey(centre, kiosk.publicKey, device)).toEqual(key)
    expect(key.toString('hex')).toBe(golden('care-key-1.hex'))
  })

  it('writes its records as in the file, and the appliance reads and opens them', () => {
    const frame = deviceFrame.parse(JSON.parse(golden('care-records-1.json')))
    expect(JSON.stringify(frame)).toBe(golden('care-records-1.json'))
    expect(records().map(({ t }) => t)).toEqual(Object.keys(secrets))
    for (const record of records()) {
      const plain = secrets[record.t]
      expect(sealCare(plain, key, recordContext(record), nonce)).toEqual(record.x)
      expect(careSecrets[record.t].parse(openCare(record.x, key, recordContext(record)))).toEqual(plain)
    }
  })

  it('seals since its second file why a child or a person was sent away, and who it was', () => {
    const text = golden('care-records-2.json')
    const frame = deviceFrame.parse(JSON.parse(text))
    expect(JSON.stringify(frame)).toBe(text)
    for (const word of ['fever', 'unknown', 'w_', 'why']) expect(text).not.toContain(word)
    const plain = (frame as { records: CareRecord[] }).records.map((record) => {
      const secret = careSecrets[record.t].parse(openCare(record.x, key, recordContext(record)))
      expect(sealCare(secret, key, recordContext(record), nonce)).toEqual(record.x)
      return secret
    })
    expect(plain).toEqual([
      { temperatureX10: 378, symptoms: [], why: 'fever' },
      { why: 'unknown', worker: 'w_0123456789abcdefghjm' },
    ])
  })

  it('holds nothing personal in clear', () => {
    for (const plain of ['高橋', '090', '482917', '367', '378']) {
      expect(golden('care-records-1.json')).not.toContain(plain)
      expect(golden('care-list-1.json')).not.toContain(plain)
    }
  })

  it('does not open what was sealed for another record', () => {
    const [arrived, turnedAway] = records()
    if (arrived === undefined || turnedAway === undefined) throw new Error('the file is short')
    expect(openCare(arrived.x, key, recordContext(turnedAway))).toBeUndefined()
  })

  it('reads the list of the file', () => {
    const frame = serverFrame.parse(JSON.parse(golden('care-list-1.json')))
    if (frame.t !== 'care-list' || frame.x === undefined) throw new Error('no list')
    const part: CarePart = carePart.parse(openCare(frame.x, key, listContext(device, frame)))
    expect(part).toEqual(JSON.parse(golden('care-list-1-plain.json')))
    expect(sealCare(part, key, listContext(device, frame), nonce)).toEqual(frame.x)
  })

  it('asks and is answered about a staff card as in the files', () => {
    const ask = deviceFrame.parse(JSON.parse(golden('staff-check-ask-1.json')))
    if (ask.t !== 'staff-check') throw new Error('no question')
    const proof = staffProof.parse(openCare(ask.x, key, proofContext(device, ask.ask)))
    expect(proof).toEqual({ digests: [{ k: 0, h: 'A'.repeat(43) }], pin: '2468' })
    for (const name of ['staff-check-yes-1.json', 'staff-check-no-1.json', 'purpose-1.json', 'care-list-same-1.json']) {
      expect(JSON.stringify(serverFrame.parse(JSON.parse(golden(name))))).toBe(golden(name))
    }
  })
})
