/**
 * One data folder: `centre/`, `hub/` and `kiosk/` as far as this machine has them, and `settings.json`. A part exists
 * once its folder does.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type RefusalCode, Refused, refuse } from '../central-sync/protocol/refusal.ts'

export const PARTS = ['centre', 'hub', 'kiosk'] as const
export type PartName = (typeof PARTS)[number]

export interface DataFolder {
  readonly root: string
  readonly parts: ReadonlySet<PartName>
}

/** What is there now; a missing folder has no parts. */
export function lookInto(root: string): DataFolder {
  return { root, parts: new Set(PARTS.filter((part) => existsSync(join(root, part)))) }
}

export function partFolder(root: string, part: PartName): string {
  return join(root, part)
}

/** Makes the folder, readable by its owner only, and proves that it can be written to. Throws `Refused`. */
export function openFolder(folder: string): void {
  try {
    makeFolder(folder)
    const probe = join(folder, `.writable-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new Refused(refuse(refusalFor(error), folder))
  }
}

/** Step by step from the nearest existing ancestor: under `/proc` the recursive form of mkdir never returns. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) {
    readdirSync(folder)
    return
  }
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

function refusalFor(error: unknown): RefusalCode {
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'disk_full' : 'folder_not_writable'
}

/** Refuses by name when `part` is not in the folder. */
export function requirePart({ parts, root }: DataFolder, part: PartName): void {
  const code = { centre: 'no_centre', hub: 'no_hub', kiosk: 'no_kiosk' } as const
  if (!parts.has(part)) throw new Refused(refuse(code[part], root))
}
