/** Keeps something read from the database in memory: read again after each change, one reading at a time. */
export class KeptFresh {
  readonly #read: () => Promise<void>
  #stale = true
  #reading: Promise<void> | undefined

  constructor(read: () => Promise<void>) {
    this.#read = read
  }

  get isFresh(): boolean {
    return !this.#stale && this.#reading === undefined
  }

  /** Something changed: it is read again soon. A failure leaves it stale, for `fresh` to try and to tell. */
  note(): void {
    this.#stale = true
    this.#start().catch(() => undefined)
  }

  /** Resolves when everything noted before has been read. */
  async fresh(): Promise<void> {
    while (!this.isFresh) await this.#start()
  }

  /** Reads now, changed or not. */
  async load(): Promise<void> {
    this.#stale = true
    await this.fresh()
  }

  #start(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readAll(): Promise<void> {
    while (this.#stale) {
      this.#stale = false
      try {
        await this.#read()
      } catch (error) {
        this.#stale = true
        throw error
      }
    }
  }
}
