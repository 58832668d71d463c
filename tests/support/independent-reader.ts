/**
 * Looks at a journal file from another process with another copy of SQLite (the one inside Node), so that nothing the
 * product remembers can answer for the disk. Never opened in this process: two copies on one file undo each other's locks.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Rows of a query. The file may be open elsewhere. */
export async function readIndependently<T>(file: string, sql: string): Promise<T[]> {
  const program = `
    const { DatabaseSync } = require('node:sqlite')
    const db = new DatabaseSync(process.argv[1], { readOnly: true })
    process.stdout.write(JSON.stringify(db.prepare(process.argv[2]).all()))`
  return JSON.parse(await runNode(program, [file, sql])) as T[]
}

/** Runs statements on a file that nobody has open: a hand at the disk. */
export async function changeIndependently(file: string, sql: string): Promise<void> {
  const program = `
    const { DatabaseSync } = require('node:sqlite')
    const db = new DatabaseSync(process.argv[1])
    db.exec(process.argv[2])
    db.close()`
  await runNode(program, [file, sql])
}

/** Walks the chain of every stream from its genesis with nothing but SHA-256; returns entries per incarnation. */
export async function walkChains(file: string): Promise<{ inc: string; entries: number; intact: boolean }[]> {
  const program = `
    const { DatabaseSync } = require('node:sqlite')
    const { createHash } = require('node:crypto')
    const db = new DatabaseSync(process.argv[1], { readOnly: true })
    const check = db.prepare('PRAGMA integrity_check').all()
    const out = []
    for (const s of db.prepare('SELECT * FROM stream ORDER BY stream').all()) {
      const first = ['v1','genesis',s.site,s.inc,s.public_key,s.prev_inc,String(s.prev_seq),s.prev_hash].join('|')
      let hash = createHash('sha256').update(first).digest(), seq = 0, intact = check[0].integrity_check === 'ok'
      for (const e of db.prepare('SELECT seq, line, hash FROM entry WHERE stream = ? ORDER BY seq').iterate(s.stream)) {
        hash = createHash('sha256').update(hash).update('\\n').update(e.line).digest()
        seq += 1
        intact &&= e.seq === seq && hash.equals(e.hash) && JSON.parse(Buffer.from(e.line).toString()).s === seq
      }
      out.push({ inc: s.inc, entries: seq, intact: intact && s.head_seq === seq && hash.equals(s.head_hash) })
    }
    process.stdout.write(JSON.stringify(out))`
  return JSON.parse(await runNode(program, [file])) as { inc: string; entries: number; intact: boolean }[]
}

async function runNode(program: string, args: readonly string[]): Promise<string> {
  const flags = ['--disable-warning=ExperimentalWarning', '-e', program, '--', ...args]
  const { stdout } = await run(process.execPath, flags, { maxBuffer: 512 * 1_048_576 })
  return stdout
}
