/**
 * The one delivery machine of the house: "send from my cursor, be acknowledged after fsync, resume". Pure: it knows
 * neither HTTP nor `ws`; time and randomness come in as arguments. Used by kiosk and agent (spool → appliance) and by
 * the centre (journal → hub). Exactly one batch is in flight, so a lost ack costs one resend and nothing else.
 *
 *   offline ──connected──▶ idle ──(head > acked)──▶ sending ──ack──▶ idle
 *      ▲                    │                          │
 *      └────disconnected────┴──────────────────────────┤
 *                                                      ├─retry / timeout──▶ waiting ──due──▶ idle
 *                                                      └─stop (FORK, CLONE, SIG …)──▶ stopped
 */
export type DeliveryState =
  | { readonly kind: 'offline'; readonly acked: number; readonly failures: number }
  | { readonly kind: 'idle'; readonly acked: number; readonly failures: number }
  | {
      readonly kind: 'sending'
      readonly acked: number
      readonly failures: number
      readonly upTo: number
      readonly since: number
    }
  | { readonly kind: 'waiting'; readonly acked: number; readonly failures: number; readonly until: number }
  | { readonly kind: 'stopped'; readonly acked: number; readonly failures: number; readonly code: string }

export type DeliveryInput =
  /** The link is up; `have` is the receiver's cursor of truth: it may be lower than ours (it was restored). */
  | { readonly kind: 'connected'; readonly have: number }
  | { readonly kind: 'disconnected' }
  /** The receiver committed everything up to `seq`. */
  | { readonly kind: 'acked'; readonly seq: number }
  /** Not committed: busy, 5xx, timeout. `retryMs` when the receiver named one. */
  | { readonly kind: 'failed'; readonly retryMs?: number | undefined }
  /** GAP: the receiver has only `have`; resume there. */
  | { readonly kind: 'rewind'; readonly have: number }
  /** A named error that a person must clear. */
  | { readonly kind: 'stop'; readonly code: string }
  | { readonly kind: 'tick' }

export type DeliveryAction =
  | { readonly kind: 'none' }
  /** Send records `from`…`to` (inclusive) as one batch. */
  | { readonly kind: 'send'; readonly from: number; readonly to: number }
  /** Everything up to `seq` is safe with the receiver. */
  | { readonly kind: 'forget'; readonly seq: number }

export interface DeliverySettings {
  readonly batchMax: number
  readonly timeoutMs: number
  readonly backOffMs: { readonly first: number; readonly max: number }
}

export interface DeliveryContext {
  /** Highest seq durably kept by the sender. */
  readonly head: number
  /** Monotonic ms. */
  readonly now: number
  /** 0 ≤ x < 1, spreads the retries of many senders. */
  readonly jitter: number
  readonly settings: DeliverySettings
}

export interface DeliveryStep {
  readonly state: DeliveryState
  readonly actions: readonly DeliveryAction[]
}

export const deliveryStart: DeliveryState = { kind: 'offline', acked: 0, failures: 0 }

/** One transition. The caller performs the actions in order and feeds back what happens. */
export function stepDelivery(state: DeliveryState, input: DeliveryInput, context: DeliveryContext): DeliveryStep {
  if (state.kind === 'stopped') return { state, actions: [] }
  switch (input.kind) {
    case 'stop':
      return { state: { kind: 'stopped', acked: state.acked, failures: state.failures, code: input.code }, actions: [] }
    case 'disconnected':
      return { state: { kind: 'offline', acked: state.acked, failures: state.failures }, actions: [] }
    case 'connected':
    case 'rewind':
      return resume(state, Math.min(input.have, context.head), context)
    case 'acked':
      return acknowledge(state, input.seq, context)
    case 'failed':
      return state.kind === 'sending' ? backOff(state, input.retryMs, context) : { state, actions: [] }
    case 'tick':
      return tick(state, context)
  }
}

/** The receiver's cursor counts. What it has beyond ours was committed, only its ack was lost on the way. */
function resume(state: DeliveryState, have: number, context: DeliveryContext): DeliveryStep {
  const next = advance({ kind: 'idle', acked: have, failures: 0 }, context)
  if (have <= state.acked) return next
  return { state: next.state, actions: [{ kind: 'forget', seq: have }, ...next.actions] }
}

function acknowledge(state: DeliveryState, seq: number, context: DeliveryContext): DeliveryStep {
  if (state.kind !== 'sending' || seq > state.upTo || seq < state.acked) return { state, actions: [] }
  // An ack that takes nothing would be answered with the same batch at once, for ever: it waits like a failure.
  if (seq === state.acked) return backOff(state, undefined, context)
  const next = advance({ kind: 'idle', acked: seq, failures: 0 }, context)
  return { state: next.state, actions: [{ kind: 'forget', seq }, ...next.actions] }
}

function backOff(
  state: DeliveryState,
  retryMs: number | undefined,
  { now, jitter, settings }: DeliveryContext,
): DeliveryStep {
  const failures = state.failures + 1
  const grown = Math.min(settings.backOffMs.max, settings.backOffMs.first * 2 ** Math.min(failures - 1, 20))
  const delay = retryMs ?? grown * (0.5 + jitter / 2)
  return { state: { kind: 'waiting', acked: state.acked, failures, until: now + delay }, actions: [] }
}

function tick(state: DeliveryState, context: DeliveryContext): DeliveryStep {
  if (state.kind === 'idle') return advance(state, context)
  if (state.kind === 'waiting' && context.now >= state.until) {
    return advance({ kind: 'idle', acked: state.acked, failures: state.failures }, context)
  }
  if (state.kind === 'sending' && context.now - state.since >= context.settings.timeoutMs) {
    return backOff(state, undefined, context)
  }
  return { state, actions: [] }
}

function advance(idle: DeliveryState & { kind: 'idle' }, { head, now, settings }: DeliveryContext): DeliveryStep {
  if (head <= idle.acked) return { state: idle, actions: [] }
  const upTo = Math.min(head, idle.acked + settings.batchMax)
  return {
    state: { kind: 'sending', acked: idle.acked, failures: idle.failures, upTo, since: now },
    actions: [{ kind: 'send', from: idle.acked + 1, to: upTo }],
  }
}
