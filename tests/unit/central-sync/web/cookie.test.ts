import { describe, expect, it } from 'vitest'
import { cookieNames, readCookie } from '../../../../central-sync/web/cookie.ts'

describe('cookies', () => {
  it('are bound to the host under TLS', () => {
    expect(cookieNames(undefined, '', true)).toEqual({ session: '__Host-sid', flash: '__Host-said' })
    expect(cookieNames(undefined, '', false).session).toBe('sid')
  })

  it('do not meet between programs of one host', () => {
    const names = [
      cookieNames(undefined, '', false),
      cookieNames(undefined, '/hub', false),
      cookieNames('ITO', '', false),
    ]
    expect(new Set(names.flatMap(({ session, flash }) => [session, flash])).size).toBe(6)
  })

  it('are read as plain tokens only', () => {
    const read = (cookie: string) => readCookie({ headers: { cookie } }, 'sid')
    expect(read('a=1; sid=abc-_~.1; b=2')).toBe('abc-_~.1')
    expect(read('sid=a"b')).toBeUndefined()
    expect(read('xsid=abc')).toBeUndefined()
    expect(read('sid=')).toBeUndefined()
    expect(readCookie({ headers: {} }, 'sid')).toBeUndefined()
  })
})
