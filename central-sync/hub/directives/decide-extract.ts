/**
 * Decides which centres an entry goes down to, and what the hub must remember for later entries. Pure: the desk gathers
 * the facts. A centre gets the nameless directory of everyone, whatever concerns its own workers, and the work it has
 * a share of; names only of its own region or of somebody who came to it.
 */

/** The hub's own stream. */
export const HUB_SITE = 'hub'

export interface Routable {
  readonly type: string
  /** The stream's site: who wrote it. */
  readonly author: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface RoutingFacts {
  home(worker: string): string | undefined
  /** Centres other than the home where she tapped or is assigned. */
  acquainted(worker: string): readonly string[]
  /** Centres that have a share of, or an assignment in, this package. */
  concerned(work: string): readonly string[]
  workerOfTap(tap: string): string | undefined
  workerOfAssignment(assignment: string): string | undefined
}

/** What follows from an entry besides its own way down. */
export type Consequence =
  /** Opens the site's down stream and sends it everything that went to everyone so far. */
  | { readonly kind: 'admit'; readonly site: string }
  /** Learns a worker's home and routes what had to wait for it. */
  | { readonly kind: 'home'; readonly worker: string; readonly site: string }
  /** Her introduction goes to this centre. */
  | { readonly kind: 'acquaint'; readonly worker: string; readonly site: string }
  /** Her introduction is written anew. */
  | { readonly kind: 'reintroduce'; readonly worker: string }
  /** The package with its order, client and rates goes to this centre. */
  | { readonly kind: 'concern'; readonly work: string; readonly site: string }
  /** An earlier entry goes to this centre first. */
  | { readonly kind: 'forward'; readonly id: string; readonly site: string }
  /** Nobody knows this worker's home yet: decide again when it is known. */
  | { readonly kind: 'park'; readonly worker: string }

export interface Extract {
  /** Never contains the author. */
  readonly audience: 'everyone' | readonly string[]
  /** The sealed part travels too. */
  readonly sealed: boolean
  /** `concern` and `forward` come before the entry, the rest after it. */
  readonly consequences: readonly Consequence[]
}

const NOTHING: Extract = { audience: [], sealed: false, consequences: [] }

type Rule = (entry: Routable, facts: RoutingFacts) => Extract

const rules: Readonly<Record<string, Rule>> = {
  'centre.named': everyone,
  'site.admitted': ({ data }) => extract('everyone', [{ kind: 'admit', site: text(data.site) }]),
  'card-key.announced': (entry, facts) => (entry.author === HUB_SITE ? everyone(entry, facts) : NOTHING),
  'worker.registered': registered,
  'worker.changed': ({ data }) => extract('everyone', [{ kind: 'reintroduce', worker: text(data.worker) }]),
  'worker.introduced': ({ data }, facts) => ({ ...extract(facts.acquainted(text(data.worker))), sealed: true }),
  'introduction.lapsed': ({ data }) => extract([text(data.site)]),
  'card.enrolled': everyone,
  'card.digest-added': everyone,
  'card.revoked': everyone,
  'tap.recorded': (entry, facts) => toHome(entry, facts, entry.data.worker),
  'tap.redirected': followTap,
  'tap.voided': followTap,
  'tap.attributed': attributed,
  'correction.requested': (entry, facts) => ({ ...toHome(entry, facts, entry.data.worker), sealed: true }),
  'rate.set': ({ data }, facts) => extract(facts.concerned(text(data.package))),
  'share.granted': concerning,
  'assignment.requested': concerning,
  'assignment.made': assigned,
  'assignment.ended': (entry, facts) => toHome(entry, facts, facts.workerOfAssignment(text(entry.data.assignment))),
  'work.chosen': (entry, facts) => toHome(entry, facts, entry.data.worker),
  'statement.issued': ({ data }) => extract([text(data.site)]),
  'payroll.closed': everyone,
}

/** Types that ever go down: everything else is skipped unread. */
export const routedTypes: readonly string[] = Object.keys(rules)
/** What a newly admitted centre gets of the past. */
export const publicTypes: readonly string[] = [
  'centre.named',
  'site.admitted',
  'card-key.announced',
  'worker.registered',
  'worker.changed',
  'card.enrolled',
  'card.digest-added',
  'card.revoked',
  'payroll.closed',
]

export function decideExtract(entry: Routable, facts: RoutingFacts): Extract {
  const decided = rules[entry.type]?.(entry, facts) ?? NOTHING
  if (decided.audience === 'everyone') return decided
  return { ...decided, audience: decided.audience.filter((site) => site !== entry.author) }
}

function extract(audience: Extract['audience'], consequences: readonly Consequence[] = []): Extract {
  return { audience, sealed: false, consequences }
}

function everyone(_entry: Routable, _facts: RoutingFacts): Extract {
  return extract('everyone')
}

/** A centre may register workers of its own only. */
function registered({ author, data }: Routable): Extract {
  if (data.home !== author) return NOTHING
  return extract('everyone', [{ kind: 'home', worker: text(data.worker), site: author }])
}

function toHome({ author }: Routable, facts: RoutingFacts, worker: unknown): Extract {
  if (worker === undefined) return NOTHING
  const home = facts.home(text(worker))
  if (home === undefined) return extract([], [{ kind: 'park', worker: text(worker) }])
  if (home === author) return NOTHING
  return extract([home], author === HUB_SITE ? [] : [{ kind: 'acquaint', worker: text(worker), site: author }])
}

function followTap(entry: Routable, facts: RoutingFacts): Extract {
  return toHome(entry, facts, entry.data.worker ?? facts.workerOfTap(text(entry.data.target)))
}

/** The home centre has not seen the tap: it had no worker then. */
function attributed(entry: Routable, facts: RoutingFacts): Extract {
  const decided = toHome(entry, facts, entry.data.worker)
  const forwards = decided.audience === 'everyone' ? [] : decided.audience
  const first = forwards.map((site) => ({ kind: 'forward' as const, id: text(entry.data.target), site }))
  return { ...decided, consequences: [...first, ...decided.consequences] }
}

function concerning({ data }: Routable): Extract {
  const site = text(data.site)
  return extract([site], [{ kind: 'concern', work: text(data.package), site }])
}

function assigned(entry: Routable, facts: RoutingFacts): Extract {
  const decided = toHome(entry, facts, entry.data.worker)
  const sites = decided.audience === 'everyone' ? [] : decided.audience
  const first = sites.map((site) => ({ kind: 'concern' as const, work: text(entry.data.package), site }))
  return { ...decided, consequences: [...first, ...decided.consequences] }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
