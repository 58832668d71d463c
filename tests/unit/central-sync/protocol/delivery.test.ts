/** The delivery machine: a table of its transitions, and its promises against a receiver and a link out of one seed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type DeliveryAction,
  type DeliveryContext,
  type DeliveryInput,
  type DeliveryState,
  deliveryStart,
  stepDelivery,
} from '../../../../central-sync/protocol/delivery.ts'

const settings = { batchMax: 10, timeoutMs: 1_000, backOffMs: { first: 100, max: 5_000 } }
const at = (head: number, now = 0): DeliveryContext => ({ head, now, jitter: 0.5, settings })
const idle = (acked: number): DeliveryState => ({ kind: 'idle', acked, failures: 0 })
const sending = (acked: number, upTo: number): DeliveryState => ({
  kind: 'sending',
  acked,
  failures: 0,
  upTo,
  since: 0,
})
const send = (from: number, to: number): DeliveryAction => ({ kind: 'send', from, to })
const forget = (seq: number): DeliveryAction => ({ kind: 'forget', seq })

test.each<[string, DeliveryState, DeliveryInput, DeliveryContext, Partial<DeliveryState>, DeliveryAction[]]>([
  ['a link comes up with nothing to send', deliveryStart, { kind: 'connected', have: 0 }, at(0), idle(0), []],
  [
    'a link comes up with work waiting',
    deliveryStart,
    { kind: 'connected', have: 2 },
    at(5),
    sending(2, 5),
    [forget(2), send(3, 5)],
  ],
  [
    'the receiver was restored and has less',
    idle(5),
    { kind: 'connected', have: 2 },
    at(5),
    sending(2, 5),
    [send(3, 5)],
  ],
  ['the receiver claims more than there is', idle(0), { kind: 'connected', have: 9 }, at(5), idle(5), [forget(5)]],
  ['a batch is no longer than the limit', idle(0), { kind: 'tick' }, at(25), sending(0, 10), [send(1, 10)]],
  [
    'a whole ack brings the next batch',
    sending(0, 10),
    { kind: 'acked', seq: 10 },
    at(12),
    sending(10, 12),
    [forget(10), send(11, 12)],
  ],
  [
    'a partial ack resumes behind it',
    sending(0, 10),
    { kind: 'acked', seq: 4 },
    at(10),
    sending(4, 10),
    [forget(4), send(5, 10)],
  ],
  [
    'an ack of nothing waits like a failure',
    sending(4, 9),
    { kind: 'acked', seq: 4 },
    at(9),
    { kind: 'waiting', failures: 1, until: 75 },
    [],
  ],
  ['an ack above what was sent is not believed', sending(0, 5), { kind: 'acked', seq: 6 }, at(9), sending(0, 5), []],
  ['an ack while nothing is in flight changes nothing', idle(3), { kind: 'acked', seq: 3 }, at(3), idle(3), []],
  ['a failure waits', sending(0, 5), { kind: 'failed' }, at(5), { kind: 'waiting', failures: 1, until: 75 }, []],
  [
    'a failure waits as long as the receiver asks',
    sending(0, 5),
    { kind: 'failed', retryMs: 900 },
    at(5, 10),
    { kind: 'waiting', until: 910 },
    [],
  ],
  [
    'no answer in time is a failure',
    sending(0, 5),
    { kind: 'tick' },
    at(5, 1_000),
    { kind: 'waiting', failures: 1 },
    [],
  ],
  [
    'a gap resumes where the receiver is',
    sending(4, 9),
    { kind: 'rewind', have: 2 },
    at(9),
    sending(2, 9),
    [send(3, 9)],
  ],
  ['a named error stops', sending(0, 5), { kind: 'stop', code: 'FORK' }, at(5), { kind: 'stopped', code: 'FORK' }, []],
  [
    'what is stopped stays stopped',
    { kind: 'stopped', acked: 1, failures: 0, code: 'FORK' },
    { kind: 'connected', have: 1 },
    at(5),
    { kind: 'stopped' },
    [],
  ],
  ['the link goes', sending(3, 5), { kind: 'disconnected' }, at(5), { kind: 'offline', acked: 3 }, []],
])('%s', (_title, state, input, context, expected, actions) => {
  const step = stepDelivery(state, input, context)
  expect(step.state).toMatchObject(expected)
  expect(step.actions).toEqual(actions)
})

test('waiting grows to its limit and never beyond', () => {
  const waits: number[] = []
  let state: DeliveryState = idle(0)
  let now = 0
  for (let turn = 0; turn < 12; turn++) {
    state = stepDelivery(state, { kind: 'tick' }, at(5, now)).state
    state = stepDelivery(state, { kind: 'failed' }, at(5, now)).state
    if (state.kind !== 'waiting') throw new Error(`not waiting but ${state.kind}`)
    waits.push(state.until - now)
    expect(stepDelivery(state, { kind: 'tick' }, at(5, state.until - 1)).actions).toEqual([])
    now = state.until
  }
  expect(waits).toEqual([75, 150, 300, 600, 1_200, 2_400, 3_750, 3_750, 3_750, 3_750, 3_750, 3_750])
})

/** What can happen on the way: each number drives one event. */
const happening = fc.record({
  what: fc.constantFrom('append', 'arrive', 'lose', 'busy', 'ackLost', 'restore', 'tick', 'cut', 'join', 'lateAck'),
  size: fc.nat({ max: 7 }),
})

interface World {
  state: DeliveryState
  head: number
  now: number
  /** Committed by the receiver, highest ever and now. */
  have: number
  /** Deepest point the receiver was ever restored to: below it the sender may hold nothing any more. */
  everForgot: number
  inFlight: { from: number; to: number } | undefined
  sends: number
}

function feed(world: World, input: DeliveryInput): void {
  const { state, actions } = stepDelivery(world.state, input, { ...at(world.head, world.now), jitter: 0.3 })
  world.state = state
  for (const action of actions) {
    if (action.kind === 'forget') {
      expect(action.seq).toBeLessThanOrEqual(world.have)
      world.everForgot = Math.max(world.everForgot, action.seq)
    }
    if (action.kind === 'send') {
      expect(action.from).toBe(state.acked + 1)
      expect(action.to - action.from + 1).toBeLessThanOrEqual(settings.batchMax)
      expect(action.to).toBeLessThanOrEqual(world.head)
      world.inFlight = action
      world.sends += 1
    }
  }
  expect(actions.filter(({ kind }) => kind === 'send').length).toBeLessThanOrEqual(1)
  if (state.kind !== 'sending') world.inFlight = undefined
}

function commit(world: World): number | undefined {
  const batch = world.inFlight
  if (batch === undefined || batch.from > world.have + 1) return undefined
  world.have = Math.max(world.have, batch.to)
  return batch.to
}

function perform(world: World, { what, size }: { what: string; size: number }): void {
  world.now += size * 100
  if (what === 'append') world.head += size
  if (what === 'tick') feed(world, { kind: 'tick' })
  if (what === 'cut') feed(world, { kind: 'disconnected' })
  if (what === 'join') feed(world, { kind: 'connected', have: world.have })
  if (what === 'busy') feed(world, { kind: 'failed' })
  if (what === 'lateAck') feed(world, { kind: 'acked', seq: Math.max(0, world.have - size) })
  if (what === 'ackLost') commit(world)
  if (what === 'lose') world.now += settings.timeoutMs
  if (what === 'restore') world.have = Math.max(world.everForgot, world.have - size)
  if (what === 'arrive') {
    const to = commit(world)
    if (to !== undefined) feed(world, { kind: 'acked', seq: to })
    else if (world.inFlight !== undefined) feed(world, { kind: 'rewind', have: world.have })
  }
}

test('it never forgets what the receiver has not committed, has one batch in flight, and converges when the link is fair', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 120 }), (events) => {
      const world: World = {
        state: deliveryStart,
        head: 0,
        now: 0,
        have: 0,
        everForgot: 0,
        inFlight: undefined,
        sends: 0,
      }
      for (const event of events) perform(world, event)
      feed(world, { kind: 'disconnected' })
      feed(world, { kind: 'connected', have: world.have })
      const backlog = world.head - world.have
      world.sends = world.inFlight === undefined ? 0 : 1
      for (let turn = 0; turn < 200 && world.have < world.head; turn++) perform(world, { what: 'arrive', size: 0 })
      expect(world.have).toBe(world.head)
      expect(world.state).toMatchObject({ kind: 'idle', acked: world.head })
      expect(world.sends).toBeLessThanOrEqual(Math.ceil(backlog / settings.batchMax) + 1)
    }),
    { numRuns: 1_000 },
  )
})
