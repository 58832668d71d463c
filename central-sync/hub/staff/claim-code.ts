/** The one-time code printed at the first start: whoever reads the server's screen may claim the hub. */
import { randomBytes } from 'node:crypto'
import { sameMac } from '../../protocol/wire/enrolment.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** New at every start, kept in memory only. */
export class ClaimCode {
  /** `ABCD-EFGH-JKMN`. */
  readonly text: string

  constructor(random: (bytes: number) => Uint8Array = randomBytes) {
    const letters = [...random(12)].map((byte) => ALPHABET[byte & 31]).join('')
    this.text = [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].join('-')
  }

  /** Any case and separators; O is 0, I and L are 1. */
  matches(typed: string): boolean {
    return sameMac(plain(typed), plain(this.text))
  }
}

function plain(text: string): string {
  return text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
}
