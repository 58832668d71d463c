/**
 * HTTP/1.1 over one socket, one request at a time, answers with a Content-Length only: the clients of a bench share the
 * machine with what they measure, and Node's own client costs as much as a small server.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const HEAD_END = '\r\n\r\n'

export interface BareAnswer {
  readonly status: number
  readonly body: string
}

export class BareHttp {
  readonly #socket: Socket
  readonly #host: string
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve(answer: BareAnswer): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket, host: string) {
    this.#socket = socket
    this.#host = host
    socket.setNoDelay(true)
    socket.on('data', (bytes) => this.#receive(bytes))
    const lost = (error?: Error) => this.#waiting?.reject(error ?? new Error('the server closed the connection'))
    socket.on('error', lost)
    socket.on('close', () => lost())
  }

  static async connect(url: string): Promise<BareHttp> {
    const { hostname, port, host } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new BareHttp(socket, host)
  }

  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<BareAnswer> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(`POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${length}${lines.join('')}\r\n${body}`)
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const end = this.#received.indexOf(HEAD_END)
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)
    if (length === null) {
      this.#waiting?.reject(new Error(`no length in ${head.slice(0, 60)}`))
      return
    }
    const from = end + HEAD_END.length
    const to = from + Number(length[1])
    if (this.#received.length < to) return
    const answer = { status: Number(head.slice(9, 12)), body: this.#received.toString('utf8', from, to) }
    this.#received = this.#received.subarray(to)
    this.#waiting?.resolve(answer)
  }
}
