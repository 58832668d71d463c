/** How loud this kiosk is: a setting of the machine, kept beside its identity. */
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, replaceFile } from './durable-file.ts'
import type { SoundSettings } from './kiosk-event.ts'

const FILE = 'sound.json'
const soundSettings = z.strictObject({ volume: z.number().min(0).max(1), quiet: z.boolean() })

export const defaultSound: SoundSettings = Object.freeze({ volume: 0.7, quiet: false })

/** What was set last; the default when nothing was, or when the file says nothing sensible. */
export async function readSound(dir: string): Promise<SoundSettings> {
  const bytes = await readIfThere(join(dir, FILE))
  if (bytes === undefined) return defaultSound
  try {
    return soundSettings.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    return defaultSound
  }
}

export async function writeSound(dir: string, sound: SoundSettings): Promise<void> {
  await replaceFile(join(dir, FILE), JSON.stringify(sound))
}
