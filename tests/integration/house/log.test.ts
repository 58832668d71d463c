import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createLogger } from '../../../central-sync/web/log.ts'

function keeper() {
  let text = ''
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8')
      done()
    },
  })
  return { log: createLogger({ name: 'centre', destination }), text: () => text }
}

describe('a log line', () => {
  test('says who speaks, when and how loud', () => {
    const { log, text } = keeper()
    log.warn({ device: 'd_1' }, 'channel refused')
    expect(JSON.parse(text())).toMatchObject({ part: 'centre', level: 40, device: 'd_1', msg: 'channel refused' })
  })

  test('stays one line of JSON, whatever control characters it is fed', () => {
    const { log, text } = keeper()
    log.warn({ path: '/x\r\n{"level":60,"msg":"planted"}\u001b[2J\u0000\u2028' }, 'a\r\nb')
    expect(text().split('\n').filter(Boolean)).toHaveLength(1)
    expect(text()).not.toContain('\u001b')
    expect(JSON.parse(text()).msg).toBe('a\r\nb')
  })

  test('is bounded, also for a field or an error of a megabyte', () => {
    const { log, text } = keeper()
    log.error({ path: 'x'.repeat(1_000_000), err: new Error('y'.repeat(1_000_000)) }, 'failed')
    expect(text().length).toBeLessThan(10_000)
  })

  test('names no person and no secret, but does name a refusal', () => {
    const { log, text } = keeper()
    const person = { name: '青木 さくら', kana: 'あおき', callName: 'さくら', pin: '471159', note: 'ひみつ' }
    log.info({ ...person, person, code: 'ABCD-1234-5678-9ABC', card: '04A1B2C3', token: 'ttt', password: 'ppp' }, 'x')
    log.info({ device: 'd_1', code: 'REPLAY' }, 'x')
    for (const secret of ['青木', 'あおき', 'さくら', '471159', 'ひみつ', 'ABCD', '04A1', 'ttt', 'ppp'])
      expect(text()).not.toContain(secret)
    expect(text()).toContain('"code":"REPLAY"')
  })

  test('tells of an error what happened, and none of the values it happened with', () => {
    const { log, text } = keeper()
    const error = Object.assign(new Error('UNIQUE constraint failed'), {
      code: 'SQLITE_CONSTRAINT',
      query: 'INSERT INTO data_key VALUES (?)',
      parameters: ['a data key'],
      driverError: { parameters: ['a data key'] },
    })
    log.error({ err: error }, 'a request failed')
    log.error({ error }, 'a press could not be kept')
    const [first, second] = text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first.err).toMatchObject({ kind: 'Error', message: 'UNIQUE constraint failed', errno: 'SQLITE_CONSTRAINT' })
    expect(second.error.message).toBe('UNIQUE constraint failed')
    expect(first.err.stack).toContain('log.test.ts')
    expect(text()).not.toContain('a data key')
  })
})
