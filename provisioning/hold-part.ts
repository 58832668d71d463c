/** Takes one part of the data folder for this process: makes the folder, proves that it can be written to, locks it. */
import { type FolderLock, isLocked, lockFolder } from '../central-sync/journal/folder-lock.ts'
import { Refused, refuse } from '../central-sync/protocol/refusal.ts'
import { openFolder, type PartName, partFolder } from './data-folder.ts'

/** Throws `Refused`: `folder_not_writable`, `disk_full`, or `folder_in_use` with the process that holds it. */
export async function holdPart(root: string, part: PartName, what: string): Promise<FolderLock> {
  openFolder(root)
  const folder = partFolder(root, part)
  openFolder(folder)
  const lock = await lockFolder(folder, what)
  if (isLocked(lock)) return lock
  const holder = lock.heldBy === undefined ? folder : `${lock.heldBy.what}, pid ${lock.heldBy.pid}, ${folder}`
  throw new Refused(refuse('folder_in_use', holder))
}
