/** A small real program on the floor: notes that people keep, with every kind of door. Memory only. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { StaffRole } from '../../../central-sync/protocol/event/place.ts'
import { newIdentifier, type StaffId, type WorkerId } from '../../../central-sync/protocol/identifier.ts'
import { refuse } from '../../../central-sync/protocol/refusal.ts'
import { type Clock, systemClock } from '../../../central-sync/protocol/time.ts'
import { createWebFloor } from '../../../central-sync/web/floor.ts'
import { listen } from '../../../central-sync/web/listener.ts'
import { silentLog } from '../../../central-sync/web/log.ts'
import type { Actor, Command, Page, Query, WebMemory, WebRooms } from '../../../central-sync/web/port.ts'
import { signInCommands } from '../../../central-sync/web/sign-in.ts'

type Subject = { kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId }

export interface Account {
  readonly id: StaffId
  readonly password: string
  roles: StaffRole[]
}

export class MemoryOfTests implements WebMemory {
  readonly sessions = new Map<string, Subject>()
  readonly answers = new Map<string, { fingerprint: string; answer: string }>()
  readonly actors = new Map<string, Actor>()

  session = {
    begin: async (subject: Subject) => {
      const token = randomBytes(32).toString('base64url')
      this.sessions.set(token, subject)
      return token
    },
    find: async (token: string) => this.sessions.get(token),
    end: async (token: string) => {
      this.sessions.delete(token)
    },
    endAll: async () => this.sessions.clear(),
  }
  idempotency = {
    find: async (scope: string, key: string) => this.answers.get(`${scope} ${key}`),
    keep: async (scope: string, key: string, fingerprint: string, answer: string) => {
      this.answers.set(`${scope} ${key}`, { fingerprint, answer })
    },
  }
  actorOf = async (subject: Subject): Promise<Actor> =>
    this.actors.get(subject.kind === 'staff' ? subject.staff : subject.worker) ?? { kind: 'nobody' }
}

export interface SampleNote {
  readonly id: string
  readonly text: string
}

const noteInput = z.strictObject({
  text: z.string().trim().min(1).max(20_000),
  stars: z.number().int().max(5).optional(),
})

export async function startSample(options: { clock?: Clock } = {}) {
  const clock = options.clock ?? systemClock
  const memory = new MemoryOfTests()
  const notes: SampleNote[] = []
  const accounts = new Map<string, Account>()
  const addAccount = (login: string, password: string, roles: StaffRole[]) => {
    const id = newIdentifier('staff')
    accounts.set(login, { id, password, roles })
    memory.actors.set(id, { kind: 'staff', staff: id, roles, name: login })
  }
  addAccount('desk', 'a long enough password', ['front_desk'])
  addAccount('boss', 'another long password', ['administrator'])
  const worker = newIdentifier('worker')
  const worriedWorker = newIdentifier('worker')
  memory.actors.set(worker, { kind: 'worker', worker, pinChangeRequired: false, name: 'はな' })
  memory.actors.set(worriedWorker, { kind: 'worker', worker: worriedWorker, pinChangeRequired: true, name: 'そら' })
  const rooms = sampleRooms(notes, {
    password: async (login, password) => {
      const account = accounts.get(login)
      return account?.password === password ? account.id : undefined
    },
    pin: async (code, pin) =>
      pin !== '493817' ? undefined : code === 'W001' ? worker : code === 'W002' ? worriedWorker : undefined,
  })
  const floor = createWebFloor({ rooms, memory, clock, secure: false, plainLan: false, log: silentLog })
  const listening = await listen({ '/': floor }, { port: 0 })
  return {
    floor,
    notes,
    memory,
    url: listening.url,
    port: listening.port,
    [Symbol.asyncDispose]: () => listening.close(200),
  }
}

function sampleRooms(
  notes: SampleNote[],
  verify: {
    password(login: string, password: string): Promise<StaffId | undefined>
    pin(code: string, pin: string): Promise<WorkerId | undefined>
  },
): WebRooms {
  return {
    name: { ja: '見本センター', en: 'Sample centre' },
    commands: [
      ...signInCommands({ verifyPassword: verify.password, verifyPin: verify.pin }),
      addNote(notes) as Command,
      own as Command,
      change as Command,
    ],
    queries: [listNotes(notes) as Query],
    pages: [
      page('/', 'staff', 'staff', () => notes.map(({ text }) => text).join(' / ')),
      page('/boss', ['administrator'], 'staff'),
      page('/my', 'worker', 'worker'),
      page('/sign-in', 'anyone', 'bare'),
      page('/my/sign-in', 'anyone', 'bare'),
      { ...page('/my/pin', 'worker', 'worker'), beforePinChange: true },
    ],
    downloads: [
      {
        path: '/notes.csv',
        access: 'staff',
        title: { ja: 'CSV', en: 'CSV' },
        input: z.strictObject({}),
        load: async () => ({ fileName: 'notes.csv', contentType: 'text/csv', body: Buffer.from('id\r\n') }),
      },
    ],
    menu: [
      { path: '/', words: { ja: 'メモ', en: 'Notes' }, count: 'notes' },
      { path: '/boss', words: { ja: '設定', en: 'Settings' } },
    ],
    entrances: { staff: '/sign-in', worker: '/my/sign-in', pinChange: '/my/pin' },
    health: async () => ({
      lights: [{ level: 'ok', words: { ja: '正常', en: 'Fine' } }],
      counts: { notes: notes.length },
    }),
  }
}

/** A browser without a screen: keeps cookies, follows nothing. */
export class Visitor {
  readonly url: string
  readonly cookies = new Map<string, string>()

  constructor(url: string) {
    this.url = url
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#keep(
      await fetch(`${this.url}${path}`, { redirect: 'manual', headers: { ...this.#own(), ...headers } }),
    )
  }

  async post(path: string, body: string | object, headers: Record<string, string> = {}): Promise<Response> {
    const json = typeof body === 'object'
    const type = json ? 'application/json' : 'application/x-www-form-urlencoded'
    return this.#keep(
      await fetch(`${this.url}${path}`, {
        method: 'POST',
        redirect: 'manual',
        body: json ? JSON.stringify(body) : body,
        headers: { ...this.#own(), 'content-type': type, ...(json && { 'idempotency-key': newKey() }), ...headers },
      }),
    )
  }

  async form(name: string, fields: Record<string, string>): Promise<Response> {
    const body = new URLSearchParams({ _key: newKey(), ...fields }).toString()
    return this.post(`/do/${name}`, body, { origin: this.url, 'sec-fetch-site': 'same-origin' })
  }

  async signIn(login: string, password: string): Promise<this> {
    const answer = await this.post('/api/v1/sign-in/staff', { login, password })
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`)
    return this
  }

  async enter(code: string, pin: string): Promise<this> {
    const answer = await this.post('/api/v1/sign-in/worker', { code, pin })
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`)
    return this
  }

  #own(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return cookie === '' ? {} : { cookie }
  }

  #keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
}

export function newKey(): string {
  return randomBytes(18).toString('base64url')
}

function addNote(notes: SampleNote[]): Command<z.infer<typeof noteInput>, { id: string }> {
  return {
    name: 'notes.add',
    path: '/notes',
    summary: { ja: 'メモを残す', en: 'Keep a note' },
    access: ['front_desk'],
    input: noteInput,
    output: z.object({ id: z.string() }),
    done: { ja: 'メモを残しました。', en: 'Kept.' },
    async handle({ text }) {
      if (text === 'taken') return refuse('card_taken')
      if (text === 'broken') throw new Error('secret inside knowledge')
      // Slow enough that two equal requests overlap.
      await new Promise((resolve) => setTimeout(resolve, 20))
      notes.push({ id: `n${notes.length + 1}`, text })
      return { id: `n${notes.length}` }
    },
  }
}

function listNotes(notes: SampleNote[]): Query<{ like?: string | undefined }, { notes: SampleNote[] }> {
  return {
    name: 'notes.list',
    path: '/notes',
    summary: { ja: 'メモの一覧', en: 'All notes' },
    access: 'staff',
    input: z.strictObject({ like: z.string().max(50).optional() }),
    output: z.object({ notes: z.array(z.object({ id: z.string(), text: z.string() })) }),
    handle: async ({ like = '' }) => ({ notes: notes.filter(({ text }) => text.includes(like)) }),
  }
}

const own: Command<object, object> = {
  name: 'own.touch',
  path: '/own/touch',
  summary: { ja: '本人のこと', en: 'Own matter' },
  access: 'worker',
  input: z.strictObject({}),
  output: z.object({}),
  handle: async () => ({}),
}
const change: Command<object, object> = { ...own, name: 'own.pin', path: '/own/pin', beforePinChange: true }
const page = (path: string, access: Page['access'], shell: Page['shell'], text = () => 'ok'): Page => ({
  path,
  access,
  shell,
  title: { ja: 'メモ', en: 'Notes' },
  template: 'web/error',
  input: z.strictObject({ next: z.string().optional() }),
  load: async () => ({ status: 200, sentence: { ja: text(), en: text() }, code: 'none' }),
})
