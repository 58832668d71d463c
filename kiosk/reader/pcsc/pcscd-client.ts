/**
 * pcscd spoken to directly over its Unix socket: no native code, nothing that can hold up the event loop, and a missing
 * service is an error at once. Two connections: one only waits for changes, the other talks to cards, because the service
 * may send "something changed" between a question and its answer.
 */
import {
  answerBytes,
  type CardHandle,
  connectRequest,
  disconnectRequest,
  establishRequest,
  PROTOCOL_MAJOR,
  pcscCode,
  RECEIVE_BYTES_MAX,
  type ReaderSlot,
  readConnect,
  readEstablish,
  readReaders,
  readTransmit,
  readVersion,
  transmitRequest,
  versionRequest,
  waitRequest,
} from './messages.ts'
import { type PcscCard, PcscDown, PcscError, type PcscSession } from './pcsc-port.ts'
import { SocketBytes } from './socket-bytes.ts'

export const PCSCD_SOCKET = '/run/pcscd/pcscd.comm'
/** Powering up a slow card takes a few hundred ms. */
const CONNECT_MS_MAX = 5_000
const TRANSMIT_MS_MAX = 1_000
const SERVICE_MS_MAX = 3_000

/** Connects to pcscd at `path`; throws `PcscDown` when it is not there or speaks another protocol. */
export async function openPcscd(path: string): Promise<PcscSession> {
  const watching = await SocketBytes.open(path)
  try {
    await greet(watching)
    const talking = await SocketBytes.open(path)
    try {
      await greet(talking)
      return new PcscdSession(watching, talking, await establish(talking))
    } catch (error) {
      talking.close()
      throw error
    }
  } catch (error) {
    watching.close()
    throw error
  }
}

class PcscdSession implements PcscSession {
  readonly #watching: SocketBytes
  readonly #talking: SocketBytes
  readonly #context: number
  /** Questions go one after the other: answers carry no number. */
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(watching: SocketBytes, talking: SocketBytes, context: number) {
    this.#watching = watching
    this.#talking = talking
    this.#context = context
  }

  watch(changed: (readers: readonly ReaderSlot[]) => void, lost: (error: Error) => void): void {
    this.#watchAll(changed).catch((error: unknown) => {
      if (!this.#closed) lost(error instanceof Error ? error : new PcscDown(String(error)))
    })
  }

  connect(readerName: string): Promise<PcscCard> {
    return this.#inTurn(async () => {
      this.#talking.write(connectRequest(this.#context, readerName))
      const { code, ...handle } = readConnect(await this.#talking.read(answerBytes.connect, CONNECT_MS_MAX))
      check(code, 'connect')
      return this.#card(handle)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    // pcscd releases the context and every card of a client whose socket closes.
    this.#watching.close()
    this.#talking.close()
  }

  async #watchAll(changed: (readers: readonly ReaderSlot[]) => void): Promise<void> {
    while (!this.#closed) {
      // Registering and the snapshot are one step of the server, so no change falls between them.
      this.#watching.write(waitRequest())
      changed(readReaders(await this.#watching.read(answerBytes.readers, SERVICE_MS_MAX)))
      await this.#watching.read(answerBytes.changed)
    }
  }

  #card(handle: CardHandle): PcscCard {
    return {
      atr: '',
      transmit: (apdu) => this.#inTurn(() => this.#transmit(handle, apdu)),
      leave: () => this.#inTurn(() => this.#leave(handle)).catch(() => undefined),
    }
  }

  async #transmit(handle: CardHandle, apdu: Uint8Array): Promise<Uint8Array> {
    this.#talking.write(transmitRequest(handle, apdu))
    const { code, length } = readTransmit(await this.#talking.read(answerBytes.transmit, TRANSMIT_MS_MAX))
    check(code, 'transmit')
    if (length > RECEIVE_BYTES_MAX) throw new PcscDown(`an answer of ${length} bytes was announced`)
    return length === 0 ? Buffer.alloc(0) : this.#talking.read(length, TRANSMIT_MS_MAX)
  }

  async #leave(handle: CardHandle): Promise<void> {
    this.#talking.write(disconnectRequest(handle))
    await this.#talking.read(answerBytes.disconnect, SERVICE_MS_MAX)
  }

  #inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#queue.then(ask)
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}

async function greet(stream: SocketBytes): Promise<void> {
  stream.write(versionRequest())
  const { major, minor, code } = readVersion(await stream.read(answerBytes.version, SERVICE_MS_MAX))
  if (major !== PROTOCOL_MAJOR || code !== pcscCode.success)
    throw new PcscDown(`pcscd speaks protocol ${major}:${minor}, not ${PROTOCOL_MAJOR}:x`)
}

async function establish(stream: SocketBytes): Promise<number> {
  stream.write(establishRequest())
  const { context, code } = readEstablish(await stream.read(answerBytes.establish, SERVICE_MS_MAX))
  if (code !== pcscCode.success) throw new PcscDown(`pcscd refused a context: 0x${code.toString(16)}`)
  return context
}

function check(code: number, doing: string): void {
  if (code === pcscCode.noService || code === pcscCode.serviceStopped) throw new PcscDown(`${doing}: service stopped`)
  if (code !== pcscCode.success) throw new PcscError(code, doing)
}
