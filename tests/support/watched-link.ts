/**
 * The line between a centre and its hub, watched request by request: a proxy that passes exact bytes on and can spoil
 * single exchanges. It knows no WebSocket, so no hint ever comes through it.
 */
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** `cut-up`: ends in the middle of the body going up. `cut-down`: in the middle of the answer. `lost`: no answer. */
export type Spoiling = 'pass' | 'cut-up' | 'cut-down' | 'lost' | { readonly status: number; readonly body: string }

export interface Exchange {
  readonly method: string
  readonly path: string
  /** Unpacked. */
  readonly body: Buffer
  readonly spoiled: Spoiling
  /** Of the hub; undefined when it was never asked. */
  status?: number
}

export class WatchedLink implements AsyncDisposable {
  readonly exchanges: Exchange[] = []
  readonly #target: () => number
  readonly #server: Server
  /** Decides about each exchange before it happens. */
  judge: (exchange: Pick<Exchange, 'method' | 'path' | 'body'>) => Spoiling = () => 'pass'

  private constructor(target: () => number) {
    this.#target = target
    this.#server = createServer((request, response) => void this.#handle(request, response))
  }

  /** `target` names the port of the hub at every request. */
  static async open(target: () => number): Promise<WatchedLink> {
    const link = new WatchedLink(target)
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve))
    return link
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Uploads that carried entries, as they came by. */
  get uploads(): readonly (Exchange & { readonly first: number; readonly n: number })[] {
    return this.exchanges.flatMap((exchange) => {
      if (exchange.method !== 'POST' || !exchange.path.includes('/sync/v1/up/')) return []
      const { first, n } = JSON.parse(exchange.body.toString('utf8').split('\n')[0] ?? '') as UploadStart
      return n > 0 ? [Object.assign(exchange, { first, n })] : []
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await bytesOf(request)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
    const seen = { method: request.method ?? '', path: request.url ?? '', body }
    const spoiled = this.judge(seen)
    const exchange: Exchange = { ...seen, spoiled }
    this.exchanges.push(exchange)
    if (typeof spoiled === 'object') {
      response.writeHead(spoiled.status, { 'content-type': 'text/html' }).end(spoiled.body)
      return
    }
    try {
      const half = spoiled === 'cut-up' ? raw.subarray(0, raw.length >> 1) : raw
      const answer = await this.#pass(request, half, spoiled === 'cut-up')
      exchange.status = answer.status
      if (spoiled === 'lost') return void request.socket.destroy()
      response.writeHead(answer.status, answer.headers)
      if (spoiled === 'pass') return void response.end(answer.body)
      response.write(answer.body.subarray(0, answer.body.length >> 1), () => request.socket.destroy())
    } catch {
      request.socket.destroy()
    }
  }

  #pass(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    cut: boolean,
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const far = httpRequest({ host: '127.0.0.1', port: this.#target(), method, path: url, headers, agent: false })
      far.on('error', reject)
      far.on('response', (answer) => {
        bytesOf(answer).then((bytes) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes })
        }, reject)
      })
      if (cut) far.write(body, () => far.destroy(new Error('cut')))
      else far.end(body)
    })
  }
}

interface UploadStart {
  readonly first: number
  readonly n: number
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
