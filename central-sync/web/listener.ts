/** Gives programs a port: limits against slow and greedy clients, several programs by prefix, sockets by prefix. */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import express from 'express'
import { Refused, refuse } from '../protocol/refusal.ts'
import { comesFromElsewhere } from './decide-origin.ts'
import { hangUp } from './hang-up.ts'
import type { UpgradeDoor, WebFloorOptions, WebProgram } from './port.ts'

export interface ListenOptions {
  /** Default 127.0.0.1: nothing on the network reaches it. */
  readonly host?: string
  /** 0 lets the system choose. */
  readonly port: number
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly log?: WebFloorOptions['log'] | undefined
  /** Connections at once from one address other than this machine. */
  readonly connectionsPerAddress?: number
  /** ms for a whole request: a batch of 1 MiB over a slow line must fit. */
  readonly requestTimeoutMs?: number
  /** ms for the headers of a request. */
  readonly headersTimeoutMs?: number
}

export interface Listening {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly server: Server
  /** Takes no new connection, ends idle ones, gives running requests `graceMs`, then cuts the rest. */
  close(graceMs?: number): Promise<void>
}

const CONNECTIONS_MAX = 2_000
const GRACE_MS = 5_000

/**
 * Serves `programs` (mount prefix `/` or `/hub` → program). Throws `Refused` `port_in_use`, `address_unavailable` or
 * `tls_invalid` when it cannot start.
 */
export async function listen(
  programs: Readonly<Record<string, WebProgram>>,
  options: ListenOptions,
): Promise<Listening> {
  const server = createServer(applicationOf(programs), options)
  const { host = '127.0.0.1', port, tls } = options
  server.maxConnections = CONNECTIONS_MAX
  server.maxRequestsPerSocket = 200
  const sockets = capConnections(server, options.connectionsPerAddress ?? 200)
  server.on('upgrade', upgradeRouter(programs, tls !== undefined, options.log))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A browser opens connections ahead and asks nothing: after 408 it asks again on another, after 400 it believes it.
    const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    if (socket.writable) hangUp(socket, late ? '408 Request Timeout' : '400 Bad Request')
    else socket.destroy()
  })
  await bind(server, host, port)
  const bound = (server.address() as AddressInfo).port
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${shown}:${bound}`,
    port: bound,
    server,
    close: (graceMs = GRACE_MS) => closeServer(server, sockets, graceMs),
  }
}

function applicationOf(programs: Readonly<Record<string, WebProgram>>): express.Express {
  const application = express()
  application.disable('x-powered-by')
  application.set('trust proxy', false)
  application.set('query parser', 'simple')
  application.set('etag', false)
  // The longest prefix first: the program at the root answers everything that is left.
  const mounts = Object.entries(programs).sort(([a], [b]) => b.length - a.length)
  for (const [prefix, program] of mounts) application.use(prefix === '' ? '/' : prefix, program.routes)
  return application
}

function createServer(application: express.Express, options: ListenOptions): Server {
  const limits = {
    headersTimeout: options.headersTimeoutMs ?? 5_000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8_192,
  }
  if (options.tls === undefined) return createHttpServer(limits, application)
  try {
    return createHttpsServer({ ...limits, ...options.tls, minVersion: 'TLSv1.2' }, application)
  } catch {
    throw new Refused(refuse('tls_invalid'))
  }
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(refusedBind(error, host, port))
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      resolve()
    })
  })
}

function refusedBind(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return new Refused(refuse('port_in_use', String(port)))
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'].includes(error.code ?? ''))
    return new Refused(refuse('address_unavailable', host))
  return error
}

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/

/** One greedy address cannot take every connection; this machine's own programs are exempt. */
function capConnections(server: Server, perAddress: number): Set<Socket> {
  const sockets = new Set<Socket>()
  const counts = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (counts.get(address) ?? 0) + 1
    if (count > perAddress && !LOOPBACK.test(address)) {
      socket.destroy()
      return
    }
    counts.set(address, count)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      const left = (counts.get(address) ?? 1) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
  })
  return sockets
}

/** Browsers name their origin and must come from our own pages; devices name none and prove themselves in the door. */
function upgradeRouter(programs: Readonly<Record<string, WebProgram>>, secure: boolean, log?: ListenOptions['log']) {
  const doors: { path: string; door: UpgradeDoor }[] = Object.entries(programs)
    .flatMap(([prefix, { upgrades }]) =>
      upgrades.map((door) => ({ path: `${prefix.replace(/\/$/, '')}${door.path}`, door })),
    )
    .sort((a, b) => b.path.length - a.path.length)
  return (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const { origin, host } = request.headers
    const fetchSite = request.headers['sec-fetch-site']
    if (
      comesFromElsewhere({ origin, host, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined, secure })
    ) {
      log?.warn({ path }, 'refused a socket from another site')
      return hangUp(socket, '403 Forbidden')
    }
    const found = doors.find(
      (candidate) => path === candidate.path || path.startsWith(`${candidate.path.replace(/\/$/, '')}/`),
    )
    if (found === undefined) return hangUp(socket, '404 Not Found')
    found.door.handle(request, socket, head)
  }
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
  await closed
  clearTimeout(cut)
}
