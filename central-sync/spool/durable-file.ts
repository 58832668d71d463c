/** Small files that are whole or absent, and errors of a full disk. */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Resolves when the content is durable under its name: written beside, fsynced, renamed, folder fsynced. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
  await syncFolder(dirname(file))
}

/** A new name is durable only when its folder is. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** No room: ENOSPC, or a quota, or the limit of a file's size. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
}
