/** Where a simulated machine keeps its files. After a power cut it goes on with a copy of what was on the disk then. */
import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** A copy that met a file just being renamed away is no image of any moment: it is taken again, so often at most. */
const COPIES_AT_MOST = 20

export class MachineFolder {
  readonly #root: string
  #generation = 0

  private constructor(root: string) {
    this.#root = root
  }

  static async create(root: string): Promise<MachineFolder> {
    const folder = new MachineFolder(root)
    await mkdir(folder.current, { recursive: true, mode: 0o700 })
    return folder
  }

  get current(): string {
    return join(this.#root, String(this.#generation))
  }

  /**
   * The files as they are now become the files of the next start. Copied by another process: SQLite's locks of this one
   * would be lost with the first file handle that is closed here.
   */
  async loseCurrent(): Promise<void> {
    const before = this.current
    this.#generation += 1
    await copy(before, this.current)
  }
}

async function copy(from: string, to: string): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    try {
      await run('cp', ['-a', from, to])
      return
    } catch (error) {
      if (turn === COPIES_AT_MOST || !String(error).includes('No such file or directory')) throw error
      await rm(to, { recursive: true, force: true })
    }
  }
}

export const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
