/** The part of the house's logger the kiosk uses. Fields never hold a name, a card number or a PIN. */
export interface KioskLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
