/**
 * The code on the slip that a parent gets at drop-off (P18). Four letters or digits, without vowels (no words come out),
 * without 0 and 1, and with only one of each pair that looks alike on paper (B8, S5, Z2, G6, L1, Q0).
 */

export const CODE_ALPHABET = '23456789CDFHJKMNPRTVWX'
export const CODE_LENGTH = 4
const TRIES_MAX = 1_000

/**
 * A code that no child who is here has. `random` returns that many random bytes. Throws when it finds none in a thousand
 * tries: with 234,256 codes that means the source of chance is broken.
 */
export function newSecurityCode(random: (bytes: number) => Uint8Array, taken: ReadonlySet<string>): string {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const code = drawCode(random)
    if (code !== undefined && !taken.has(code)) return code
  }
  throw new Error('no free security code')
}

/** Undefined when a byte would favour the first letters of the alphabet. */
function drawCode(random: (bytes: number) => Uint8Array): string | undefined {
  const fair = 256 - (256 % CODE_ALPHABET.length)
  const bytes = random(CODE_LENGTH)
  if (bytes.length < CODE_LENGTH || bytes.some((byte) => byte >= fair)) return undefined
  return [...bytes.slice(0, CODE_LENGTH)].map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length]).join('')
}
