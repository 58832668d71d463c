import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../../support/print-folds.ts', import.meta.url))

it('folds the same days in Vancouver, in UTC and in Tokyo (I18)', async () => {
  const prints = await Promise.all(
    ['America/Vancouver', 'UTC', 'Asia/Tokyo'].map(async (zone) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program], { env: { ...process.env, TZ: zone } })
      const { zone: seen, ...rest } = JSON.parse(stdout) as { zone: string; days: number; digest: string }
      expect(seen).toBe(zone)
      return rest
    }),
  )
  expect(prints[0]?.days).toBe(800)
  expect(prints[1]).toEqual(prints[0])
  expect(prints[2]).toEqual(prints[0])
})
