/**
 * Live pushes to signed-in staff browsers and to the screen in the foyer. A message says only which topics changed and a
 * number to see gaps by; the page asks again through its ordinary door, where rights are checked. Rights are looked at again
 * before every push, and only those topics are named whose page the listener may open.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server, type Socket } from 'socket.io'
import type { Log } from '../../central-sync/journal/log.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import { cookieNames, readCookie } from '../../central-sync/web/cookie.ts'
import { hangUp } from '../../central-sync/web/hang-up.ts'
import type { MayOpen } from '../../central-sync/web/may-open.ts'
import type { Actor, UpgradeDoor, WebMemory } from '../../central-sync/web/port.ts'
import type { Topic } from '../attendance/board-feed.ts'

export const LIVE_PATH = '/live'
const CLIENTS_MAX = 200
/** How often the rights of everybody listening are looked at again without any message. */
const RECHECK_MS = 30_000
const WALL_KEY_MAX = 64
/** Where staff see that a topic has changed. */
const PAGES: Readonly<Record<Topic, string>> = {
  today: '/',
  people: '/people',
  corrections: '/corrections',
  work: '/work',
  devices: '/devices',
  sync: '/settings',
  staff: '/staff',
  seats: '/seats',
  childcare: '/childcare',
}
/** What the screen in the foyer shows numbers of. */
const FOYER: ReadonlySet<Topic> = new Set(['today', 'seats', 'childcare'])

export interface Changed {
  /** 1, 2, 3 … per process: a browser that misses one reloads its page. */
  readonly seq: number
  /** Empty when what changed is not for this listener. */
  readonly topics: readonly Topic[]
  readonly present?: number
}

export interface LiveDoorOptions {
  readonly log: Log
  /** Who the cookies of this request belong to, read fresh. */
  actorOf(cookies: string | undefined): Promise<Actor>
  /** Whether this is the present key of the foyer screen. */
  mayWatch(key: string): Promise<boolean>
}

export class LiveDoor implements UpgradeDoor, Disposable {
  readonly path = LIVE_PATH
  readonly #options: LiveDoorOptions
  /** Never listens: socket.io takes its upgrades from here. */
  readonly #bus = createServer()
  readonly #io: Server
  #seq = 0
  /** The last push of each listener: the next one leaves after it, so that nobody sees a gap where there is none. */
  readonly #told = new WeakMap<Socket, Promise<void>>()
  /** Nobody is told of anything before the pages say whom they are for. */
  #mayOpen: MayOpen = () => false
  #recheck: NodeJS.Timeout | undefined

  constructor(options: LiveDoorOptions) {
    this.#options = options
    this.#io = new Server(this.#bus, {
      path: LIVE_PATH,
      maxHttpBufferSize: 65_536,
      transports: ['websocket'],
      allowEIO3: false,
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      pingInterval: 10_000,
      pingTimeout: 8_000,
      connectTimeout: 10_000,
      connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: false },
    })
    this.#io.use((socket, next) => {
      this.#mayListen(socket).then(
        (allowed) => next(allowed ? undefined : new Error('sign_in_required')),
        () => next(new Error('busy')),
      )
    })
    this.#io.on('connection', (socket) => this.#welcome(socket))
  }

  start(): void {
    this.#recheck = setInterval(() => void this.#dismissStrangers(), RECHECK_MS)
    this.#recheck.unref()
  }

  /** Says who may open which page. */
  openTo(mayOpen: MayOpen): void {
    this.#mayOpen = mayOpen
  }

  /** The listener has already refused foreign origins. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#io.engine.clientsCount >= CLIENTS_MAX) {
      hangUp(socket, '503 busy')
      return
    }
    this.#bus.emit('upgrade', request, socket, head)
  }

  tell(topics: readonly Topic[], present?: number): void {
    this.#seq += 1
    const changed: Changed = { seq: this.#seq, topics, ...(present === undefined ? {} : { present }) }
    for (const socket of this.#io.sockets.sockets.values()) {
      const before = this.#told.get(socket) ?? Promise.resolve()
      this.#told.set(
        socket,
        before.then(() => this.#tellOne(socket, changed)),
      )
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#recheck)
    this.#io.disconnectSockets(true)
    this.#io.engine.close()
    this.#bus.removeAllListeners()
  }

  #welcome(socket: Socket): void {
    socket.emit('hello', { seq: this.#seq })
    // Browsers have nothing to say here; whoever talks is not one of our pages.
    socket.onAny(() => socket.disconnect(true))
  }

  async #tellOne(socket: Socket, changed: Changed): Promise<void> {
    try {
      const about = await this.#topicsFor(socket)
      if (about === undefined) socket.disconnect(true)
      else socket.emit('changed', { ...changed, topics: changed.topics.filter(about) })
    } catch (error) {
      this.#options.log.warn({ reason: String(error) }, 'a live push was not sent')
    }
  }

  async #dismissStrangers(): Promise<void> {
    for (const socket of this.#io.sockets.sockets.values()) {
      if (!(await this.#mayListen(socket).catch(() => true))) socket.disconnect(true)
    }
  }

  async #mayListen(socket: Socket): Promise<boolean> {
    return (await this.#topicsFor(socket)) !== undefined
  }

  /** Which topics this listener may hear of; undefined for a stranger. */
  async #topicsFor(socket: Socket): Promise<((topic: Topic) => boolean) | undefined> {
    const actor = await this.#options.actorOf(socket.request.headers.cookie)
    if (actor.kind === 'staff') return (topic) => this.#mayOpen(actor, PAGES[topic])
    const key: unknown = socket.handshake.auth.wall
    const isFoyer = typeof key === 'string' && key.length <= WALL_KEY_MAX && (await this.#options.mayWatch(key))
    return isFoyer ? (topic) => FOYER.has(topic) : undefined
  }
}

/** Reads the session cookie of the centre, whatever its prefix, as the web floor does. */
export function cookieReader(
  memory: Pick<WebMemory, 'session' | 'actorOf'>,
  clock: Clock,
): (cookies: string | undefined) => Promise<Actor> {
  return async (cookie) => {
    for (const secure of [true, false]) {
      const token = readCookie({ headers: { cookie } }, cookieNames(undefined, '', secure).session)
      const subject = token === undefined ? undefined : await memory.session.find(token, clock.now())
      if (subject !== undefined) return memory.actorOf(subject)
    }
    return { kind: 'nobody' }
  }
}
