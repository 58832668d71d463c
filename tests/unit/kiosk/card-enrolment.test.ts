import { describe, expect, it } from 'vitest'
import type { CardHex } from '../../../central-sync/protocol/card.ts'
import { refuse } from '../../../central-sync/protocol/refusal.ts'
import {
  AWAY_MS,
  beginEnrolment,
  type CardEnrolment,
  liftForEnrolment,
  touchForEnrolment,
} from '../../../kiosk/check-in/card-enrolment.ts'

const start = beginEnrolment({ token: 't', greeting: 'はな さん', expires: 9e12 })
const card = (hex: string, at: number) => ({ hex: hex as CardHex, usable: { ok: true } as const, at })
const going = (outcome: ReturnType<typeof touchForEnrolment>): CardEnrolment => {
  if (outcome.kind !== 'going') throw new Error(outcome.kind)
  return outcome.next
}

describe('enrolling a card', () => {
  it('asks for card, away, card, and reads it when both are the same', () => {
    const away = going(touchForEnrolment(start, card('01020304', 0)))
    expect(away.step).toBe('away')
    const second = liftForEnrolment(away)
    expect(second.step).toBe('second')
    expect(touchForEnrolment(second, card('01020304', 10))).toMatchObject({
      kind: 'read',
      hex: '01020304',
      next: { step: 'sending' },
    })
  })
  it('does not take a card that was never lifted for the second reading', () => {
    const away = going(touchForEnrolment(start, card('01020304', 0)))
    expect(going(touchForEnrolment(away, card('01020304', AWAY_MS - 1))).step).toBe('away')
    expect(touchForEnrolment(away, card('01020304', AWAY_MS)).kind).toBe('read')
  })
  it('refuses a card whose number changes', () => {
    const away = going(touchForEnrolment(start, card('01020304', 0)))
    expect(touchForEnrolment(liftForEnrolment(away), card('01020305', 10))).toEqual({
      kind: 'failed',
      code: 'card_differs',
    })
  })
  it('refuses at the first reading what enrolment never takes', () => {
    const usable = { ok: false, refusal: refuse('card_random') } as const
    expect(touchForEnrolment(start, { hex: '08010203' as CardHex, usable, at: 0 })).toEqual({
      kind: 'failed',
      code: 'card_random',
    })
  })
  it('a third touch while it is being sent changes nothing', () => {
    const sending = { ...start, step: 'sending' as const }
    expect(touchForEnrolment(sending, card('FFFF0000', 5))).toEqual({ kind: 'going', next: sending })
  })
})
