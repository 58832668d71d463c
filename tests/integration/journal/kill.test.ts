/** kill -9 while writing: what was acknowledged is on the disk, and the next start needs no repair. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readIndependently, walkChains } from '../../support/independent-reader.ts'
import { newFolder, openFolder } from '../../support/journal-fixture.ts'
import { linesUntilKilled } from '../../support/kill-loop.ts'

test('five kills in a row lose nothing that was acknowledged and leave one unbroken chain', async () => {
  const folder = await newFolder()
  const file = join(folder, 'journal.db')
  const acknowledged = new Set<string>()
  for (let turn = 0; turn < 5; turn++) {
    for (const line of await linesUntilKilled('journal-writer.ts', [folder], 60 + turn * 70, 16)) {
      if (line !== 'ready') acknowledged.add(line)
    }
    const rows = await readIndependently<{ k: string }>(file, 'SELECT k FROM scratch')
    const present = new Set(rows.map(({ k }) => k))
    expect([...acknowledged].filter((key) => !present.has(key))).toEqual([])
    const chains = await walkChains(file)
    expect(chains).toHaveLength(1)
    expect(chains[0]?.intact).toBe(true)
    expect(chains[0]?.entries).toBe(1 + present.size * 2)
  }
  expect(acknowledged.size).toBeGreaterThan(50)
  const { journal, close } = await openFolder(folder)
  expect(journal.opened).toBeUndefined()
  expect((await journal.verify()).problems).toEqual([])
  expect((await journal.rebuild()).equal).toBe(true)
  await close()
  await rm(folder, { recursive: true })
})
