/** Cookie names and attributes of one program. Programs behind one host name must not overwrite each other's. */
import type { Request, Response } from 'express'

export interface CookieNames {
  /** Sign-in session. */
  readonly session: string
  /** Answer of the form before. */
  readonly flash: string
}

export const LANGUAGE_COOKIE = 'lang'
const YEAR_S = 365 * 86_400
const FLASH_S = 600

/** `__Host-` binds a cookie to this host over TLS (RFC 6265bis §4.1.3.2); plain HTTP cannot carry that prefix. */
export function cookieNames(program: string | undefined, base: string, secure: boolean): CookieNames {
  const suffix = (program ?? base).replace(/[^A-Za-z0-9]+/g, '')
  const prefix = secure ? '__Host-' : ''
  const tail = suffix === '' ? '' : `-${suffix}`
  return { session: `${prefix}sid${tail}`, flash: `${prefix}said${tail}` }
}

/** The first cookie of that name; undefined when there is none or it is not plain token text. */
export function readCookie(request: { headers: { cookie?: string | undefined } }, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) {
      const value = part.slice(at + 1).trim()
      return /^[A-Za-z0-9_.~-]{1,200}$/.test(value) ? value : undefined
    }
  }
  return undefined
}

export function setSessionCookie(response: Response, name: string, token: string, secure: boolean): void {
  response.cookie(name, token, { httpOnly: true, sameSite: 'strict', path: '/', secure })
}

export function setFlashCookie(response: Response, name: string, token: string, secure: boolean): void {
  response.cookie(name, token, { httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: FLASH_S * 1000 })
}

export function setLanguageCookie(response: Response, language: string, secure: boolean): void {
  response.cookie(LANGUAGE_COOKIE, language, { sameSite: 'lax', path: '/', secure, maxAge: YEAR_S * 1000 })
}

export function clearCookie(request: Request, response: Response, name: string, secure: boolean): void {
  if (readCookie(request, name) === undefined) return
  response.clearCookie(name, { httpOnly: true, sameSite: 'strict', path: '/', secure })
}
