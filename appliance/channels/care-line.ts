/** Everything a kiosk of a childcare room says and hears, behind one door: purpose, list, staff cards, records. */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { DeviceId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import type { KeyPair } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import { careKey } from '../../central-sync/protocol/wire/care.ts'
import type { DeviceFrame, ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import type { DeviceCursors } from '../attendance/device-cursors.ts'
import type { DeviceAck } from '../attendance/device-record.ts'
import type { ChildcareRoom } from '../childcare/childcare-room.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import { CareList } from './care-list.ts'
import { CareRecords, type CareTeller } from './care-records.ts'
import { roomOfKiosk, roomsOfKiosks } from './kiosk-rooms.ts'
import type { KnownDevice } from './server-session.ts'
import type { CareArrival } from './split-records.ts'
import { StaffPasses } from './staff-passes.ts'

export interface CareLineOptions {
  readonly journal: Journal
  /** Of the centre, for boxes. */
  readonly box: KeyPair
  readonly list: CareList
  readonly records: CareRecords
  readonly passes: StaffPasses
}

const ABOUT_LIST =
  /^(?:care|child|guardian|pickup|staff-card|staff|resource|closure|hours)\.|^device\.stationed$|^booking\.terms-set$/
/** Several entries of one moment are one new list. */
const GATHER_MS = 150

export class CareLine {
  readonly #options: CareLineOptions
  readonly #keys = new Map<string, Buffer>()

  constructor(options: CareLineOptions) {
    this.#options = options
  }

  /** What a kiosk is told right after its welcome, and when staff gave it another purpose. */
  async purposeOf(device: DeviceId): Promise<ServerFrame> {
    const room = await roomOfKiosk(this.#options.journal.read, device)
    return purpose(room)
  }

  /** Only a kiosk that staff put at a room gets its children. */
  async listFor(device: KnownDevice, rev: string): Promise<ServerFrame[]> {
    const room = await roomOfKiosk(this.#options.journal.read, device.device)
    if (room === undefined) return [purpose(room)]
    return this.#options.list.frames(this.#teller(device), room, rev)
  }

  async check(device: KnownDevice, frame: DeviceFrame & { t: 'staff-check' }): Promise<ServerFrame> {
    const room = await roomOfKiosk(this.#options.journal.read, device.device)
    if (room === undefined) return { t: 'staff-check', ask: frame.ask, ok: false, code: 'not_allowed' }
    return this.#options.passes.check(device.device, this.#teller(device).key, frame)
  }

  accept(device: KnownDevice, arrivals: readonly CareArrival[]): Promise<DeviceAck> {
    return this.#options.records.accept(this.#teller(device), arrivals)
  }

  /** Tells kiosks soon after something of their list changed: each asks for what it is allowed. Returns the end of it. */
  follow(tell: (device: DeviceId, frame: ServerFrame) => void): () => void {
    let timer: NodeJS.Timeout | undefined
    const soon = () => {
      timer = undefined
      roomsOfKiosks(this.#options.journal.read).then(
        (rooms) => rooms.forEach((room, device) => void tell(device, purpose(room))),
        // The journal is closing: a kiosk asks again by itself.
        () => undefined,
      )
    }
    const stop = this.#options.journal.onCommitted((entries) => {
      if (timer === undefined && entries.some(({ t }) => ABOUT_LIST.test(t)))
        timer = setTimeout(soon, GATHER_MS).unref()
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }

  #teller({ device, boxKey }: KnownDevice): CareTeller {
    const name = `${device} ${boxKey}`
    const key = this.#keys.get(name) ?? careKey(this.#options.box, boxKey, device)
    this.#keys.set(name, key)
    return { device, key }
  }
}

function purpose(room: ResourceId | null | undefined): ServerFrame {
  return { t: 'purpose', purpose: room === null || room === undefined ? 'entrance' : 'childcare' }
}

export interface CareLineParts {
  readonly journal: Journal
  readonly clock: Clock
  readonly box: KeyPair
  readonly cursors: DeviceCursors
  readonly childcare: ChildcareRoom
  readonly staff: StaffDesk
}

export function openCareLine({ journal, clock, box, cursors, childcare, staff }: CareLineParts): CareLine {
  const passes = new StaffPasses(childcare.proof, clock)
  const parts = { ...childcare.parts, rows: journal.read, staff, cards: childcare.cards }
  const list = new CareList({ clock, cursors, parts })
  const records = new CareRecords({ journal, cursors, parts: childcare.parts, passes })
  return new CareLine({ journal, box, list, records, passes })
}
