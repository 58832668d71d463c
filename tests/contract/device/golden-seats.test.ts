/**
 * Bytes of what is said about seats on the device channel, version 1, as files. An old file never changes. Both frames
 * of the server are new ones: a kiosk from before them skips them, while `ack` and `board` stay as they were.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { deviceFrame, serverFrame } from '../../../central-sync/protocol/wire/device.ts'

const folder = fileURLToPath(new URL('../../fixtures/wire/device/', import.meta.url))

function golden(name: string): string {
  return readFileSync(`${folder}${name}`, 'utf8').trimEnd()
}

describe('seats at a kiosk, version 1', () => {
  it.each(['seats-1.json', 'places-1.json'])('%s reads as a frame of the server, and is written as it was', (name) => {
    const text = golden(name)
    expect(JSON.stringify(serverFrame.parse(JSON.parse(text)))).toBe(text)
  })

  it('a pressed seat reads as a record of the spool, and is written as it was', () => {
    const text = golden('seat-record-1.json')
    expect(JSON.stringify(deviceFrame.parse(JSON.parse(text)))).toBe(text)
  })

  it('an acknowledgement and a board from before seats are still whole', () => {
    const ack = { t: 'ack', seq: 1, answers: [], quarantined: [], serverTime: 1 }
    const board = { t: 'board', board: { at: 1, present: 2, centreName: '塩尻' } }
    for (const frame of [ack, board]) expect(JSON.stringify(serverFrame.parse(frame))).toBe(JSON.stringify(frame))
  })
})
