import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HOUR_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'
const SECRETS = ['青木', 'さくらこ', 'あおきさくら', '管理', 'こえのちいさいメモ', CARD, CARD.toLowerCase(), 'tanpopo']

/** A day with everything in it. */
async function livedIn(centre: ApplianceFixture) {
  const administrator = await centre.claimed()
  const sheet = { name: '青木 さくら', kana: 'あおきさくら', callName: 'さくらこ' }
  const { worker, pin } = (await administrator.send('/workers', { code: 'W001', ...sheet })).body
  await administrator.send('/cards/enrol-number', { worker, card: CARD })
  const line = await centre.line(await centre.newKiosk())
  const pins = line.next((frame) => frame.t === 'pin')
  line.send({ t: 'pin', ask: '1', code: 'W001', pin })
  await pins
  const tap = await line.touch({ card: CARD })
  await line.deliver(line.redirect(tap.id, 'out'))
  await line.deliver(line.undo(tap.id))
  centre.clock.turn(600_000)
  await line.touch({ card: CARD })
  centre.clock.turn(25 * HOUR_MS)
  await centre.signInAgain(administrator)
  const day = await administrator.ask(`/day?worker=${worker}&day=2026-11-20`)
  const desk = await centre.staff(administrator, 'desk', ['front_desk'])
  const wish = { worker, day: '2026-11-20', sessions: [day.body.sessions[0].session], reason: 'forgot_out' }
  const note = 'こえのちいさいメモ'
  const asked = await desk.send('/corrections', { ...wish, start: '9:10', end: '12:00', note })
  expect((await administrator.send('/corrections/approve', { correction: asked.body.correction, note })).status).toBe(
    200,
  )
  await administrator.send('/workers/deactivate', { worker })
  return { administrator, worker, pin: pin as string }
}

test('no name, note, card number or secret stands in any file or log line', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const { pin } = await livedIn(centre)
  await centre.stop()
  const files = await readdir(centre.folder, { recursive: true, withFileTypes: true })
  const texts = new Map([['log', JSON.stringify(centre.log)]])
  for (const file of files.filter((one) => one.isFile())) {
    texts.set(file.name, (await readFile(join(file.parentPath, file.name))).toString('utf8'))
  }
  expect(texts.size).toBeGreaterThan(3)
  const found = SECRETS.flatMap((secret) =>
    [...texts].filter(([, text]) => text.includes(secret)).map(([name]) => `${secret} in ${name}`),
  )
  expect(found).toEqual([])
  expect(JSON.stringify(centre.log)).not.toContain(pin)
})

test('after everything that can happen a rebuild equals the live projections, and the chain verifies', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const { administrator } = await livedIn(centre)
  const read = async () => [
    await centre.appliance.sessionsExport('2026-11-01' as never, '2026-11-30' as never),
    (await administrator.ask('/workers?all=1')).body,
    (await administrator.ask('/corrections')).body,
    (await administrator.ask('/devices')).body.devices.map((one: { device: string; label: string }) => one.label),
  ]
  const before = await read()
  const report = await centre.appliance.journalRebuild()
  expect(report).toMatchObject({ equal: true })
  expect(await read()).toEqual(before)
  expect(await centre.appliance.journalVerify()).toMatchObject({ ok: true })
})
