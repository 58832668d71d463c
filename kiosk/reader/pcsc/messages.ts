/**
 * The bytes between a client and pcscd on its local socket, protocol 4 (written from the structures that pcsc-lite's
 * winscard_msg.h and eventhandler.h document). Every field is 32 bits in the machine's own order, on 32-bit and 64-bit
 * systems alike; all machines we ship for are little-endian. Servers of a newer minor still take clients of 4:4.
 *
 *   request = header {size of what follows, command} + structure       answer = the same structure, no header
 */

export const PROTOCOL_MAJOR = 4
export const PROTOCOL_MINOR = 4

export const command = {
  establishContext: 0x01,
  releaseContext: 0x02,
  connect: 0x04,
  disconnect: 0x06,
  transmit: 0x09,
  version: 0x11,
  getReadersState: 0x12,
  waitReaderStateChange: 0x13,
} as const

const HEADER_BYTES = 8
const READER_NAME_BYTES = 128
const ATR_BYTES_MAX = 33
/** name, event counter, state, sharing, ATR (padded to a multiple of four), ATR length, protocol. */
const READER_STATE_BYTES = 184
const READERS_MAX = 16

export const answerBytes = {
  version: 12,
  establish: 12,
  release: 8,
  connect: 152,
  transmit: 32,
  disconnect: 12,
  readers: READER_STATE_BYTES * READERS_MAX,
  /** Sent by the server when something changed, after `waitReaderStateChange`. */
  changed: 8,
} as const

const SCOPE_SYSTEM = 2
const SHARE_SHARED = 2
const PROTOCOL_T0_OR_T1 = 3
const DISPOSITION_LEAVE = 0
/** Receive room for one answer: no card number is longer than 10 bytes; the status word takes two more. */
export const RECEIVE_BYTES_MAX = 264

export const STATE_PRESENT = 0x0004

/** Result codes of PC/SC that mean something to us. */
export const pcscCode = {
  success: 0,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  sharingViolation: 0x8010000b,
  noSmartcard: 0x8010000c,
  unknownReader: 0x80100009,
  readerUnavailable: 0x80100017,
  unresponsiveCard: 0x80100066,
  removedCard: 0x80100069,
} as const

export interface ReaderSlot {
  readonly name: string
  /** Counts insertions and removals: a card swapped between two looks still shows. */
  readonly eventCounter: number
  readonly present: boolean
  readonly atr: Buffer
}

export interface CardHandle {
  readonly handle: number
  readonly protocol: number
}

function request(code: number, body: Buffer, extra: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(body.length, 0)
  header.writeUInt32LE(code, 4)
  return Buffer.concat([header, body, extra])
}

/** A structure of 32-bit fields. */
function words(...values: readonly number[]): Buffer {
  const body = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) body.writeUInt32LE(value >>> 0, index * 4)
  return body
}

export function versionRequest(): Buffer {
  return request(command.version, words(PROTOCOL_MAJOR, PROTOCOL_MINOR, 0))
}

export function readVersion(answer: Buffer): { readonly major: number; readonly minor: number; readonly code: number } {
  return { major: answer.readUInt32LE(0), minor: answer.readUInt32LE(4), code: answer.readUInt32LE(8) }
}

export function establishRequest(): Buffer {
  return request(command.establishContext, words(SCOPE_SYSTEM, 0, 0))
}

export function readEstablish(answer: Buffer): { readonly context: number; readonly code: number } {
  return { context: answer.readUInt32LE(4), code: answer.readUInt32LE(8) }
}

export function releaseRequest(context: number): Buffer {
  return request(command.releaseContext, words(context, 0))
}

export function readersRequest(): Buffer {
  return request(command.getReadersState, Buffer.alloc(0))
}

/** Answered at once with the readers, and later, once, with `answerBytes.changed`. */
export function waitRequest(): Buffer {
  return request(command.waitReaderStateChange, Buffer.alloc(0))
}

/** The readers that are plugged in; empty places are skipped. */
export function readReaders(answer: Buffer): readonly ReaderSlot[] {
  const slots: ReaderSlot[] = []
  for (let at = 0; at + READER_STATE_BYTES <= answer.length; at += READER_STATE_BYTES) {
    const slot = readReader(answer.subarray(at, at + READER_STATE_BYTES))
    if (slot.name !== '') slots.push(slot)
  }
  return slots
}

function readReader(bytes: Buffer): ReaderSlot {
  const nameEnd = bytes.subarray(0, READER_NAME_BYTES).indexOf(0)
  const atrLength = Math.min(bytes.readUInt32LE(176), ATR_BYTES_MAX)
  return {
    name: bytes.toString('utf8', 0, nameEnd < 0 ? READER_NAME_BYTES : nameEnd),
    eventCounter: bytes.readUInt32LE(128),
    present: (bytes.readUInt32LE(132) & STATE_PRESENT) !== 0,
    atr: Buffer.from(bytes.subarray(140, 140 + atrLength)),
  }
}

/** Opens the card shared with other programs, T=0 or T=1. */
export function connectRequest(context: number, readerName: string): Buffer {
  const name = Buffer.alloc(READER_NAME_BYTES)
  name.write(readerName, 0, READER_NAME_BYTES - 1, 'utf8')
  const tail = words(SHARE_SHARED, PROTOCOL_T0_OR_T1, 0, 0, 0)
  return request(command.connect, Buffer.concat([words(context), name, tail]))
}

export function readConnect(answer: Buffer): CardHandle & { readonly code: number } {
  return { handle: answer.readUInt32LE(140), protocol: answer.readUInt32LE(144), code: answer.readUInt32LE(148) }
}

/** The structure tells the lengths; the APDU follows it outside the size in the header. */
export function transmitRequest({ handle, protocol }: CardHandle, apdu: Uint8Array): Buffer {
  const ioRequestBytes = 8
  const body = words(handle, protocol, ioRequestBytes, apdu.length, protocol, ioRequestBytes, RECEIVE_BYTES_MAX, 0)
  return request(command.transmit, body, apdu)
}

/** `length` bytes of answer follow when `code` is success. */
export function readTransmit(answer: Buffer): { readonly length: number; readonly code: number } {
  return { length: answer.readUInt32LE(24), code: answer.readUInt32LE(28) }
}

/** Lets go of the card without resetting it: another program may be using it. */
export function disconnectRequest({ handle }: CardHandle): Buffer {
  return request(command.disconnect, words(handle, DISPOSITION_LEAVE, 0))
}
