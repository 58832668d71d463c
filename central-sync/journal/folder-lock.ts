/**
 * One process per data folder. The lock is SQLite's own exclusive file lock, held by an open transaction on `lock.db`:
 * the operating system lets go of it when the process ends, however it ends, so nothing stale is left behind.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { holdExclusively } from './dialect/sqlite.ts'

export interface FolderLock extends AsyncDisposable {
  readonly folder: string
  release(): Promise<void>
}

/** Who holds it, as far as known: for the sentence a person reads. */
export interface FolderHeld {
  readonly heldBy: { readonly pid: number; readonly what: string } | undefined
}

/** Takes the folder's lock at once, or says who has it. `what` names this program to others. */
export async function lockFolder(folder: string, what: string): Promise<FolderLock | FolderHeld> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const letGo = await holdExclusively(join(folder, 'lock.db'))
  const note = join(folder, 'lock.json')
  if (letGo === undefined) return { heldBy: await readHolder(note) }
  await writeFile(note, JSON.stringify({ pid: process.pid, what }), { mode: 0o600 })
  return { folder, release: letGo, [Symbol.asyncDispose]: letGo }
}

export function isLocked(result: FolderLock | FolderHeld): result is FolderLock {
  return 'release' in result
}

async function readHolder(note: string): Promise<FolderHeld['heldBy']> {
  try {
    const value = JSON.parse(await readFile(note, 'utf8')) as { pid?: unknown; what?: unknown }
    return typeof value.pid === 'number' ? { pid: value.pid, what: String(value.what ?? '') } : undefined
  } catch {
    return undefined
  }
}
