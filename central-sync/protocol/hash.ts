/** SHA-256 and base64url in one place, so that every digest in the house is written the same way. */
import { hash } from 'node:crypto'

export const HASH_BYTES = 32

export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer')
}

/** The digest of a text as base64url. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}

export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

export function fromBase64Url(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
