/** Fixed-size answers out of a byte stream, each within a time. One reader at a time; a broken stream fails every read. */
import { connect, type Socket } from 'node:net'
import { PcscDown } from './pcsc-port.ts'

interface Waiting {
  readonly bytes: number
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (error: Error) => void
}

export class SocketBytes {
  readonly #socket: Socket
  #held: Buffer = Buffer.alloc(0)
  #waiting: Waiting | undefined
  #broken: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
      this.#serve()
    })
    socket.on('error', (error) => this.#break(new PcscDown(error.message)))
    socket.on('close', () => this.#break(new PcscDown('the smart card service closed the connection')))
  }

  /** Connects to a Unix socket; rejects with `PcscDown`, which names why (ENOENT, ECONNREFUSED, EACCES). */
  static open(path: string): Promise<SocketBytes> {
    return new Promise((resolve, reject) => {
      const socket = connect(path)
      const failed = (error: Error) => reject(new PcscDown(error.message))
      socket.once('error', failed)
      socket.once('connect', () => {
        socket.off('error', failed)
        resolve(new SocketBytes(socket))
      })
    })
  }

  write(bytes: Uint8Array): void {
    if (this.#broken === undefined) this.#socket.write(bytes)
  }

  /** The next `bytes` bytes. With `timeoutMs` a late answer breaks the stream: it could no longer be told apart. */
  read(bytes: number, timeoutMs?: number): Promise<Buffer> {
    if (this.#waiting !== undefined) throw new Error('two reads at once on one stream')
    return new Promise<Buffer>((resolve, reject) => {
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => this.#break(new PcscDown(`no answer within ${timeoutMs} ms`)), timeoutMs)
      this.#waiting = {
        bytes,
        resolve: (answer) => {
          clearTimeout(timer)
          resolve(answer)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      this.#serve()
    })
  }

  close(): void {
    this.#break(new PcscDown('closed'))
  }

  #serve(): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    if (this.#held.length >= waiting.bytes) {
      this.#waiting = undefined
      const answer = this.#held.subarray(0, waiting.bytes)
      this.#held = this.#held.subarray(waiting.bytes)
      waiting.resolve(answer)
    } else if (this.#broken !== undefined) {
      this.#waiting = undefined
      waiting.reject(this.#broken)
    }
  }

  #break(error: Error): void {
    this.#broken ??= error
    this.#socket.destroy()
    this.#serve()
  }
}
