/**
 * Reads SQLite files in one other process for as long as a simulation runs, with the copy of SQLite inside Node: opened
 * in this process, it would undo the locks of the product's own. Every query opens the file anew.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

const PROGRAM = `
  const { DatabaseSync } = require('node:sqlite')
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { file, sql } = JSON.parse(line)
    let answer
    try {
      const db = new DatabaseSync(file, { readOnly: true })
      answer = { rows: db.prepare(sql).all() }
      db.close()
    } catch (error) {
      answer = { error: String(error) }
    }
    process.stdout.write(JSON.stringify(answer) + '\\n')
  })`

type Answer = { readonly rows: readonly unknown[] } | { readonly error: string }

export class FileReader implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting: ((answer: Answer) => void)[] = []

  constructor() {
    const flags = ['--disable-warning=ExperimentalWarning', '-e', PROGRAM]
    this.#child = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.(JSON.parse(line)))
  }

  async rows<T>(file: string, sql: string): Promise<T[]> {
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.push(resolve)
      this.#child.stdin.write(`${JSON.stringify({ file, sql })}\n`)
    })
    if ('error' in answer) throw new Error(`${file}: ${answer.error}`)
    return [...answer.rows] as T[]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.stdin.end()
    await ended
  }
}
