/** kill -9, many times: the short loop of every commit, long enough to meet the rare moments. Figures go to stdout. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { openSpool } from '../../central-sync/spool/spool.ts'
import { readIndependently, walkChains } from '../support/independent-reader.ts'
import { newFolder, openFolder } from '../support/journal-fixture.ts'
import { linesUntilKilled } from '../support/kill-loop.ts'

const KILLS = 60

test('sixty kills of a writing journal lose no acknowledged row and never break the chain', async () => {
  const folder = await newFolder()
  const file = join(folder, 'journal.db')
  const acknowledged = new Set<string>()
  for (let turn = 0; turn < KILLS; turn++) {
    const lines = await linesUntilKilled('journal-writer.ts', [folder], 20 + ((turn * 37) % 400))
    for (const line of lines) if (line !== 'ready') acknowledged.add(line)
    if (turn % 5 < 4) continue
    const rows = await readIndependently<{ k: string }>(file, 'SELECT k FROM scratch')
    const present = new Set(rows.map(({ k }) => k))
    expect([...acknowledged].filter((key) => !present.has(key))).toEqual([])
    expect(await walkChains(file)).toMatchObject([{ intact: true, entries: 1 + present.size * 2 }])
  }
  const { journal, close } = await openFolder(folder)
  expect(journal.opened).toBeUndefined()
  expect((await journal.rebuild()).equal).toBe(true)
  await close()
  await rm(folder, { recursive: true })
  console.log(JSON.stringify({ fault: 'kill-journal', kills: KILLS, acknowledged: acknowledged.size, lost: 0 }))
})

test('sixty kills of an appending spool lose no acknowledged record', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kado-spool-'))
  const acknowledged = new Set<number>()
  for (let turn = 0; turn < KILLS; turn++) {
    const lines = await linesUntilKilled('spool-writer.ts', [dir], 5 + ((turn * 29) % 200))
    for (const line of lines) if (line !== 'ready') acknowledged.add(Number(line))
  }
  const spool = await openSpool({ dir, clock: systemClock })
  const found = await spool.read(1, 10_000_000, Number.MAX_SAFE_INTEGER)
  const present = new Set(found.map(({ seq }) => seq))
  expect([...acknowledged].filter((seq) => !present.has(seq))).toEqual([])
  expect(found.map(({ seq }) => seq)).toEqual(found.map((_, index) => index + 1))
  await spool.close()
  await rm(dir, { recursive: true })
  console.log(JSON.stringify({ fault: 'kill-spool', kills: KILLS, acknowledged: acknowledged.size, lost: 0 }))
})
