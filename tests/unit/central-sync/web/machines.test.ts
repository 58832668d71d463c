import { describe, expect, it } from 'vitest'
import { isRefusal, refuse } from '../../../../central-sync/protocol/refusal.ts'
import { FlashShelf, valuesToKeep } from '../../../../central-sync/web/flash.ts'
import { AnswerDesk, fingerprintOf, readKey } from '../../../../central-sync/web/idempotency.ts'
import { createLogger } from '../../../../central-sync/web/log.ts'
import { Metrics } from '../../../../central-sync/web/metrics.ts'
import { SignInLimiter } from '../../../../central-sync/web/rate-limit.ts'

describe('metrics', () => {
  it('are written as Prometheus reads them, labels escaped', async () => {
    const metrics = new Metrics()
    metrics.counter('kado_x_total', 'Things').add({ b: 'a"\n\\', a: '1' }, 2)
    metrics.gauge('kado_y', 'Level', () => 7)
    metrics.gauge('kado_z', 'Broken', () => Promise.reject(new Error('x')))
    expect(await metrics.render()).toBe(
      '# HELP kado_x_total Things\n# TYPE kado_x_total counter\nkado_x_total{a="1",b="a\\"\\n\\\\"} 2\n' +
        '# HELP kado_y Level\n# TYPE kado_y gauge\nkado_y 7\n',
    )
  })

  it('do not grow without bound', async () => {
    const metrics = new Metrics()
    const counter = metrics.counter('kado_x_total', 'Things')
    for (let n = 0; n < 2_000; n += 1) counter.add({ path: `/${n}` })
    expect((await metrics.render()).split('\n').length).toBeLessThan(510)
  })
})

describe('the log', () => {
  it('writes one JSON line per record, without people, secrets or endless texts', () => {
    const lines: string[] = []
    const log = createLogger({ name: 'centre', destination: { write: (line: string) => void lines.push(line) } })
    log.info(
      { name: '中 はな', pin: '1234', inner: { card: 'ABC' }, path: `/x\r\n\u001b[31m${'y'.repeat(5_000)}` },
      'done',
    )
    expect(lines).toHaveLength(1)
    const line = lines[0] ?? ''
    for (const control of ['\r', '\n', '\u001b']) expect(line.trimEnd()).not.toContain(control)
    expect(line).not.toMatch(/はな|1234|ABC/)
    expect(line.length).toBeLessThan(900)
  })
})

describe('signing in', () => {
  it('costs a wrong guesser waiting time, and only her', async () => {
    const limiter = new SignInLimiter()
    for (let n = 0; n < 5; n += 1) expect(await limiter.begin('staff hana', 'far')).toBeUndefined()
    const wait = await limiter.begin('staff hana', 'far')
    expect(isRefusal(wait) && wait.refused).toBe('rate_limited')
    expect(wait?.facts?.retryAfterS).toBeGreaterThan(0)
    expect(await limiter.begin('staff umi', 'far')).toBeUndefined()
  })

  it('keeps the familiar desk open while others attack the account', async () => {
    const limiter = new SignInLimiter()
    await limiter.begin('staff hana', 'desk')
    await limiter.succeeded('staff hana', 'desk')
    for (let n = 0; n < 30; n += 1) await limiter.begin('staff hana', `attacker ${n}`)
    expect(await limiter.begin('staff hana', 'attacker new')).toBeDefined()
    expect(await limiter.begin('staff hana', 'desk')).toBeUndefined()
  })
})

describe('idempotency', () => {
  const memory = () => {
    const kept = new Map<string, { fingerprint: string; answer: string }>()
    return {
      find: async (scope: string, key: string) => kept.get(scope + key),
      keep: async (scope: string, key: string, fingerprint: string, answer: string) =>
        void kept.set(scope + key, { fingerprint, answer }),
    }
  }

  it('takes any printable key of a sensible length', () => {
    expect(readKey(undefined)).toEqual(refuse('idempotency_key_missing'))
    expect(isRefusal(readKey('short'))).toBe(true)
    expect(isRefusal(readKey('with space in it'))).toBe(true)
    expect(readKey('0f8fad5b-d9cb-469f-a165-70867728950e')).toBe('0f8fad5b-d9cb-469f-a165-70867728950e')
  })

  it('does not mind the order of fields, and minds everything else', () => {
    expect(fingerprintOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(fingerprintOf({ b: [{ d: 3, c: 2 }], a: 1 }))
    expect(fingerprintOf({ a: [1, 2] })).not.toBe(fingerprintOf({ a: [2, 1] }))
  })

  it('remembers a refusal, but runs again after a "not now"', async () => {
    const desk = new AnswerDesk(memory())
    const answers = [refuse('busy'), refuse('card_taken'), { id: 'never' }]
    const attempt = { scope: 's', key: 'k', fingerprint: 'f', now: 0 }
    const run = async () => answers.shift()
    expect(await desk.answer(attempt, run)).toEqual({ refusal: refuse('busy') })
    expect(await desk.answer(attempt, run)).toEqual({ refusal: refuse('card_taken') })
    expect(await desk.answer(attempt, run)).toMatchObject({ refusal: { refused: 'card_taken' } })
  })

  it('lets a handler that broke be tried again', async () => {
    const desk = new AnswerDesk(memory())
    const attempt = { scope: 's', key: 'k', fingerprint: 'f', now: 0 }
    await expect(desk.answer(attempt, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await desk.answer(attempt, async () => ({ id: 1 }))).toEqual({ output: { id: 1 } })
  })
})

describe('the answer kept for the next page', () => {
  const flash = { kind: 'refused', command: 'c', refusal: refuse('busy'), values: {} } as const

  it('is given once, and not after ten minutes', () => {
    const shelf = new FlashShelf()
    const token = shelf.put(flash, 0)
    expect(shelf.take(token, 1)).toBe(flash)
    expect(shelf.take(token, 2)).toBeUndefined()
    expect(shelf.take(shelf.put(flash, 0), 11 * 60_000)).toBeUndefined()
  })

  it('does not fill the memory', () => {
    const shelf = new FlashShelf()
    const first = shelf.put(flash, 0)
    for (let n = 0; n < 1_200; n += 1) shelf.put(flash, 0)
    expect(shelf.take(first, 1)).toBeUndefined()
  })

  it('keeps what was typed but no secret', () => {
    const fields = new Map([
      ['name', ['はな']],
      ['password', ['x']],
      ['pin', ['1']],
      ['_key', ['k']],
    ])
    expect(valuesToKeep(fields)).toEqual({ name: ['はな'] })
  })
})
