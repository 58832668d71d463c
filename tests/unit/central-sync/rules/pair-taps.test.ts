import { describe, expect, it } from 'vitest'
import type { FoldRedirect, FoldTap, FoldVoid } from '../../../../central-sync/rules/fold-day.ts'
import { at, fold, say, tap, withoutRollOver } from '../../../support/attendance-facts.ts'

/** What happened before the event: the taps that lead into the state. */
type State = 'out' | 'in' | 'in at another place' | 'in for too long'
type Event =
  | 'IN tap'
  | 'OUT tap'
  | 'bounce'
  | 'switched tap inside the debounce window'
  | 'redirected tap inside the debounce window'
  | 'revoked card'
  | 'undone tap'

interface Outcome {
  readonly sessions: readonly string[]
  readonly inside: boolean
  readonly outcome: string
}

/** No Partial: a forgotten case does not compile. Roll-over is off where a session is too long, to tell the two apart. */
const TABLE: Record<State, Record<Event, Outcome>> = {
  out: {
    'IN tap': { sessions: ['12:00– pending'], inside: true, outcome: 'in' },
    'OUT tap': { sessions: ['–12:00 pending missing_in'], inside: false, outcome: 'out' },
    bounce: { sessions: ['11:00–11:59 payable'], inside: false, outcome: 'ignored bounce' },
    'switched tap inside the debounce window': {
      sessions: ['11:00–11:59 payable', '12:00– pending'],
      inside: true,
      outcome: 'in',
    },
    'redirected tap inside the debounce window': {
      sessions: ['11:00–11:59 payable', '12:00– pending'],
      inside: true,
      outcome: 'in',
    },
    'revoked card': { sessions: [], inside: false, outcome: 'ignored revoked_card' },
    'undone tap': { sessions: [], inside: false, outcome: 'ignored voided' },
  },
  in: {
    'IN tap': { sessions: ['09:00– pending missing_out', '12:00– pending'], inside: true, outcome: 'in' },
    'OUT tap': { sessions: ['09:00–12:00 payable'], inside: false, outcome: 'out' },
    bounce: { sessions: ['11:59– pending'], inside: true, outcome: 'ignored bounce' },
    'switched tap inside the debounce window': {
      sessions: ['11:59–12:00 payable'],
      inside: false,
      outcome: 'out',
    },
    'redirected tap inside the debounce window': {
      sessions: ['11:59–12:00 payable'],
      inside: false,
      outcome: 'out',
    },
    'revoked card': { sessions: ['09:00– pending'], inside: true, outcome: 'ignored revoked_card' },
    'undone tap': { sessions: ['09:00– pending'], inside: true, outcome: 'ignored voided' },
  },
  'in at another place': {
    'IN tap': { sessions: ['09:00– pending missing_out', '12:00– pending'], inside: true, outcome: 'in' },
    'OUT tap': { sessions: ['09:00–12:00 pending place_mismatch'], inside: false, outcome: 'out' },
    bounce: { sessions: ['11:59– pending'], inside: true, outcome: 'ignored bounce' },
    'switched tap inside the debounce window': {
      sessions: ['11:59–12:00 pending place_mismatch'],
      inside: false,
      outcome: 'out',
    },
    'redirected tap inside the debounce window': {
      sessions: ['11:59–12:00 pending place_mismatch'],
      inside: false,
      outcome: 'out',
    },
    'revoked card': { sessions: ['09:00– pending'], inside: true, outcome: 'ignored revoked_card' },
    'undone tap': { sessions: ['09:00– pending'], inside: true, outcome: 'ignored voided' },
  },
  'in for too long': {
    'IN tap': { sessions: ['-7:00– pending missing_out', '12:00– pending'], inside: true, outcome: 'in' },
    'OUT tap': {
      sessions: ['-7:00– pending missing_out', '–12:00 pending missing_in'],
      inside: false,
      outcome: 'out',
    },
    bounce: { sessions: ['11:59– pending'], inside: true, outcome: 'ignored bounce' },
    'switched tap inside the debounce window': {
      sessions: ['11:59–12:00 payable'],
      inside: false,
      outcome: 'out',
    },
    'redirected tap inside the debounce window': {
      sessions: ['11:59–12:00 payable'],
      inside: false,
      outcome: 'out',
    },
    'revoked card': { sessions: ['-7:00– pending'], inside: true, outcome: 'ignored revoked_card' },
    'undone tap': { sessions: ['-7:00– pending'], inside: true, outcome: 'ignored voided' },
  },
}

/** The event always happens at 12:00 in Shiojiri. Inside the window the last accepted tap is one minute old. */
function happen(state: State, event: Event) {
  const near = event === 'bounce' || event.includes('inside the debounce window')
  const place = state === 'in at another place' ? '糸魚川' : '塩尻'
  const before = history(state, near, place)
  const { claim, more } = tapOf(state, event)
  const last = tap(claim, at('12:00'), more)
  const redirects: FoldRedirect[] =
    event === 'redirected tap inside the debounce window'
      ? [{ id: `${last.device}.1.9999` as FoldTap['id'], target: last.id, claim: state === 'out' ? 'in' : 'out' }]
      : []
  const voids: FoldVoid[] = event === 'undone tap' ? [{ target: last.id }] : []
  return { day: fold([...before, last], { redirects, voids, policy: withoutRollOver }), last }
}

function history(state: State, near: boolean, place: string): FoldTap[] {
  if (near && state === 'out') return [tap('in', at('11:00')), tap('out', at('11:59'))]
  if (near) return [tap('in', at('11:59'), { place })]
  if (state === 'out') return []
  return [tap('in', state === 'in for too long' ? at('-7:00') : at('09:00'), { place })]
}

function tapOf(state: State, event: Event): { claim: 'in' | 'out'; more: Partial<FoldTap> } {
  const proposed = state === 'out' ? 'in' : 'out'
  const opposite = state === 'out' ? 'out' : 'in'
  switch (event) {
    case 'IN tap':
      return { claim: 'in', more: {} }
    case 'OUT tap':
      return { claim: 'out', more: {} }
    case 'bounce':
      return { claim: proposed, more: {} }
    case 'switched tap inside the debounce window':
      return { claim: proposed, more: { claimBy: 'worker' } }
    case 'redirected tap inside the debounce window':
      return { claim: opposite, more: {} }
    case 'revoked card':
      return { claim: proposed, more: { known: 'revoked_card' } }
    case 'undone tap':
      return { claim: proposed, more: {} }
  }
}

describe('the two states of a worker', () => {
  for (const [state, events] of Object.entries(TABLE) as [State, Record<Event, Outcome>][]) {
    for (const [event, expected] of Object.entries(events) as [Event, Outcome][]) {
      it(`${state}, then ${event}`, () => {
        const { day, last } = happen(state, event)
        expect(say(day)).toEqual(expected.sessions)
        expect(day.open !== undefined).toBe(expected.inside)
        const outcome = day.outcomes.find(({ tap: id }) => id === last.id)
        expect([outcome?.outcome, outcome?.reason].filter((word) => word !== undefined).join(' ')).toBe(
          expected.outcome,
        )
      })
    }
  }
})
