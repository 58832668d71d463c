/**
 * What a worker's day must come to, written a second time from the published rules and sharing no code with the product:
 * pairing by claim, two minutes of debounce from the last accepted tap, sixteen hours, roll-over at five, nothing
 * invented and nothing dropped. Decisions of people are laid over it in the order in which they were made.
 */
export interface EvidentTap {
  readonly id: string
  readonly site: string
  readonly device: string
  readonly seq: number
  readonly place: string
  readonly time: number
  readonly claim: 'in' | 'out'
  readonly redirected: boolean
  readonly voided: boolean
  readonly clock: string
  readonly offsetAge: number | null
  readonly identified: string
  readonly attributed: boolean
  readonly late: boolean
}

export type Decision =
  | {
      readonly kind: 'granted'
      readonly id: string
      readonly taps: readonly string[]
      readonly granted: readonly { readonly start: number; readonly end: number; readonly place: string }[]
    }
  | {
      readonly kind: 'confirmed'
      readonly start: string
      readonly end: string
      readonly startedAt: number
      readonly endedAt: number
    }

export interface ExpectedSession {
  readonly key: string
  readonly start: number | undefined
  readonly end: number | undefined
  readonly startId: string | undefined
  readonly endId: string | undefined
  readonly place: string
  readonly flags: ReadonlySet<string>
  readonly status: 'payable' | 'pending' | 'void'
  readonly open: boolean
  /** Rests on a person's decision. */
  readonly decided: boolean
  readonly seconds: number
}

const DEBOUNCE = 120_000
const LONGEST = 16 * 3_600_000
const BETWEEN_CENTRES = 30 * 60_000

export function expectDay(taps: readonly EvidentTap[], decisions: readonly Decision[]): ExpectedSession[] {
  return laidOver(sessionsOf(acceptedOf(taps)), decisions)
}

/** By time; who leaves and comes in one instant leaves first. */
function acceptedOf(taps: readonly EvidentTap[]): EvidentTap[] {
  const order = (tap: EvidentTap) => [tap.time, tap.claim === 'out' ? 0 : 1, tap.device, tap.seq] as const
  const accepted: EvidentTap[] = []
  for (const tap of [...taps].sort((a, b) => compare(order(a), order(b)))) {
    if (tap.voided) continue
    const last = accepted.at(-1)
    const bounced = last !== undefined && tap.time - last.time < DEBOUNCE && !tap.redirected
    if (!bounced) accepted.push(tap)
  }
  return accepted
}

interface Draft {
  readonly start?: EvidentTap | undefined
  readonly end?: EvidentTap | undefined
  readonly flags: readonly string[]
  readonly open?: boolean
}

function sessionsOf(accepted: readonly EvidentTap[]): ExpectedSession[] {
  const drafts: Draft[] = []
  let inside: { tap: EvidentTap; flags: readonly string[] } | undefined
  for (const tap of accepted) {
    if (tap.claim === 'in') {
      const far = inside !== undefined && inside.tap.site !== tap.site && tap.time - inside.tap.time < BETWEEN_CENTRES
      const flags = far ? ['two_places'] : []
      if (inside !== undefined) drafts.push({ start: inside.tap, flags: ['missing_out', ...inside.flags, ...flags] })
      inside = { tap, flags }
    } else if (inside === undefined) drafts.push({ end: tap, flags: ['missing_in'] })
    else if (tap.time - inside.tap.time > LONGEST) {
      drafts.push({ start: inside.tap, flags: ['missing_out', ...inside.flags] }, { end: tap, flags: ['missing_in'] })
      inside = undefined
    } else {
      const elsewhere = inside.tap.place === tap.place ? [] : ['place_mismatch']
      drafts.push({ start: inside.tap, end: tap, flags: [...inside.flags, ...elsewhere] })
      inside = undefined
    }
  }
  if (inside !== undefined) drafts.push({ start: inside.tap, flags: inside.flags, open: true })
  const doubtful = outOfOrder(accepted)
  return drafts.map((draft) => described(draft, doubtful))
}

/** Taps of two devices nearer to each other than their clocks can tell. */
function outOfOrder(accepted: readonly EvidentTap[]): ReadonlySet<string> {
  const pairs = accepted.flatMap((a, index) => accepted.slice(index + 1).map((b) => [a, b] as const))
  const unclear = pairs.filter(([a, b]) => a.device !== b.device && b.time - a.time < errorOf(a) + errorOf(b))
  return new Set(unclear.flatMap(([a, b]) => [a.id, b.id]))
}

function errorOf({ clock, offsetAge }: EvidentTap): number {
  if (clock === 'unsynced' || clock === 'absurd') return 86_400_000
  return clock === 'extrapolated' ? 2_000 + Math.ceil((offsetAge ?? 0) / 10_000) : 2_000
}

function described({ start, end, flags, open = false }: Draft, doubtful: ReadonlySet<string>): ExpectedSession {
  const edges = [start, end].filter((tap) => tap !== undefined)
  const all = new Set([...flags, ...edges.flatMap((tap) => edgeFlags(tap, doubtful))])
  const first = start ?? end
  const whole = start !== undefined && end !== undefined
  return {
    key: first?.id ?? '',
    start: start?.time,
    end: end?.time,
    startId: start?.id,
    endId: end?.id,
    place: first?.place ?? '',
    flags: all,
    status: whole && all.size === 0 ? 'payable' : 'pending',
    open,
    decided: false,
    seconds: whole ? wholeSeconds(start.time, end.time) : 0,
  }
}

function edgeFlags(tap: EvidentTap, doubtful: ReadonlySet<string>): string[] {
  return [
    ...(doubtful.has(tap.id) ? ['order_uncertain'] : []),
    ...(tap.clock === 'unsynced' ? ['clock_unsynced'] : []),
    ...(tap.clock === 'absurd' ? ['clock_absurd'] : []),
    ...(tap.identified === 'unverified' ? ['identity_unverified'] : []),
    ...(tap.attributed ? ['card_attached_later'] : []),
    ...(tap.late ? ['late_evidence'] : []),
  ]
}

function laidOver(sessions: readonly ExpectedSession[], decisions: readonly Decision[]): ExpectedSession[] {
  let current = [...sessions]
  const granted: ExpectedSession[] = []
  for (const decision of decisions) {
    if (decision.kind !== 'granted') continue
    const isNamed = ({ startId = '', endId = '' }: ExpectedSession) =>
      decision.taps.includes(startId) || decision.taps.includes(endId)
    current = current.map((one) => (isNamed(one) ? { ...one, status: 'void', open: false } : one))
    const fresh = grantedSessions(decision)
    granted.push(...fresh)
    current.push(...fresh)
  }
  const contested = contestedAmong(current, granted)
  return current.map((one) => {
    if (contested.has(one.key)) return { ...one, status: 'pending', flags: new Set([...one.flags, 'late_evidence']) }
    return vouchedFor(one, decisions)
  })
}

function grantedSessions({ id, granted }: Decision & { kind: 'granted' }): ExpectedSession[] {
  return [...granted]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, place }, index) => ({
      key: index === 0 ? id : `${id}#${index + 1}`,
      start,
      end,
      startId: id,
      endId: id,
      place,
      flags: new Set<string>(),
      status: 'payable',
      open: false,
      decided: true,
      seconds: wholeSeconds(start, end),
    }))
}

/** What was granted first stands; whatever else lies over it waits, so that no second is paid twice. */
function contestedAmong(sessions: readonly ExpectedSession[], granted: readonly ExpectedSession[]): Set<string> {
  const contested = new Set<string>()
  const standing: ExpectedSession[] = []
  const alive = new Map(sessions.map((one) => [one.key, one]))
  const others = sessions.filter(({ key }) => !granted.some((one) => one.key === key))
  for (const one of [...granted, ...others]) {
    const { key, start, end } = one
    if (alive.get(key)?.status === 'void' || start === undefined || end === undefined) continue
    if (standing.some((other) => start < (other.end ?? 0) && (other.start ?? 0) < end)) contested.add(key)
    else if (granted.includes(one)) standing.push(one)
  }
  return contested
}

function vouchedFor(one: ExpectedSession, decisions: readonly Decision[]): ExpectedSession {
  if (one.status !== 'pending' || one.end === undefined) return one
  const seen = decisions.some(
    (decision) =>
      decision.kind === 'confirmed' &&
      decision.start === one.startId &&
      decision.end === one.endId &&
      decision.startedAt === one.start &&
      decision.endedAt === one.end,
  )
  return seen ? { ...one, status: 'payable', decided: true } : one
}

/** Each edge is cut to its second. */
function wholeSeconds(start: number, end: number): number {
  return Math.floor(end / 1000) - Math.floor(start / 1000)
}

export function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined || left === right) continue
    return left < right ? -1 : 1
  }
  return 0
}
