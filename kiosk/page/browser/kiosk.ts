/** The kiosk's page in the browser: takes events, keys and presses through the reducer and draws what comes out. */

import { keysOf } from '../care-form.ts'
import type { Markup } from '../markup.ts'
import { withoutReadings } from '../markup.ts'
import { stepScreen } from '../screen.ts'
import { type Effect, firstScreen, type Input, type Paper, type Press, type Screen } from '../screen-state.ts'
import { screenView, spokenText } from '../view/screen-view.ts'
import { offeredSeat } from '../view/seat-card.ts'
import { say } from '../words.ts'
import { Door } from './parts/door.ts'
import { draw } from './parts/draw.ts'
import { Keys } from './parts/keys.ts'
import { Sound } from './parts/sound.ts'

const TICK_MS = 250
const HEARTBEAT_MS = 2_000
/** Where this browser remembers the paper of its printer. */
const PAPER = 'kado-paper'
const PAPERS: readonly string[] = ['58', '80', 'A4'] satisfies readonly Paper[]

class KioskPage {
  readonly #root = required('screen')
  readonly #spoken = required('spoken')
  readonly #sound = new Sound()
  readonly #door: Door
  #screen: Screen
  #drawn: readonly Markup[] = []
  #said = ''
  #ime = false
  /** Until the kiosk process has spoken, what it drew into the document stays. */
  #begun = false

  constructor() {
    const token = document.querySelector('meta[name="kado-page"]')?.getAttribute('content') ?? ''
    const paper = keptPaper()
    const first = firstScreen(performance.timeOrigin + performance.now(), performance.now())
    this.#screen = paper === undefined ? first : { ...first, paper }
    this.#door = new Door(token, {
      event: (event) => this.#take({ t: 'event', event }),
      disconnected: () => this.#take({ t: 'disconnected' }),
      refused: (about, code) => this.#take({ t: 'refused', about, code }),
    })
  }

  start(): void {
    this.#listen()
    this.#door.connect()
    void this.#wake()
    setInterval(() => this.#take({ t: 'tick' }), TICK_MS)
    setInterval(() => this.#heartbeat(), HEARTBEAT_MS)
  }

  #listen(): void {
    document.addEventListener('click', (event) => this.#click(event))
    document.addEventListener('pointerdown', () => {
      void this.#wake()
      this.#take({ t: 'stirred' })
    })
    document.addEventListener('keydown', () => this.#take({ t: 'stirred' }))
    for (const name of ['focus', 'blur']) window.addEventListener(name, () => this.#heartbeat())
    document.addEventListener('visibilitychange', () => this.#heartbeat())
    document.addEventListener('contextmenu', (event) => event.preventDefault())
    new Keys({
      wedge: () => this.#screen.wedge,
      typing: () => isTyping(this.#screen),
      offered: () => offeredSeat(this.#screen) !== undefined,
      act: (action) => void this.#door.act(action),
      typed: (key) => this.#press({ press: 'key', key }),
      erased: () => this.#press({ press: 'erase' }),
      entered: () => this.#press({ press: 'next' }),
      taken: () => this.#press({ press: 'take-seat', resource: offeredSeat(this.#screen) ?? '' }),
      left: () => this.#press({ press: 'stop' }),
      ime: (seen) => this.#seeIme(seen),
    })
  }

  #click(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest('[data-press]') : null
    const text = button?.getAttribute('data-press')
    if (text === null || text === undefined || button?.getAttribute('aria-disabled') === 'true') return
    this.#press(JSON.parse(text) as Press)
  }

  #press(press: Press): void {
    this.#take({ t: 'press', press })
  }

  #take(input: Input): void {
    const now = performance.now()
    const { screen, effects } = stepScreen(this.#screen, input, now)
    const before = this.#screen
    this.#screen = screen
    if (!this.#begun && (input.t === 'event' || input.t === 'disconnected')) this.#begin()
    if (!this.#begun) return
    for (const effect of effects) this.#perform(effect)
    this.#show(now)
    if (viewKey(before) !== viewKey(screen)) this.#moveFocus()
  }

  #perform(effect: Effect): void {
    if ('act' in effect) void this.#door.act(effect.act)
    else if ('print' in effect) window.print()
    else if ('paper' in effect) localStorage.setItem(PAPER, effect.paper)
    else this.#sound.play(effect.tone, this.#screen.sound)
  }

  #begin(): void {
    this.#begun = true
    this.#root.replaceChildren()
  }

  #show(now: number): void {
    const wanted = [screenView(this.#screen, now)]
    draw(this.#root, this.#drawn, wanted)
    this.#drawn = wanted
    const spoken = spokenText(this.#screen)
    if (spoken === this.#said) return
    this.#said = spoken
    this.#spoken.textContent = spoken
    const { language } = this.#screen
    document.documentElement.lang = language === 'en' ? 'en' : 'ja'
    document.title = spoken === '' ? withoutReadings(say('title', language)) : spoken
  }

  /** A task begins at its heading; a result takes the focus from nobody. */
  #moveFocus(): void {
    this.#root.querySelector<HTMLElement>('[data-focus]')?.focus()
  }

  async #wake(): Promise<void> {
    await this.#sound.wake()
    if (this.#sound.blocked !== this.#screen.soundBlocked)
      this.#take({ t: 'sound-blocked', blocked: this.#sound.blocked })
  }

  #seeIme(seen: boolean): void {
    if (seen === this.#ime) return
    this.#ime = seen
    this.#heartbeat()
  }

  #heartbeat(): void {
    const state = { focused: document.hasFocus(), visible: document.visibilityState === 'visible', ime: this.#ime }
    const { page } = this.#screen
    if (page.focused !== state.focused || page.visible !== state.visible || page.ime !== state.ime) {
      this.#take({ t: 'page', ...state })
    }
    if (this.#screen.wedge) void this.#door.act({ do: 'page-state', state })
  }
}

/** Changes when another task or panel begins. */
function viewKey({ view, care, form }: Screen): string {
  if (view.kind === 'idle' && care !== undefined) return `care ${care.turn} ${form?.phoning}`
  if (view.kind === 'keypad') return `keypad ${view.step}`
  return view.kind === 'tap' ? `tap ${view.tap.id} ${view.panel}` : view.kind
}

/** Single keys are meant for what is being typed. */
function isTyping({ view, care, form }: Screen): boolean {
  return view.kind === 'keypad' || (view.kind === 'idle' && keysOf(care, form) !== undefined)
}

function keptPaper(): Paper | undefined {
  const kept = localStorage.getItem(PAPER)
  return kept !== null && PAPERS.includes(kept) ? (kept as Paper) : undefined
}

function required(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}

new KioskPage().start()
