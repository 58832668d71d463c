/** One process per data folder, and no stale lock after a kill. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isLocked, lockFolder } from '../../../central-sync/journal/folder-lock.ts'
import { newFolder } from '../../support/journal-fixture.ts'

const module = fileURLToPath(new URL('../../../central-sync/journal/folder-lock.ts', import.meta.url))

test('a folder is held once in a process, and is free after release', async () => {
  const folder = await newFolder()
  const lock = await lockFolder(folder, 'first')
  expect(isLocked(lock)).toBe(true)
  expect(await lockFolder(folder, 'second')).toEqual({ heldBy: { pid: process.pid, what: 'first' } })
  if (isLocked(lock)) await lock.release()
  const again = await lockFolder(folder, 'third')
  expect(isLocked(again)).toBe(true)
  if (isLocked(again)) await again.release()
  await rm(folder, { recursive: true })
})

test('the lock of another process is named, and is gone the moment that process is killed', async () => {
  const folder = await newFolder()
  const program = `const { lockFolder } = await import(process.argv[1]); await lockFolder(process.argv[2], 'a server');
    process.stdout.write('held'); setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', module, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(await lockFolder(folder, 'me')).toEqual({ heldBy: { pid: child.pid, what: 'a server' } })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await lockFolder(folder, 'me')
  expect(isLocked(lock)).toBe(true)
  if (isLocked(lock)) await lock.release()
  await rm(folder, { recursive: true })
})
