/** Where a simulated machine keeps its files. After a power cut it goes on with a copy of what was on the disk then. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

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
    await run('cp', ['-a', before, this.current])
  }
}

export const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
