import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'

const CARD = '04A1B2C3D4E580'
const at = (text: string) => parseIsoInstant(`${text}:00+09:00`) ?? 0
const week = (start: string, end: string) => [0, 1, 2, 3, 4, 5, 6].map(() => ({ start, end }))

test('the end that is suggested for a forgotten OUT follows the opening hours of its day, at the kiosk and on the pages, also after a rebuild', async () => {
  await using centre = await ApplianceFixture.create(at('2026-11-17T08:00'))
  const administrator = await centre.claimed()
  const { worker, pin } = (
    await administrator.send('/workers', { code: 'W001', name: '試験 いち', kana: 'しけん', callName: '' })
  ).body
  expect(pin).toMatch(/^\d+$/)
  await administrator.send('/cards/enrol-number', { worker, card: CARD })
  expect((await administrator.send('/hours', { weekdays: week('9:00', '20:00'), holidays: true })).status).toBe(200)
  const later = { weekdays: week('9:00', '17:00'), holidays: true, from: '2026-11-18' }
  expect((await administrator.send('/hours', later)).status).toBe(200)
  const line = await centre.line(await centre.newKiosk())
  const suggestions: (number | undefined)[] = []
  for (const day of ['2026-11-17', '2026-11-18', '2026-11-19']) {
    centre.clock.set(at(`${day}T09:05`))
    const { answer } = await line.touch({ card: CARD, claim: 'in' })
    suggestions.push(answer.question?.suggestion)
    centre.clock.turn(MINUTE_MS)
  }
  expect(suggestions).toEqual([undefined, at('2026-11-17T20:00'), at('2026-11-18T17:00')])
  centre.clock.turn(HOUR_MS)
  await centre.signInAgain(administrator)
  const suggested = async (day: string) =>
    (await administrator.ask(`/day?worker=${worker}&day=${day}`)).body.sessions[0].suggestion
  expect(await suggested('2026-11-17')).toBe(at('2026-11-17T20:00'))
  expect(await suggested('2026-11-18')).toBe(at('2026-11-18T17:00'))
  expect(await centre.appliance.journalRebuild()).toMatchObject({ equal: true })
  expect(await suggested('2026-11-17')).toBe(at('2026-11-17T20:00'))
})
