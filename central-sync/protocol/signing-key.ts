/** Ed25519 identities of servers and devices, and boxes sealed to an X25519 key. Public keys travel raw, base64url. */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { fromBase64Url, toBase64Url } from './hash.ts'

type Curve = 'Ed25519' | 'X25519'

/** A private key with its public half. `secret` is the raw 32-byte seed, base64url: it belongs in a 0600 file or secrets.db. */
export interface KeyPair {
  readonly publicKey: string
  readonly secret: string
}

/** An identity: one key to sign with, one key to receive sealed boxes with. */
export interface Identity {
  readonly signing: KeyPair
  readonly box: KeyPair
}

export function newIdentity(): Identity {
  return { signing: newKeyPair('Ed25519'), box: newKeyPair('X25519') }
}

export function newKeyPair(curve: Curve): KeyPair {
  const { privateKey } = curve === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')
  const jwk = privateKey.export({ format: 'jwk' }) as { x: string; d: string }
  return { publicKey: jwk.x, secret: jwk.d }
}

const privateKeys = new WeakMap<KeyPair, KeyObject>()

function privateKeyOf(pair: KeyPair, curve: Curve): KeyObject {
  const known = privateKeys.get(pair)
  if (known !== undefined) return known
  const key = createPrivateKey({ key: { kty: 'OKP', crv: curve, x: pair.publicKey, d: pair.secret }, format: 'jwk' })
  privateKeys.set(pair, key)
  return key
}

function publicKeyOf(raw: string, curve: Curve): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: curve, x: raw }, format: 'jwk' })
}

/** Ed25519 signature, base64url. */
export function signBytes(message: Uint8Array, pair: KeyPair): string {
  return toBase64Url(sign(null, message, privateKeyOf(pair, 'Ed25519')))
}

/** False for a wrong signature and for a malformed key or signature alike. */
export function verifyBytes(message: Uint8Array, signature: string, publicKey: string): boolean {
  try {
    return verify(null, message, publicKeyOf(publicKey, 'Ed25519'), fromBase64Url(signature))
  } catch {
    return false
  }
}

/** X25519 agreement followed by HKDF-SHA-256; `info` separates uses. 32 bytes. */
export function agreeKey(own: KeyPair, peerPublicKey: string, salt: Uint8Array, info: string): Buffer {
  const secret = diffieHellman({
    privateKey: privateKeyOf(own, 'X25519'),
    publicKey: publicKeyOf(peerPublicKey, 'X25519'),
  })
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32))
}

/** A box only the holder of `peerPublicKey` can open: ephemeral key ‖ nonce ‖ ciphertext ‖ tag, base64url. */
export function sealTo(plain: Uint8Array, peerPublicKey: string, info: string): string {
  const ephemeral = newKeyPair('X25519')
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', agreeKey(ephemeral, peerPublicKey, nonce, info), nonce)
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return toBase64Url(Buffer.concat([fromBase64Url(ephemeral.publicKey), nonce, body]))
}

/** Undefined when the box is not for this key or was changed. */
export function openSealed(box: string, own: KeyPair, info: string): Buffer | undefined {
  try {
    const bytes = fromBase64Url(box)
    const nonce = bytes.subarray(32, 44)
    const key = agreeKey(own, toBase64Url(bytes.subarray(0, 32)), nonce, info)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAuthTag(bytes.subarray(bytes.length - 16))
    return Buffer.concat([decipher.update(bytes.subarray(44, bytes.length - 16)), decipher.final()])
  } catch {
    return undefined
  }
}
