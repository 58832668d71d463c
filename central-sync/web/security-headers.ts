/**
 * Headers of every answer. Nothing may be loaded from elsewhere and nothing inline runs. No `upgrade-insecure-requests`
 * and no HSTS over plain HTTP: they would lock a plain LAN out. `'self'` covers `ws:`/`wss:` of the same host (CSP 3).
 */
import type { RequestHandler } from 'express'
import helmet from 'helmet'

const HSTS_S = 30 * 86_400

export function securityHeaders(secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
    // With `no-referrer` browsers send `Origin: null` on our own forms, and the origin check could not tell them apart.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: HSTS_S, includeSubDomains: false } : false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: secure,
  })
}

/** Pages and answers are about people: no cache keeps them. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store')
  next()
}
