/** A kiosk, its reference appliance and invented people, for tests and pictures. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cardDigest, parseCardHex } from '../../central-sync/protocol/card.ts'
import { fromBase64Url, toBase64Url } from '../../central-sync/protocol/hash.ts'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { newIdentity } from '../../central-sync/protocol/signing-key.ts'
import { type Clock, systemClock } from '../../central-sync/protocol/time.ts'
import type { RosterRow } from '../../central-sync/protocol/wire/device.ts'
import { type KioskIdentity, writeKioskIdentity } from '../../kiosk/check-in/kiosk-identity.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { ReferenceAppliance, type ReferenceOptions } from './reference-appliance.ts'

const CARD_KEY = toBase64Url(Buffer.alloc(32, 7))

export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Invented people. `hex` = their card. */
export const people = {
  hana: person('W001', 'はな', '0111222233334444', 'ja'),
  minh: person('W002', 'ミン', '0111222233335555', 'easy'),
  alex: person('W003', 'Alex', '0111222233336666', 'en'),
  nameless: person('ITO-W004', '', '0111222233337777', 'ja'),
} as const

export interface Person {
  readonly hex: string
  readonly row: RosterRow
}

function person(code: string, callName: string, hex: string, language: RosterRow['language']): Person {
  const row = {
    worker: newIdentifier('worker'),
    code,
    digests: [digestOf(hex)],
    revoked: [],
    callName,
    language,
    active: true,
  }
  return { hex, row }
}

export function digestOf(hex: string) {
  const card = parseCardHex(hex)
  if (isRefusal(card)) throw new Error(`not a card: ${hex}`)
  return cardDigest(card, { version: 0, key: fromBase64Url(CARD_KEY) })
}

export interface KioskBench extends AsyncDisposable {
  readonly dir: string
  readonly appliance: ReferenceAppliance
  readonly identity: KioskIdentity
  readonly reader: SimulatedReader
  readonly lines: {
    readonly tap: string
    readonly at: string
    readonly state: string
    readonly result: string | null
    readonly worker_code: string | null
  }[]
  kiosk: Kiosk
  /** Another process start of the same kiosk. */
  restart(): Promise<void>
}

export interface BenchOptions {
  readonly clock?: Clock
  readonly applianceClock?: Clock
  readonly answer?: ReferenceOptions['answer']
  readonly pin?: ReferenceOptions['pin']
  readonly seat?: ReferenceOptions['seat']
  readonly rows?: readonly RosterRow[]
}

/** An enrolled kiosk with a simulated reader, connected to a reference appliance. */
export async function openKioskBench(options: BenchOptions = {}): Promise<KioskBench> {
  const dir = await mkdtemp(join(tmpdir(), 'kado-kiosk-'))
  const clock = options.clock ?? systemClock
  const { identity, appliance } = await enrolledAppliance(dir, {
    ...options,
    applianceClock: options.applianceClock ?? clock,
  })
  const lines: KioskBench['lines'] = []
  const open = async () => {
    const reader = new SimulatedReader({
      id: 'simulated',
      kind: 'simulated',
      clock,
      noticesRemoval: true,
      simulated: true,
    })
    const kiosk = await Kiosk.create({
      dir: join(dir, 'kiosk'),
      applianceUrl: () => `http://127.0.0.1:${port}`,
      readers: [reader],
      clock,
      log: silentLog,
      json: (line) => lines.push(JSON.parse(line)),
      link: { backOffMs: { first: 50, max: 200 }, handshakeMs: 2_000, heartbeatMs: 500, refusedMs: 200 },
    })
    await kiosk.start()
    return { kiosk, reader }
  }
  const { port } = appliance
  const opened = await open()
  const bench = {
    dir,
    appliance,
    identity,
    lines,
    ...opened,
    async restart() {
      await bench.kiosk.stop()
      Object.assign(bench, await open())
    },
    async [Symbol.asyncDispose]() {
      await bench.kiosk.stop()
      await appliance.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
  return bench
}

/** An appliance that knows one kiosk, and that kiosk's identity file in `dir/kiosk`. */
export async function enrolledAppliance(dir: string, options: BenchOptions = {}) {
  const [own, server] = [newIdentity(), newIdentity()]
  const device = newIdentifier('device')
  const identity: KioskIdentity = {
    version: 1,
    device,
    site: newIdentifier('site'),
    label: '入口',
    place: '塩尻',
    own,
    server: { signingKey: server.signing.publicKey, boxKey: server.box.publicKey },
    cardKeys: [{ version: 0, key: CARD_KEY }],
    enrolledAt: systemClock.now(),
  }
  await writeKioskIdentity(join(dir, 'kiosk'), identity)
  const appliance = await ReferenceAppliance.start({
    dir,
    identity: server,
    clock: options.applianceClock ?? systemClock,
    devices: new Map([[device, own.signing.publicKey]]),
    ...(options.answer === undefined ? {} : { answer: options.answer }),
    ...(options.pin === undefined ? {} : { pin: options.pin }),
    ...(options.seat === undefined ? {} : { seat: options.seat }),
  })
  appliance.roster = { rev: 1, rows: options.rows ?? Object.values(people).map(({ row }) => row) }
  return { identity, appliance }
}
