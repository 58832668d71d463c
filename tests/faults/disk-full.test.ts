/** A disk that is really full, under the journal and under the spool. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { openSpool } from '../../central-sync/spool/spool.ts'
import { readIndependently, walkChains } from '../support/independent-reader.ts'
import { runOnSmallDisk } from '../support/small-disk.ts'

let kept: string

beforeEach(async () => {
  kept = await mkdtemp(join(tmpdir(), 'kado-kept-'))
})

afterEach(async () => {
  await rm(kept, { recursive: true })
})

test('the journal refuses while the disk is full and goes on when there is room; acknowledged = durable throughout', async () => {
  const report = await runOnSmallDisk<{
    acknowledged: string[]
    whileFull: number
    refusedWhileFull: Record<string, number>
    refusedAfter: Record<string, number>
    problems: unknown[]
    rebuiltEqual: boolean
  }>('small-disk-journal.ts', 7_000, kept)
  expect(report.whileFull).toBeGreaterThan(0)
  expect(Object.keys(report.refusedWhileFull)).toContain('disk_full')
  for (const code of Object.keys(report.refusedWhileFull)) expect(code).toMatch(/^(disk_full|commit_not_confirmed)$/)
  expect(report.refusedAfter).toEqual({})
  expect(report.problems).toEqual([])
  expect(report.rebuiltEqual).toBe(true)
  const rows = await readIndependently<{ k: string }>(join(kept, 'journal.db'), 'SELECT k FROM scratch')
  expect(rows.map(({ k }) => k).sort()).toEqual([...report.acknowledged].sort())
  expect(await walkChains(join(kept, 'journal.db'))).toMatchObject([{ intact: true, entries: 1 + rows.length * 2 }])
})

test('the spool refuses while the disk is full and goes on when there is room', async () => {
  const report = await runOnSmallDisk<{
    acknowledged: number[]
    whileFull: number
    refusedWhileFull: Record<string, number>
    refusedAfter: Record<string, number>
    acked: number
    found: number[]
  }>('small-disk-spool.ts', 300, kept)
  expect(report.whileFull).toBeGreaterThan(50)
  expect(Object.keys(report.refusedWhileFull)).toEqual(['disk_full'])
  expect(report.refusedAfter).toEqual({})
  expect(report.acknowledged).toEqual(report.acknowledged.map((_, index) => index + 1))
  const waiting = report.acknowledged.filter((seq) => seq > report.acked)
  expect(report.found).toEqual(waiting)
  await using spool = await openSpool({ dir: join(kept, 'spool'), clock: systemClock })
  const again = await spool.read(report.acked + 1, 10_000, Number.MAX_SAFE_INTEGER)
  expect(again.map(({ seq }) => seq)).toEqual(waiting)
  expect(spool.notices.filter(({ kind }) => kind === 'damaged')).toEqual([])
})
