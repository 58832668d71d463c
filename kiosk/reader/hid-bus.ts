/** The byte boundary of HID: everything above it is ours and tested by bytes, everything below is node-hid and the kernel. */

export interface HidEntry {
  readonly path: string
  readonly vendorId: number
  readonly productId: number
  readonly serial?: string | undefined
  readonly usagePage?: number | undefined
  readonly usage?: number | undefined
  readonly interface: number
}

/** One open device. */
export interface HidPort {
  /** Called for each input report, with its report id first where the device numbers its reports. */
  onReport(take: (report: Uint8Array) => void): void
  /** Called once when the device is gone. */
  onGone(take: (reason: string) => void): void
  /** `bytes[0]` is the report id (0 = none). */
  sendFeature(bytes: readonly number[]): Promise<void>
  getFeature(reportId: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** Thrown by `open` when the node exists and the user may not open it. */
export class HidForbidden extends Error {
  override readonly name = 'HidForbidden'
}

/** Thrown by `list` when the native part or a system library is missing. */
export class HidUnavailable extends Error {
  override readonly name = 'HidUnavailable'
}

export interface HidBus {
  list(): Promise<readonly HidEntry[]>
  open(path: string): Promise<HidPort>
  /**
   * Calls back when devices may have come or gone, and returns how to stop. Undefined when this system does not tell, and
   * the caller must look now and then.
   */
  watch(changed: () => void): (() => void) | undefined
}
