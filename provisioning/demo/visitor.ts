/** Somebody with a browser: posts to the JSON API of a server and keeps the cookie it gets. */
import { randomUUID } from 'node:crypto'

export class Visitor {
  readonly #base: string
  #cookie = ''

  /** `base` with the mount prefix, without a slash at the end. */
  constructor(base: string) {
    this.#base = base
  }

  /** Throws when the server refuses. */
  async post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.#base}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), cookie: this.#cookie },
      body: JSON.stringify(body),
    })
    return this.#answer(path, response)
  }

  async get(path: string): Promise<unknown> {
    return this.#answer(path, await fetch(`${this.#base}/api/v1${path}`, { headers: { cookie: this.#cookie } }))
  }

  async #answer(path: string, response: Response): Promise<unknown> {
    const [cookie] = response.headers.getSetCookie()
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? ''
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
}
