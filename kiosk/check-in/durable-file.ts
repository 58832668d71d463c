/** Small files of the kiosk, whole or absent, readable by their owner only. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeDurably } from '../../central-sync/spool/durable-file.ts'

/** Replaces `file` in one step; after the promise resolves the new bytes are on the disk. */
export async function replaceFile(file: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeDurably(file, bytes)
}

/** The bytes of `file`; undefined when there is none. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
