import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const names = z.record(z.string(), z.string()).default({})
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ dependencies: names, optionalDependencies: names, resolved: z.string().optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')))

/** Where npm looks for `name` from inside `path`: in it, then in each folder above. */
function isLocked(path: string, name: string): boolean {
  const steps = path.split('/node_modules/')
  const inside = steps.map(
    (_, up) => `${steps.slice(0, steps.length - up).join('/node_modules/')}/node_modules/${name}`,
  )
  return [...inside, `node_modules/${name}`].some((place) => lock.packages[place] !== undefined)
}

// An install on one platform drops what only others need, and then `npm ci` refuses the file everywhere.
test('the lock file lists every package that a listed one names, also those of other platforms', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path === '' ? 'package.json' : path} names ${name}`),
  )
  expect(missing).toEqual([])
})

test('the lock file names no registry', () => {
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})
