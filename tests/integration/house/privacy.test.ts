import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import type { ServerFrame } from '../../../central-sync/protocol/wire/device.ts'
import { codeAnswer, correctionAnswer, dayAnswer, passwordAnswer, workerAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, type Caller, expectDone, PASSWORD } from '../../support/attacked-house.ts'
import { until } from '../../support/until.ts'

const CARDS = { hana: '04A1B2C3D4E580', sora: '04F1E2D3C4B5A6', stranger: '04BBBBBBBBBB02' }

/** Words that must stand in no journal, spool or log, with what each of them is. */
const secrets = new Map<string, string>([
  ['中野 はなよ', 'a name'],
  ['なかの はなよ', 'a reading'],
  ['はなちゃん', 'a call name'],
  ['輸入 そらみ', 'a name from a file'],
  ['ゆにゅう そらみ', 'a reading from a file'],
  ['管理 花子', 'the name of staff'],
  ['監査 月子', 'the name of staff at the hub'],
  ['tsukiko-kansa', 'a sign-in name'],
  ['いしゃにいったため', 'a note of a correction'],
  ['よくわかりました', 'a note of a decision'],
  [PASSWORD, 'a password'],
  ...Object.entries(CARDS).map(([who, card]) => [card, `the card of ${who}`] as const),
])

async function live(house: AttackedHouse): Promise<void> {
  secrets.set((await house.house.claimCode()) ?? '', 'the claim code')
  const administrator = await house.claimed()
  const hub = await house.hubAdministrator()
  for (const caller of [administrator, hub]) secrets.set(caller.cookie.split('=')[1] ?? '', 'a session token')
  const sheet = { code: 'W001', name: '中野 はなよ', kana: 'なかの はなよ', callName: 'はなちゃん' }
  const { worker, pin } = expectDone(await administrator.command('/workers', sheet)).as(workerAnswer)
  secrets.set(`"${pin}"`, 'a PIN')
  expectDone(await administrator.command('/cards/enrol-number', { worker, card: CARDS.hana }))
  await house.house.centre?.workersImport(
    Buffer.from('worker_code,name,kana,home_center\nW002,輸入 そらみ,ゆにゅう そらみ,\n'),
  )
  await house.house.centre?.cardsImport(Buffer.from(`worker_code,card\nW002,${CARDS.sora}\n`))
  const added = expectDone(
    await hub.command('/staff', { login: 'tsukiko-kansa', name: '監査 月子', roles: ['auditor'] }),
  ).as(passwordAnswer)
  secrets.set(added.password, 'a first password')
  const centreCode = expectDone(await hub.command('/centres/codes', { label: '糸魚川' })).as(codeAnswer).code
  secrets.set(centreCode, 'a code for a centre')
  const { code } = expectDone(await administrator.command('/devices/new-code', { label: '受付', place: '' })).as(
    codeAnswer,
  )
  secrets.set(code, 'an enrolment code')
  secrets.set(code.slice(5), 'the secret of an enrolment code')
  await workADay(house, administrator, { worker, pin })
  await goWrong(house, pin)
  await house.house.settle()
}

async function workADay(house: AttackedHouse, administrator: Caller, { worker, pin }: { worker: string; pin: string }) {
  await until('the kiosk is connected', () => house.house.kiosk?.online === true)
  const csv =
    'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code\n架空社,注文,仕事,入力,950,2026-01-01,W001\n'
  await house.house.hub?.workImport(Buffer.from(csv))
  const phone = house.centre()
  expectDone(await phone.command('/sign-in/worker', { code: 'W001', pin }))
  expectDone(await phone.command('/pin/change', { current: pin, next: '739164820157' }))
  secrets.set('739164820157', 'a PIN of her own')
  secrets.set(phone.cookie.split('=')[1] ?? '', 'the session token of a worker')
  const second = await house.line(await house.newKiosk())
  for (const card of Object.values(CARDS)) house.lines.write(`${card}\n`)
  const pins = second.next((frame) => frame.t === 'pin')
  second.send({ t: 'pin', ask: '1', code: 'W001', pin: '739164820157' })
  expect(((await pins) as ServerFrame & { t: 'pin' }).ok).toBe(true)
  house.clock.jump(6 * MINUTE_MS)
  for (const card of [CARDS.hana, CARDS.sora]) await second.touch({ card, claim: 'out' })
  const day = await administrator.query(`/day?worker=${worker}&day=2026-11-20`)
  const wish = {
    day: '2026-11-20',
    sessions: [day.as(dayAnswer).sessions[0]?.session],
    reason: 'other',
    note: 'いしゃにいったため',
  }
  const asked = expectDone(await phone.command('/my/corrections', { ...wish, start: '9:00', end: '9:05' })).as(
    correctionAnswer,
  )
  expectDone(await administrator.command('/corrections/approve', { ...asked, note: 'よくわかりました' }))
  expectDone(await administrator.command('/work/approve-month', { month: '2026-11' }))
}

/** Everything that is written to a log rather than done. */
async function goWrong(house: AttackedHouse, pin: string): Promise<void> {
  const stranger = house.centre()
  await stranger.command('/sign-in/staff', { login: 'kanri', password: `${PASSWORD}x` })
  await stranger.command('/sign-in/worker', { code: 'W001', pin })
  await stranger.command('/workers', { name: '中野 はなよ' }, { origin: 'https://evil.example' })
  await stranger.form('sign-in.staff', { login: 'tsukiko-kansa', password: PASSWORD, _back: '/中野 はなよ' })
  await stranger.fetch(`/people/${encodeURIComponent('中野 はなよ')}?token=${CARDS.hana}`)
  const bad = await house.line(await house.newKiosk('受付3'))
  bad.sendText(JSON.stringify({ t: 'pin', code: 'W001', pin: '739164820157', name: '中野 はなよ', card: CARDS.hana }))
  await bad.ended()
  house.lines.write(`${CARDS.hana}${CARDS.sora}\n${CARDS.hana}Z\n`)
  house.clock.jump(HOUR_MS)
}

test('after a busy day no name, card number, PIN, password or token stands in any byte of a journal, the spool or the log', async () => {
  await using house = await AttackedHouse.open()
  await live(house)
  // With the house still open the journals have their side files; after it is closed everything is in the main ones.
  const [open, log] = [await house.files(), house.log]
  await house.stop()
  const closed = await house.files()
  const texts = new Map<string, Buffer>([['log', Buffer.from(`${log}${house.log}`)]])
  for (const [when, files] of Object.entries({ open, closed }))
    for (const [name, bytes] of files) texts.set(`${name} (${when})`, bytes)
  expect(
    [...texts.keys()].filter((name) => /(centre|hub)\/journal\.db|kiosk\/spool/.test(name)).length,
  ).toBeGreaterThan(5)
  expect(log.length).toBeGreaterThan(1_000)
  const found: string[] = []
  for (const [secret, what] of secrets) {
    expect([what, secret.length > 3]).toEqual([what, true])
    const forms = [
      Buffer.from(secret),
      Buffer.from(secret.toLowerCase()),
      Buffer.from(secret, 'utf16le'),
      Buffer.from(JSON.stringify(secret).slice(1, -1)),
    ]
    if (/^[0-9A-F]{14}$/.test(secret)) forms.push(Buffer.from(secret, 'hex'))
    for (const [name, bytes] of texts) if (forms.some((form) => bytes.includes(form))) found.push(`${what} in ${name}`)
  }
  // The code of the first run waits in the file of secrets until it is used, and is worth nothing afterwards.
  expect(found.filter((one) => !/^the claim code in centre\/secrets\.db/.test(one))).toEqual([])
})

test('a name that is searched for stands in no address that a log or a history keeps', async () => {
  await using house = await AttackedHouse.open()
  const administrator = await house.claimed()
  await administrator.fetch(`/people?q=${encodeURIComponent('中野 はなよ')}`)
  await administrator.query(`/workers?q=${encodeURIComponent('中野 はなよ')}`)
  expect(decodeURIComponent(house.log)).not.toContain('中野')
})
