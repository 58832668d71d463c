/**
 * A network line that misbehaves: a TCP relay on the loopback between two real programs. It can be cut, lose everything
 * in the direction of the replies, hold bytes back, and say again to the server what was said before.
 */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net'

/** `deaf`: requests arrive, replies are lost. */
export type LinkState = 'open' | 'cut' | 'deaf'

const REPLAYED_BYTES_MAX = 2_097_152

export class FaultyLink implements AsyncDisposable {
  readonly #target: () => number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #state: LinkState = 'open'
  /** Real ms that every piece waits. */
  delayMs = 0
  /** The next so many connections are said again, byte for byte, after they ended. */
  repeats = 0

  private constructor(target: () => number) {
    this.#target = target
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /** `target` names the port of the server at every new connection. */
  static async open(target: () => number): Promise<FaultyLink> {
    const link = new FaultyLink(target)
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve))
    return link
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get state(): LinkState {
    return this.#state
  }

  /** A line that heals begins with new connections: nobody trusts one that lost bytes. */
  become(state: LinkState): void {
    if (state === this.#state) return
    const before = this.#state
    this.#state = state
    if (state === 'cut' || before === 'deaf') this.#dropAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dropAll()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #dropAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #accept(near: Socket): void {
    if (this.#state === 'cut') {
      near.destroy()
      return
    }
    const far = createConnection({ host: '127.0.0.1', port: this.#target() })
    const heard: Buffer[] = []
    near.on('data', (bytes: Buffer) => heard.push(bytes))
    this.#relay(near, far, () => true)
    this.#relay(far, near, () => this.#state !== 'deaf')
    near.on('close', () => this.#sayAgain(heard))
  }

  #relay(from: Socket, to: Socket, passes: () => boolean): void {
    this.#sockets.add(from)
    let last: Promise<void> = Promise.resolve()
    const inTurn = (deed: () => void) => {
      const { delayMs } = this
      last = delayMs === 0 ? last.then(deed) : last.then(() => wait(delayMs)).then(deed)
    }
    from.on('data', (bytes: Buffer) =>
      inTurn(() => {
        if (passes() && !to.destroyed) to.write(bytes)
      }),
    )
    from.on('end', () => inTurn(() => to.end()))
    from.on('error', () => from.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      inTurn(() => to.destroy())
    })
  }

  /** A duplicate of everything, on a connection of its own, with nobody to hear the answer. */
  #sayAgain(heard: readonly Buffer[]): void {
    const bytes = Buffer.concat(heard)
    if (this.repeats === 0 || this.#state === 'cut' || bytes.length > REPLAYED_BYTES_MAX) return
    this.repeats -= 1
    const again = createConnection({ host: '127.0.0.1', port: this.#target() })
    this.#sockets.add(again)
    again.on('error', () => again.destroy())
    again.on('close', () => this.#sockets.delete(again))
    again.resume()
    again.end(bytes)
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
