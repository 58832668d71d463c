/**
 * Whether a request that changes something comes from our own pages. Browsers say where they come from (`Origin`,
 * `Sec-Fetch-Site`); programs without a browser say neither and carry no ambient cookie. Pure.
 */

export interface OriginFacts {
  readonly method: string
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  /** `Host` of the request. */
  readonly host: string | undefined
  readonly secure: boolean
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export function isForeignOrigin(facts: OriginFacts): boolean {
  return !SAFE.has(facts.method) && comesFromElsewhere(facts)
}

/** For WebSocket upgrades, which are GETs but act with the cookies of the page (RFC 6455 §10.2). */
export function comesFromElsewhere({ origin, fetchSite, host, secure }: Omit<OriginFacts, 'method'>): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return true
  if (origin === undefined) return false
  return host === undefined || origin.toLowerCase() !== `${secure ? 'https' : 'http'}://${host}`.toLowerCase()
}
