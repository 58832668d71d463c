/**
 * A data folder lives and dies as a whole. A journal without its secrets has no names and another identity; secrets
 * without their journal would begin an empty one. Either is a copy gone wrong, and starting would hide it.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused, refuse } from '../protocol/refusal.ts'
import { readHeadMark } from './head-marker.ts'

/** Throws `data_incomplete`, naming the file that is gone. A folder that was never used passes. */
export async function refuseIncompleteFolder(dir: string): Promise<void> {
  const mark = await readHeadMark(join(dir, 'identity', 'head.json'))
  const [journal, secrets] = await Promise.all([isKept(join(dir, 'journal.db')), isKept(join(dir, 'secrets.db'))])
  if (!journal && mark !== undefined && mark.seqHigh > 0) throw missing('journal.db')
  // Secrets are made first, so a first start that was cut off never leaves a journal alone.
  if (journal && !secrets) throw missing('secrets.db')
}

function missing(name: string): Refused {
  return new Refused(refuse('data_incomplete', name))
}

/** Whether the database has anything in it, be it only in its write-ahead log. */
async function isKept(file: string): Promise<boolean> {
  return (await bytesOf(file)) > 0 || (await bytesOf(`${file}-wal`)) > 0
}

async function bytesOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch {
    return 0
  }
}
