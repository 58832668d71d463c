/**
 * One card number per line on a stream (standard input): hex bytes of even length, refused like at enrolment. For serial
 * readers behind a small program of the site, and for checks. A line that is no card number is reported with its reason.
 */
import type { Readable } from 'node:stream'
import { readCardNumber } from '../../central-sync/protocol/card.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { ReaderSurroundings } from './card-reader.ts'
import { ReaderBase } from './reader-base.ts'
import type { SettingsOf } from './reader-settings.ts'
import { type Line, type LineState, lastLine, noLines, splitLines } from './split-lines.ts'

export class LinesReader extends ReaderBase {
  readonly #source: Readable | undefined
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: false })
  #state: LineState = noLines
  #ended = false

  static create(settings: SettingsOf<'lines'>, { clock, lines }: ReaderSurroundings): LinesReader {
    return new LinesReader(settings, clock, lines)
  }

  constructor(settings: SettingsOf<'lines'>, clock: ReaderSurroundings['clock'], source: Readable | undefined) {
    super({ ...settings, clock, noticesRemoval: false, hasField: false })
    this.#source = source
  }

  async start(): Promise<void> {
    if (this.#source === undefined) {
      this.become('missing', '読み取り元がありません (no stream to read from)')
      return
    }
    this.#source.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError)
    this.become('ready')
  }

  async stop(): Promise<void> {
    const source = this.#source
    source?.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError)
    // A paused standard input does not keep the process alive.
    source?.pause()
    this.become('stopped')
  }

  readonly #onData = (chunk: Buffer | string): void => {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true })
    const { state, lines } = splitLines(this.#state, text)
    this.#state = state
    for (const line of lines) this.#take(line)
  }

  readonly #onEnd = (): void => {
    if (this.#ended) return
    this.#ended = true
    for (const line of lastLine(this.#state)) this.#take(line)
    this.#state = noLines
    this.become('stopped', '入力が終わりました (the stream has ended)')
    this.emit('ended')
  }

  readonly #onError = (error: Error): void => {
    this.become('missing', `読み取れません (stream failed: ${error.message})`)
  }

  #take(line: Line): void {
    if ('tooLong' in line) this.discard('too-long')
    else if (line.text.trim() === '') this.discard('empty')
    else this.#takeNumber(line.text)
  }

  /** Stricter than a reader with a person before it: what enrolment would refuse is refused here too. */
  #takeNumber(text: string): void {
    const hex = readCardNumber(text)
    if (!isRefusal(hex)) this.deliver({ hex })
    else this.fail(hex.refused === 'card_number_invalid' ? 'garbled' : 'unsupported', hex.refused)
  }
}
