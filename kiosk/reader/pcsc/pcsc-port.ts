/** What a PC/SC back end must do, so that the reader above does not know whose it is. */
import type { ReaderSlot } from './messages.ts'

export type { ReaderSlot } from './messages.ts'

/** One open connection to the smart card service. */
export interface PcscSession {
  /** Calls back with all readers now and after each change, and once when the service is gone. */
  watch(changed: (readers: readonly ReaderSlot[]) => void, lost: (error: Error) => void): void
  /** Throws `PcscError` when the card is gone, mute or held by another program. */
  connect(readerName: string): Promise<PcscCard>
  close(): Promise<void>
}

export interface PcscCard {
  /** True ATR of the card, hex; empty when unknown. */
  readonly atr: string
  /** Response with its status word; may be empty when the card left in the middle. */
  transmit(apdu: Uint8Array): Promise<Uint8Array>
  /** Lets go without resetting the card. Never throws. */
  leave(): Promise<void>
}

/** Throws `PcscDown` while the service is not there. */
export type OpenPcsc = () => Promise<PcscSession>

/** The service is missing, refuses us or broke off: drop the session and connect anew. */
export class PcscDown extends Error {
  override readonly name = 'PcscDown'
  /** True when the native part or the operating system lacks it altogether. */
  readonly permanent: boolean
  constructor(message: string, permanent = false) {
    super(message)
    this.permanent = permanent
  }
}

/** The service answers, this card or reader does not. `code` as in `pcscCode`. */
export class PcscError extends Error {
  override readonly name = 'PcscError'
  readonly code: number
  constructor(code: number, doing: string) {
    super(`${doing}: 0x${code.toString(16)}`)
    this.code = code
  }
}
