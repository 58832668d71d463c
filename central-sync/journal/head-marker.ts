/**
 * A small file outside the database that says how far the own journal was. A database put back from an older copy
 * cannot know that it is old; this file does. It never claims more than is committed, and backups of the database
 * leave it out.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

const markerSchema = z.strictObject({
  inc: z.string().max(64),
  seqHigh: z.number().int().min(0),
  /** Chain hash at `seqHigh`, base64url. */
  hash: z.string().max(64),
  /** Random per process start. */
  boot: z.string().max(64),
})
export type HeadMark = z.infer<typeof markerSchema>

/** Undefined when the file is missing or is not a marker: both mean that nothing is known. */
export async function readHeadMark(file: string): Promise<HeadMark | undefined> {
  try {
    const parsed = markerSchema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Resolves when the file is durable: tmp, fsync, rename, fsync of the folder. */
export async function writeHeadMark(file: string, mark: HeadMark): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(mark))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
  await syncFolder(dirname(file))
}

/** A rename is durable only when its folder is. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
