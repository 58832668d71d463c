/** The page's side of the door: events in, presses out, with the token of this page. */
import type { KioskEvent } from '../../../check-in/kiosk-event.ts'
import type { PageAction } from '../../page-action.ts'

export interface DoorListener {
  event(event: KioskEvent): void
  disconnected(): void
  refused(about: PageAction['do'], code: string): void
}

const RECONNECT_MS = 1_500

export class Door {
  readonly #token: string
  readonly #listener: DoorListener
  #failures = 0

  constructor(token: string, listener: DoorListener) {
    this.#token = token
    this.#listener = listener
  }

  connect(): void {
    const source = new EventSource(`events?token=${encodeURIComponent(this.#token)}`)
    source.onmessage = (message: MessageEvent<string>) => {
      this.#failures = 0
      this.#listener.event(JSON.parse(message.data) as KioskEvent)
    }
    source.onerror = () => {
      source.close()
      this.#failures += 1
      this.#listener.disconnected()
      setTimeout(() => this.#again(), RECONNECT_MS)
    }
  }

  async act(action: PageAction): Promise<void> {
    try {
      const response = await fetch('do', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-kado-page': this.#token },
        body: JSON.stringify(action),
      })
      if (!response.ok) this.#listener.refused(action.do, await codeIn(response))
    } catch {
      this.#listener.refused(action.do, 'unreachable')
    }
  }

  /** A new process has a new token: the page is loaded again as soon as it answers. */
  async #again(): Promise<void> {
    if (this.#failures < 2) {
      this.connect()
      return
    }
    try {
      const page = await fetch('.', { cache: 'no-store' })
      if (page.ok) location.reload()
      else setTimeout(() => this.#again(), RECONNECT_MS)
    } catch {
      setTimeout(() => this.#again(), RECONNECT_MS)
    }
  }
}

async function codeIn(response: Response): Promise<string> {
  try {
    const answer: unknown = await response.json()
    return typeof answer === 'object' && answer !== null && 'code' in answer ? String(answer.code) : 'other'
  } catch {
    return 'other'
  }
}
