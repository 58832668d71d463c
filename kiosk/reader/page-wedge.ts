/**
 * A wedge reader whose keystrokes arrive in the browser page (Windows opens no keyboard for us). The page sends raw key
 * codes in bursts; characters and card number are made here, so that a page can only say which keys it saw. What it says
 * comes from a browser: parsed, bounded and limited in rate.
 */
import { z } from 'zod'
import type { ReaderSurroundings } from './card-reader.ts'
import { BURST_KEYS_MAX } from './key-burst.ts'
import { readStrokes } from './read-strokes.ts'
import { ReaderBase } from './reader-base.ts'
import type { SettingsOf } from './reader-settings.ts'
import type { WedgeProfile } from './wedge-profile.ts'

/** The page speaks at least this often; silence for three times as long means that it is gone. */
export const PAGE_HEARTBEAT_MS = 2_000
const PAGE_GONE_MS = 3 * PAGE_HEARTBEAT_MS
const BURSTS_PER_SECOND_MAX = 5

export const pageBurst = z.strictObject({
  strokes: z
    .array(z.strictObject({ code: z.string().max(32), shift: z.boolean(), at: z.number().min(0) }))
    .min(1)
    .max(BURST_KEYS_MAX),
  ended: z.enum(['terminator', 'silence']),
  ime: z.boolean(),
})
export type PageBurst = z.infer<typeof pageBurst>

/** Input that the page itself threw away, and why: a reader that only produces these is set up wrongly. */
export const pageDiscard = z.strictObject({
  discarded: z.enum(['empty', 'typed-by-hand', 'key-repeat', 'too-long']),
  keys: z.number().int().min(0).max(1_000),
})

export const pageState = z.strictObject({ focused: z.boolean(), visible: z.boolean(), ime: z.boolean() })
export type PageState = z.infer<typeof pageState>

export class PageWedgeReader extends ReaderBase {
  readonly #profile: WedgeProfile
  #heardAt: number | undefined
  #page: PageState | undefined
  #recent: readonly number[] = []
  #timer: NodeJS.Timeout | undefined

  static create(settings: SettingsOf<'page-wedge'>, { clock }: ReaderSurroundings): PageWedgeReader {
    return new PageWedgeReader(settings, clock)
  }

  constructor(settings: SettingsOf<'page-wedge'>, clock: ReaderSurroundings['clock']) {
    super({ ...settings, clock, noticesRemoval: false })
    this.#profile = settings.profile
  }

  async start(): Promise<void> {
    if (this.#timer !== undefined) return
    this.become('starting', '画面を待っています (waiting for the page)')
    this.#timer = setInterval(() => this.checkPage(), PAGE_HEARTBEAT_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.become('stopped')
  }

  /** One burst from the page, as it arrived: unparsed. */
  acceptBurst(input: unknown): void {
    if (this.#timer === undefined) return
    const parsed = pageBurst.safeParse(input)
    if (!parsed.success) this.discard('malformed', 'not a burst')
    else if (this.#isTooMany()) this.discard('too-many')
    else this.#takeBurst(parsed.data)
  }

  /** What the page discarded; unparsed. */
  acceptDiscard(input: unknown): void {
    const parsed = pageDiscard.safeParse(input)
    if (!parsed.success) this.discard('malformed', 'not a discard')
    else this.discard(parsed.data.discarded, `${parsed.data.keys} keys`)
  }

  /** The page's heartbeat: focus, visibility, IME; unparsed. */
  acceptState(input: unknown): void {
    const parsed = pageState.safeParse(input)
    if (!parsed.success || this.#timer === undefined) return
    this.#page = parsed.data
    this.#heardAt = this.clock.monotonicMs()
    this.checkPage()
  }

  /** Health from what was heard last; run by a timer, and by the simulation with its own clock. */
  checkPage(): void {
    if (this.#page === undefined || this.#heardAt === undefined) return
    if (this.clock.monotonicMs() - this.#heardAt > PAGE_GONE_MS)
      this.become('missing', '画面が開いていません (the page is gone)')
    else if (!this.#page.focused || !this.#page.visible)
      this.become('degraded', '画面をタッチしてください (the page has no focus)')
    else if (this.#page.ime) this.become('degraded', 'IMEがオンです (a Japanese input method is on)')
    else this.become('ready')
  }

  #takeBurst({ strokes, ime }: PageBurst): void {
    if (ime && this.#page !== undefined) this.acceptState({ ...this.#page, ime })
    const read = readStrokes(this.#profile, strokes)
    if ('garbled' in read) this.fail('garbled', read.garbled)
    else this.deliver({ hex: read.hex })
  }

  #isTooMany(): boolean {
    const at = this.clock.monotonicMs()
    this.#recent = [...this.#recent.filter((before) => at - before < 1_000), at].slice(-BURSTS_PER_SECOND_MAX - 1)
    return this.#recent.length > BURSTS_PER_SECOND_MAX
  }
}
