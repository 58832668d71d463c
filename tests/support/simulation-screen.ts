/** Somebody in front of a kiosk's page: reads what it is told over the real event stream, and presses its buttons. */
import type { KeptTap, KioskEvent, ShownAnswer } from '../../kiosk/check-in/kiosk-event.ts'
import type { PageAction } from '../../kiosk/page/page-action.ts'

const PATIENCE_MS = 3_000

interface Waiting {
  readonly matches: (event: KioskEvent) => boolean
  readonly done: (event: KioskEvent | undefined) => void
}

export class SimulatedScreen {
  readonly #url: string
  readonly #token: string
  readonly #ended = new AbortController()
  #waiting: Waiting[] = []
  /** What the appliance said about each tap, as the page heard it. */
  readonly answers = new Map<string, ShownAnswer>()
  #shown: KeptTap | undefined

  private constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  /** `url` of the kiosk's page, with a slash at the end. Resolves when the page has been greeted. */
  static async open(url: string): Promise<SimulatedScreen> {
    const page = await (await fetch(url)).text()
    const token = /name="kado-page" content="([^"]+)"/.exec(page)?.[1]
    if (token === undefined) throw new Error('the page has no token')
    const screen = new SimulatedScreen(url, token)
    const hello = screen.next((event) => event.t === 'hello')
    void screen.#listen()
    await hello
    return screen
  }

  /** The next such event; undefined when it does not come. */
  next(matches: (event: KioskEvent) => boolean, ms = PATIENCE_MS): Promise<KioskEvent | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(waiting, undefined), ms)
      const done = (event: KioskEvent | undefined) => {
        clearTimeout(timer)
        resolve(event)
      }
      const waiting: Waiting = { matches, done }
      this.#waiting.push(waiting)
    })
  }

  /** What the screen shows of the next tap. */
  async nextTap(): Promise<KeptTap | undefined> {
    const event = await this.next(({ t }) => t === 'kept')
    return event?.t === 'kept' ? event.tap : undefined
  }

  /** The tap that is shown, or was last. */
  get shown(): KeptTap | undefined {
    return this.#shown
  }

  /** Undefined when it was done, else the code of the refusal. */
  async press(action: PageAction): Promise<string | undefined> {
    const headers = { 'content-type': 'application/json', 'x-kado-page': this.#token }
    const answer = await fetch(`${this.#url}do`, { method: 'POST', headers, body: JSON.stringify(action) })
    return answer.status === 204 ? undefined : ((await answer.json()) as { code: string }).code
  }

  close(): void {
    this.#ended.abort()
    for (const { done } of this.#waiting.splice(0)) done(undefined)
  }

  async #listen(): Promise<void> {
    try {
      const answer = await fetch(`${this.#url}events?token=${this.#token}`, { signal: this.#ended.signal })
      let rest = ''
      const decoder = new TextDecoder()
      for await (const bytes of answer.body ?? []) {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line.startsWith('data: ')) this.#hear(JSON.parse(line.slice(6)) as KioskEvent)
      }
    } catch {
      // The kiosk was switched off.
    }
  }

  #hear(event: KioskEvent): void {
    if (event.t === 'kept') this.#shown = event.tap
    if (event.t === 'answered') this.answers.set(event.id, event.answer)
    const waiting = this.#waiting.find(({ matches }) => matches(event))
    if (waiting !== undefined) this.#settle(waiting, event)
  }

  #settle(waiting: Waiting, event: KioskEvent | undefined): void {
    this.#waiting = this.#waiting.filter((one) => one !== waiting)
    waiting.done(event)
  }
}
