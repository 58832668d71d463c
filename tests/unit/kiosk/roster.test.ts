import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { HOUR_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { RosterRow } from '../../../central-sync/protocol/wire/device.ts'
import { Roster } from '../../../kiosk/check-in/roster.ts'

const now = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const device = newIdentifier('device')
const key = Buffer.alloc(32, 3)
const digest = (letter: string) => ({ k: 0, h: letter.repeat(43) })
const row = (code: string, change: Partial<RosterRow> = {}): RosterRow => ({
  worker: newIdentifier('worker'),
  code,
  digests: [digest(code.slice(-1))],
  revoked: [],
  callName: 'はなこ',
  language: 'ja',
  active: true,
  ...change,
})

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kado-roster-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const opened = () => Roster.open({ dir, device, key })

describe('the roster of a kiosk', () => {
  it('finds people by card and by typed code', async () => {
    const roster = await opened()
    const hana = row('WA')
    roster.apply(0, { rev: 4, more: false, rows: [hana, row('WB')] }, now)
    expect(roster.find([digest('A')])).toEqual({ row: hana, revoked: false })
    expect(roster.byCode(' ｗａ ')).toEqual(hana)
    expect(roster.find([digest('Z')])).toBeUndefined()
    expect(roster.rev).toBe(4)
  })
  it('prefers a valid card to a revoked one of the same number', async () => {
    const roster = await opened()
    const now_ = row('WA')
    roster.apply(0, { rev: 1, more: false, rows: [row('WC', { digests: [], revoked: [digest('A')] }), now_] }, now)
    expect(roster.find([digest('A')])).toEqual({ row: now_, revoked: false })
  })
  it('keeps the old rows until the last page of a full copy is here', async () => {
    const roster = await opened()
    roster.apply(0, { rev: 1, more: false, rows: [row('WA')] }, now)
    roster.apply(0, { rev: 2, more: true, rows: [row('WB')] }, now)
    expect(roster.byCode('WA')).toBeDefined()
    roster.apply(2, { rev: 3, more: false, rows: [row('WC')] }, now)
    expect([roster.byCode('WA'), roster.byCode('WB')?.code, roster.byCode('WC')?.code]).toEqual([undefined, 'WB', 'WC'])
  })
  it('is stale after a day, and from the beginning when nothing came', async () => {
    const roster = await opened()
    expect(roster.isStale(now)).toBe(true)
    roster.apply(0, { rev: 1, more: false, rows: [] }, now)
    expect(roster.isStale(now + 24 * HOUR_MS)).toBe(false)
    expect(roster.isStale(now + 24 * HOUR_MS + 1)).toBe(true)
  })
  it('is the same after a restart, and its file shows no name', async () => {
    const first = await opened()
    const hana = row('NAGANO-W-A')
    first.apply(0, { rev: 7, more: false, rows: [hana] }, now)
    first.noteStanding(hana.worker, { claim: 'in', time: now, place: '塩尻' })
    await first.save()
    const bytes = await readFile(join(dir, 'roster.sealed'), 'utf8')
    expect(bytes).not.toContain('はなこ')
    expect(bytes).not.toContain('NAGANO-W-A')
    const second = await opened()
    expect(second.rev).toBe(7)
    expect(second.byCode('NAGANO-W-A')?.last).toEqual({ claim: 'in', time: now, place: '塩尻' })
    expect(second.isStale(now)).toBe(false)
  })
  it('counts as none when its file is damaged or of another device', async () => {
    await writeFile(join(dir, 'roster.sealed'), '{"k":"x","n":"AA","c":"AA"}')
    expect((await opened()).known).toBe(false)
    await writeFile(join(dir, 'roster.sealed'), 'no json')
    expect((await opened()).rev).toBe(0)
  })
})
