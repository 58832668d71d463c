/**
 * The card's side of vpcd's protocol over TCP: every message is a length (16 bit, big-endian) and so many bytes. One byte
 * is a command to the card's power (00 off, 01 on, 02 reset, 04 ATR wanted: answered with the ATR); anything longer is an
 * APDU, answered with its response.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** How this card behaves; by default a well-behaved card of the technology its number's length suggests. */
export interface CardBehaviour {
  /** ATR as hex. */
  readonly atr?: string
  /** Answers to GET DATA, one per reading, the last one for ever; hex with the status word. Empty text = nothing at all. */
  readonly answers?: readonly string[]
  /** FeliCa parameters, hex. */
  readonly pmm?: string
  /** The card is taken away while its number is being read. */
  readonly leavesWhileRead?: boolean
}

export const virtualAtr = {
  felica: '3B8F8001804F0CA00000030611003B0000000042',
  mifareClassic: '3B8F8001804F0CA000000306030001000000006A',
  ultralight: '3B8F8001804F0CA0000003060300030000000068',
  /** A processor card of type A (DESFire). */
  processorA: '3B8180018080',
  /** A processor card of type B: eight historical bytes made of its ATQB. */
  processorB: '3B88800100000000338181003A',
} as const

const POWER_ON = 0x01
const RESET = 0x02
const WANT_ATR = 0x04
const INSERT_MS_MAX = 10_000

export class VirtualCard {
  readonly #socket: Socket
  readonly #hex: string
  readonly #behaviour: CardBehaviour
  #held: Buffer = Buffer.alloc(0)
  #readings = 0

  private constructor(socket: Socket, hex: string, behaviour: CardBehaviour) {
    this.#socket = socket
    this.#hex = hex.toUpperCase()
    this.#behaviour = behaviour
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** Connects to the virtual reader on `port`; tries again while pcscd is still starting. */
  static async insert(port: number, hex: string, behaviour: CardBehaviour): Promise<VirtualCard> {
    const deadline = performance.now() + INSERT_MS_MAX
    for (;;) {
      const socket = await open(port)
      if (socket !== undefined) return new VirtualCard(socket, hex, behaviour)
      if (performance.now() > deadline) throw new Error('the virtual reader does not answer')
      await wait(50)
    }
  }

  leave(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk])
    while (this.#held.length >= 2) {
      const length = this.#held.readUInt16BE(0)
      if (this.#held.length < 2 + length) return
      const message = this.#held.subarray(2, 2 + length)
      this.#held = this.#held.subarray(2 + length)
      this.#answer(message)
    }
  }

  #answer(message: Buffer): void {
    const [power] = message
    if (message.length === 1 && power === WANT_ATR) this.#send(this.#behaviour.atr ?? usualAtr(this.#hex))
    else if (message.length === 1 && (power === POWER_ON || power === RESET || power === 0)) return
    else this.#answerApdu(message.toString('hex').toUpperCase())
  }

  #answerApdu(apdu: string): void {
    if (apdu === 'FFCA000000' && this.#behaviour.leavesWhileRead === true) this.leave()
    else if (apdu === 'FFCA000000') this.#send(this.#nextReading())
    else if (apdu === 'FFCA010000' && this.#behaviour.pmm !== undefined) this.#send(`${this.#behaviour.pmm}9000`)
    else this.#send(apdu.startsWith('FFCA') ? '6A81' : '6D00')
  }

  #nextReading(): string {
    const { answers } = this.#behaviour
    const answer = answers?.[Math.min(this.#readings, answers.length - 1)]
    this.#readings += 1
    return answer ?? `${this.#hex}9000`
  }

  #send(hex: string): void {
    const body = Buffer.from(hex, 'hex')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(body.length)
    this.#socket.write(Buffer.concat([length, body]))
  }
}

function usualAtr(hex: string): string {
  if (hex.length === 16) return virtualAtr.felica
  return hex.length === 8 ? virtualAtr.mifareClassic : virtualAtr.ultralight
}

function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', () => resolve(undefined))
    socket.once('connect', () => resolve(socket))
  })
}
