/**
 * Keys of the page: a card reader that types, a person on the keypad, a person who moves by Tab and Enter. A reader's
 * burst is told to its reader; everything else stays what it was.
 */

import { type BurstState, noBurst, passTime, pressKey, SILENCE_MS } from '../../../reader/key-burst.ts'
import { meaningOf } from '../../../reader/key-codes.ts'
import type { PageAction } from '../../page-action.ts'

export interface KeysListener {
  /** True when this page is a reader. */
  wedge(): boolean
  /** True when single keys are meant for the keypad. */
  typing(): boolean
  /** True while one key takes the seat that is offered. */
  offered(): boolean
  act(action: PageAction): void
  typed(character: string): void
  erased(): void
  entered(): void
  taken(): void
  left(): void
  ime(seen: boolean): void
}

export class Keys {
  readonly #listener: KeysListener
  #burst: BurstState = noBurst
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(listener: KeysListener) {
    this.#listener = listener
    document.addEventListener('keydown', (event) => this.#down(event), { capture: true })
    document.addEventListener('compositionstart', () => listener.ime(true), { capture: true })
  }

  #down(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const ime = event.isComposing || event.key === 'Process'
    if (event.code !== '' && (ime || event.key.length === 1)) this.#listener.ime(ime)
    if (this.#listener.wedge()) this.#listen(event)
    if (this.#listener.typing()) this.#type(event)
    else if (this.#listener.offered()) this.#confirm(event)
  }

  /** Every key goes through the burst rule; a key inside a fast burst does nothing else. */
  #listen(event: KeyboardEvent): void {
    const editing = this.#listener.typing()
    const before = this.#burst.strokes.length
    const { state, results } = pressKey(this.#burst, event, event.timeStamp, editing)
    this.#burst = state
    // Enter at the end of a card number must not press the button that has the focus.
    const consumed = before > 0 && !editing
    if (consumed || (editing && results.some((result) => 'burst' in result))) event.preventDefault()
    this.#tell(results)
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#pause(event.timeStamp + SILENCE_MS), SILENCE_MS)
  }

  #pause(at: number): void {
    const { state, results } = passTime(this.#burst, at, this.#listener.typing())
    this.#burst = state
    this.#tell(results)
  }

  #tell(results: ReturnType<typeof pressKey>['results']): void {
    for (const result of results) {
      if ('burst' in result) this.#listener.act({ do: 'burst', burst: result.burst })
      // An Enter or Tab without digits is a person on the keyboard.
      else if (result.discarded !== 'empty') this.#listener.act({ do: 'discard', discard: result })
    }
  }

  /** The keypad by keyboard, by physical key: the same with any input method. */
  #type(event: KeyboardEvent): void {
    if (event.defaultPrevented) return
    const onButton = document.activeElement instanceof HTMLButtonElement
    if (event.code === 'Backspace') this.#listener.erased()
    else if (event.code === 'Escape') this.#listener.left()
    else if ((event.code === 'Enter' || event.code === 'NumpadEnter') && !onButton) this.#listener.entered()
    else this.#character(event)
  }

  /** A button that has the focus keeps its own key; the Enter of a reader was caught before. */
  #confirm(event: KeyboardEvent): void {
    if (event.defaultPrevented || document.activeElement instanceof HTMLButtonElement) return
    if (!['Enter', 'NumpadEnter', 'Space'].includes(event.code)) return
    event.preventDefault()
    this.#listener.taken()
  }

  #character(event: KeyboardEvent): void {
    const meaning = meaningOf({ code: event.code, shift: false })
    if (!('char' in meaning) || !/^[a-z0-9-]$/.test(meaning.char)) return
    event.preventDefault()
    this.#listener.typed(meaning.char.toUpperCase())
  }
}
