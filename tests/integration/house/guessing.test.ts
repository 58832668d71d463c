import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusals } from '../../../central-sync/protocol/refusal.ts'
import type { ServerFrame } from '../../../central-sync/protocol/wire/device.ts'
import { passwordAnswer, refusalAnswer, workerAnswer, workerListAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, type Caller, expectDone, PASSWORD } from '../../support/attacked-house.ts'

let house: AttackedHouse
let administrator: Caller
let hubAdministrator: Caller
const pins = new Map<string, string>()

beforeAll(async () => {
  house = await AttackedHouse.open()
  administrator = await house.claimed()
  hubAdministrator = await house.hubAdministrator()
  for (const code of ['W001', 'W002', 'W003']) {
    const sheet = { code, name: `試験 ${code}`, kana: 'しけん', callName: '' }
    pins.set(code, expectDone(await administrator.command('/workers', sheet)).as(workerAnswer).pin)
  }
})
afterAll(() => house?.[Symbol.asyncDispose]())

/** A PIN that is not hers. */
const wrong = (code: string, guess: number) => {
  const pin = String(100_000 + guess)
  return pin === pins.get(code) ? '999998' : pin
}

async function guessers(count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_none, index) => {
      const line = await house.line(await house.newKiosk(`受付${index + 10}`))
      return async (code: string, pin: string) => {
        const answer = line.next((frame) => frame.t === 'pin')
        line.send({ t: 'pin', ask: 'a', code, pin })
        return (await answer) as ServerFrame & { t: 'pin' }
      }
    }),
  )
}

describe('guessing a PIN', () => {
  test('from many kiosks and the phone page at once: ten tries an hour for the account, then none', async () => {
    const before = await house.state()
    const kiosks = await guessers(6)
    const phone = house.centre()
    const tries = Array.from({ length: 10 }, async (_none, guess) => {
      const answer = await phone.command('/sign-in/worker', { code: 'W001', pin: wrong('W001', guess) })
      return answer.as(refusalAnswer).code
    })
    const asked = kiosks.map(async (ask, index) => {
      const codes: (string | undefined)[] = []
      for (let guess = 0; guess < 10; guess += 1)
        codes.push((await ask('W001', wrong('W001', 20 + index * 10 + guess))).code)
      return codes
    })
    const codes = [...(await Promise.all(tries)), ...(await Promise.all(asked)).flat()]
    expect(codes).toHaveLength(70)
    expect(codes.filter((code) => code === 'sign_in_failed').length).toBeLessThanOrEqual(10)
    expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThanOrEqual(60)
    // Also the right PIN waits now, from anywhere nobody has succeeded from.
    expect((await kiosks[0]?.('W001', pins.get('W001') ?? ''))?.code).toBe('rate_limited')
    const after = await house.state()
    expect(after['hub.tap']).toBe(before['hub.tap'])
  })

  test('stops nobody else at the same kiosks, nor the desk', async () => {
    const [ask] = await guessers(1)
    expect(await ask?.('W002', pins.get('W002') ?? '')).toMatchObject({ ok: true })
    for (let guess = 0; guess < 4; guess += 1) expect((await ask?.('W001', wrong('W001', guess)))?.ok).toBe(false)
    expect(await ask?.('W003', pins.get('W003') ?? '')).toMatchObject({ ok: true })
    const desk = house.centre()
    expectDone(await desk.command('/sign-in/staff', { login: 'kanri', password: PASSWORD }))
    const [unlocked] = expectDone(await desk.query('/workers?q=W001')).as(workerListAnswer).workers
    expectDone(await desk.command('/pin/reset', { worker: unlocked?.worker }))
  })

  test('of nobody costs as much time as of somebody', async () => {
    const took = async (code: string) => {
      const began = performance.now()
      await house.centre().command('/sign-in/worker', { code, pin: '135790' })
      return performance.now() - began
    }
    const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
    await took('W777')
    const real = middle([await took('W003'), await took('W003'), await took('W003')])
    const none = middle([await took('W901'), await took('W902'), await took('W903')])
    expect(Math.max(real, none) / Math.min(real, none)).toBeLessThan(4)
    expect(none).toBeGreaterThan(5)
  })
})

describe('guessing a password', () => {
  test.each(['centre', 'hub'] as const)(
    'at the %s: five tries a minute, told in both languages when to come back',
    async (part) => {
      const attacker = part === 'hub' ? house.hub() : house.centre()
      expectDone(await attacker.command('/sign-in/staff', { login: 'kanri', password: PASSWORD }))
      const session = attacker.cookie
      const answers = []
      for (let guess = 0; guess < 8; guess += 1)
        answers.push(await attacker.command('/sign-in/staff', { login: 'KANRI', password: `wrong-${guess}` }))
      expect(answers.map((answer) => answer.as(refusalAnswer).code)).toEqual([
        ...Array(5).fill('sign_in_failed'),
        ...Array(3).fill('rate_limited'),
      ])
      const last = answers.at(-1)
      expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
      expect([last?.as(refusalAnswer).ja, last?.as(refusalAnswer).en]).toEqual([
        refusals.get('rate_limited')?.ja,
        refusals.get('rate_limited')?.en,
      ])
      // Whoever was signed in stays signed in.
      expect(attacker.cookie).toBe(session)
      expect((await attacker.query(part === 'hub' ? '/centres' : '/today')).status).toBe(200)
      // Other accounts of the same place are not held up.
      expect(
        (await attacker.command('/sign-in/staff', { login: 'somebody', password: 'x' })).as(refusalAnswer).code,
      ).toBe('sign_in_failed')
    },
  )

  test.each(['centre', 'hub'] as const)(
    'with a borrowed session at the %s, by changing it, is slowed down as well',
    async (part) => {
      const administratorHere = part === 'hub' ? house.hub() : house.centre()
      const login = `borrowed-${part}`
      const owner = part === 'hub' ? hubAdministrator : administrator
      const roles = [part === 'hub' ? 'auditor' : 'it']
      const { password } = expectDone(await owner.command('/staff', { login, name: '借りた 席', roles })).as(
        passwordAnswer,
      )
      expectDone(await administratorHere.command('/sign-in/staff', { login, password }))
      const path = part === 'hub' ? '/staff/password' : '/password/change'
      const codes = []
      for (let guess = 0; guess < 12; guess += 1)
        codes.push(
          (await administratorHere.command(path, { current: `wrong-${guess}`, next: 'himawari-no-tane-5' })).as(
            refusalAnswer,
          ).code,
        )
      expect(codes.filter((code) => code === 'sign_in_failed').length).toBeLessThanOrEqual(10)
      expect(codes.at(-1)).toBe('rate_limited')
    },
  )

  test('by the code of the first run: a claimed house is claimed', async () => {
    const first = { code: 'EVL', name: '悪', login: 'evil', adminName: '悪 人', password: PASSWORD }
    const before = await house.state()
    expect(
      (await house.centre().command('/centre/claim', { claim: 'AAAA-BBBB-CCCC', ...first })).as(refusalAnswer).code,
    ).toBe('already_claimed')
    const hubFirst = { login: 'evil', name: '悪 人', password: PASSWORD }
    expect((await house.hub().command('/claim', { claim: 'AAAA-BBBB-CCCC', ...hubFirst })).as(refusalAnswer).code).toBe(
      'already_claimed',
    )
    expect(await house.state()).toEqual(before)
  })
})
