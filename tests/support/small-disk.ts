/** Runs a program on a disk of a few hundred KiB: a tmpfs in a mount namespace of its own, so no rights are needed. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** `program MOUNTPOINT KEPT`: what it leaves in the folder KEPT is on the ordinary disk. Returns its JSON from stdout. */
export async function runOnSmallDisk<T>(program: string, sizeKib: number, kept: string): Promise<T> {
  const disk = await mkdtemp(join(tmpdir(), 'kado-small-disk-'))
  const path = fileURLToPath(new URL(program, import.meta.url))
  const script = 'mount -t tmpfs -o "size=$1k" tmpfs "$2" && exec "$3" "$4" "$2" "$5"'
  const args = ['-Urm', 'sh', '-c', script, 'sh', String(sizeKib), disk, process.execPath, path, kept]
  try {
    const { stdout } = await run('unshare', args, { maxBuffer: 64 * 1_048_576 })
    return JSON.parse(stdout) as T
  } finally {
    await rm(disk, { recursive: true, force: true })
  }
}
