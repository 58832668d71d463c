/** A real kiosk at the door of a real childcare room: its process, its disk, its page's door, driven as a browser would. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../central-sync/protocol/time.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import type { CareAct } from '../../kiosk/care/care-act.ts'
import type { CareShown, ShownStep } from '../../kiosk/care/care-shown.ts'
import type { KioskEvent } from '../../kiosk/check-in/kiosk-event.ts'
import { readKioskIdentity } from '../../kiosk/check-in/kiosk-identity.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { book, type CareHouse, newChild, newParent, ok, type Parent } from './childcare-fixture.ts'
import { silentLog } from './kiosk-bench.ts'
import { until } from './until.ts'

export const PARENT_CARD = '0111222233331111'
export const OTHER_PARENT_CARD = '0111222233332222'
export const CARER_CARD = '0111222233338888'
export const SECOND_CARD = '0111222233339999'

/** What one page of the kiosk hears and does. */
export class KioskPage {
  readonly url: string
  #token = ''
  #care: CareShown | undefined
  readonly heard: KioskEvent[] = []

  constructor(url: string) {
    this.url = url
  }

  get care(): CareShown {
    if (this.#care === undefined) throw new Error('this kiosk does not stand at a childcare room')
    return this.#care
  }

  get isCare(): boolean {
    return this.#care !== undefined
  }

  async connect(): Promise<void> {
    const html = await (await fetch(`${this.url}/`)).text()
    this.#token = /name="kado-page" content="([^"]+)"/.exec(html)?.[1] ?? ''
    const response = await fetch(`${this.url}/events?token=${this.#token}`)
    void this.#listen(response)
    await until('the page is connected', () => this.heard.length > 0)
  }

  /** Resolves to the code of a refusal. */
  async press(care: CareAct): Promise<string | undefined> {
    return this.act({ do: 'care', care })
  }

  async act(action: object): Promise<string | undefined> {
    const response = await fetch(`${this.url}/do`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-kado-page': this.#token },
      body: JSON.stringify(action),
    })
    const text = await response.text()
    return response.status === 204 ? undefined : (JSON.parse(text) as { code: string }).code
  }

  async step<T extends ShownStep['step']>(name: T): Promise<Extract<ShownStep, { step: T }>> {
    await until(`the step ${name}, not ${this.#care?.step.step}`, () => this.#care?.step.step === name)
    return this.care.step as Extract<ShownStep, { step: T }>
  }

  async #listen(response: Response): Promise<void> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let text = ''; ; ) {
      const part = await reader?.read().catch(() => undefined)
      if (part === undefined || part.done) return
      text += part.value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(JSON.parse(block.replace(/^(?:retry: \d+\n)?data: /, '')) as KioskEvent)
    }
  }

  #take(event: KioskEvent): void {
    this.heard.push(event)
    if (event.t === 'hello' || event.t === 'care') this.#care = event.care
  }
}

export interface CareKiosk extends AsyncDisposable {
  readonly dir: string
  readonly device: string
  kiosk: Kiosk
  reader: SimulatedReader
  page: KioskPage
  /** Lays a card on the reader; the same one again only after the three seconds in which it counts as one touch. */
  touch(card: string): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

const ONE_TOUCH_MS = 3_100

/** The clock of the house for a machine of its own: turned, both its hands move, as hours do that really pass. */
export function ownClock(clock: Clock): Clock {
  const started = clock.now()
  return { now: () => clock.now(), monotonicMs: () => clock.monotonicMs() + clock.now() - started }
}

/** Enrolled at the centre and put at the room by staff. */
export async function careKiosk(
  house: CareHouse,
  { stationed = true }: { stationed?: boolean } = {},
): Promise<CareKiosk> {
  const dir = await mkdtemp(join(tmpdir(), 'kado-care-kiosk-'))
  const clock = ownClock(house.centre.clock)
  const { url } = house.centre
  const { code } = await house.centre.appliance.newKioskCode('保育室の入口', '')
  const opened = await openKiosk(url, dir, code, clock)
  const device = (await readKioskIdentity(dir))?.device ?? ''
  const touched = new Map<string, number>()
  const one: CareKiosk & { listening: Listening } = {
    ...{ dir, device, ...opened },
    async touch(card) {
      const since = performance.now() - (touched.get(card) ?? Number.NEGATIVE_INFINITY)
      if (since < ONE_TOUCH_MS) await new Promise((go) => setTimeout(go, ONE_TOUCH_MS - since))
      touched.set(card, performance.now())
      one.reader.touch(card)
    },
    async stop() {
      await one.kiosk.stop()
      await one.listening.close(100)
    },
    async restart() {
      await one.stop()
      Object.assign(one, await openKiosk(url, dir, undefined, clock))
    },
    async [Symbol.asyncDispose]() {
      await one.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
  if (!stationed) return one
  await ok(house.administrator.send('/devices/station', { device, room: house.room }))
  await until('the kiosk has its list', () => one.page.isCare && one.page.care.board.listAt !== undefined)
  return one
}

async function openKiosk(url: string, dir: string, code: string | undefined, clock: Clock) {
  const reader = new SimulatedReader({
    id: 'simulated',
    kind: 'simulated',
    clock,
    noticesRemoval: true,
    simulated: true,
  })
  const kiosk = await Kiosk.create({
    ...{ dir, code, readers: [reader], clock, log: silentLog },
    applianceUrl: url,
    link: { backOffMs: { first: 50, max: 200 }, handshakeMs: 2_000, heartbeatMs: 500, refusedMs: 200 },
  })
  await kiosk.start()
  const listening = await listen({ '/kiosk': { routes: kiosk.routes, upgrades: [] } }, { port: 0 })
  const page = new KioskPage(`${listening.url}/kiosk`)
  await page.connect()
  return { reader, kiosk, listening, page }
}

export interface Family {
  readonly parent: Parent
  readonly child: string
}

/** A parent with her card, her child, and a booking of today. */
export async function family(
  house: CareHouse,
  {
    card = PARENT_CARD,
    callName = 'はる',
    name = `架空野 ${callName}`,
    start = '9:00',
    end = '12:00',
  }: { card?: string; callName?: string; name?: string; start?: string; end?: string } = {},
): Promise<Family> {
  const parent = await newParent(house)
  await ok(house.administrator.send('/cards/enrol-number', { worker: parent.worker, card }))
  const child = await newChild(house, parent, { name, callName } as never)
  await ok(house.carer.send('/children/decide', { child, state: 'approved' }))
  await ok(book(house, child, start, end))
  return { parent, child }
}

/** The two of the fixture get cards: `hoiku` hands children over, `uketsuke` may stand beside. */
export async function staffCards(house: CareHouse): Promise<void> {
  for (const [login, card] of [
    ['hoiku', CARER_CARD],
    ['uketsuke', SECOND_CARD],
  ] as const) {
    const member = await house.centre.appliance.doors.staff.byLogin(login)
    await ok(house.administrator.send('/staff-cards/enrol-number', { staff: member?.staff, card }))
  }
}
