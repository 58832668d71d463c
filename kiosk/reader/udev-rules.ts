/**
 * udev rules that let the kiosk's user open one kind of reader and keep its keystrokes from the desktop. Only readers are
 * named: read access to the hidraw node of a keyboard is a key-logger. LIBINPUT_IGNORE_DEVICE makes X11 and Wayland
 * ignore the reader's typing (libinput documentation, "Ignoring specific devices"); it survives a crash of ours.
 */
import type { HidMatch } from './reader-settings.ts'

export interface UdevOptions {
  /** Unix group of the kiosk's user. */
  readonly group: string
}

/** File name to install the rules under. */
export const UDEV_RULES_FILE = '/etc/udev/rules.d/70-kado-reader.rules'

/** The text of the rules file: hex of udev attributes is lower-case. */
export function udevRules(
  devices: readonly Pick<HidMatch, 'vendorId' | 'productId'>[],
  { group }: UdevOptions = { group: 'kiosk' },
): string {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(group)) throw new RangeError('not a group name')
  return devices.map((device) => rulesFor(device, group)).join('\n')
}

/** `0c27:3bfa` */
export function vidPid({ vendorId, productId }: Pick<HidMatch, 'vendorId' | 'productId'>): string {
  return `${hex4(vendorId)}:${hex4(productId)}`
}

function rulesFor({ vendorId, productId }: Pick<HidMatch, 'vendorId' | 'productId'>, group: string): string {
  const parent = `ATTRS{idVendor}=="${hex4(vendorId)}", ATTRS{idProduct}=="${hex4(productId)}"`
  const own = `ATTR{idVendor}=="${hex4(vendorId)}", ATTR{idProduct}=="${hex4(productId)}"`
  const access = `MODE="0660", GROUP="${group}"`
  return [
    `# card reader ${vidPid({ vendorId, productId })}`,
    `ACTION!="remove", SUBSYSTEM=="hidraw", KERNEL=="hidraw*", ${parent}, ${access}, SYMLINK+="kiosk/%k"`,
    `ACTION!="remove", SUBSYSTEM=="input", KERNEL=="event*", ${parent}, ${access}, ENV{LIBINPUT_IGNORE_DEVICE}="1"`,
    `ACTION!="remove", SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ${own}, ${access}`,
    '',
  ].join('\n')
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0')
}
