import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture, Visitor } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'
const KEY = '0f8fad5b-d9cb-469f-a165-70867728950e'
/** An input of the right shape does not matter: access is decided first. */
const ANY = {}

const GUARDED = {
  administrator: ['/staff', '/staff/change', '/staff/reset-password', '/centre/rename'],
  it: ['/devices/new-code', '/devices/retire', '/hub/enrol', '/hub/resume', '/devices/clear-clone'],
  front_desk: ['/workers', '/workers/change', '/cards/revoke', '/cards/attach', '/pin/reset', '/corrections/approve'],
  director: ['/work/approve-month', '/work/approve', '/work/unapprove'],
  worker: ['/my/corrections', '/my/corrections/withdraw', '/my/work/choose', '/pin/change'],
} as const

test('the claim code works once, and never after', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const guest = new Visitor(centre.url)
  const first = { code: 'SHI', name: '塩尻', login: 'kanri', adminName: '管理', password: 'tanpopo-no-wata-7' }
  expect((await guest.send('/centre/claim', { claim: 'AAAA-BBBB-CCCC', ...first })).body.code).toBe('code_unknown')
  const claim = await centre.appliance.claimCode()
  expect((await guest.send('/centre/claim', { claim, ...first, password: 'kanri' })).body.code).toBe('weak_secret')
  expect(
    (await guest.send('/centre/claim', { claim: claim?.toLowerCase().replaceAll('-', ' '), ...first })).status,
  ).toBe(200)
  expect((await guest.ask('/me')).body).toMatchObject({ kind: 'staff', claimed: true })
  expect((await guest.send('/centre/claim', { claim, ...first })).body.code).toBe('already_claimed')
  expect(await centre.appliance.claimCode()).toBeUndefined()
})

test('nobody without the role gets past the door of a command', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const worker = (await administrator.send('/workers', { code: 'W1', name: '青木', kana: 'あおき', callName: '' })).body
  const herself = new Visitor(centre.url)
  await herself.send('/sign-in/worker', { code: 'w1', pin: worker.pin })
  const visitors = {
    nobody: new Visitor(centre.url),
    worker: herself,
    it: await centre.staff(administrator, 'it', ['it']),
    front_desk: await centre.staff(administrator, 'desk', ['front_desk']),
    childcare: await centre.staff(administrator, 'child', ['childcare']),
    director: await centre.staff(administrator, 'director', ['director']),
  }
  const may: Record<string, readonly (keyof typeof GUARDED)[]> = {
    nobody: [],
    worker: ['worker'],
    it: ['it'],
    front_desk: ['front_desk'],
    childcare: [],
    director: ['front_desk', 'director'],
  }
  for (const [name, visitor] of Object.entries(visitors)) {
    for (const [group, paths] of Object.entries(GUARDED)) {
      for (const path of paths) {
        const { status, body } = await visitor.send(path, ANY)
        const denied = status === 401 || body.code === 'not_allowed' || body.code === 'pin_change_required'
        const allowed = may[name]?.some((one) => one === group) === true
        // Her first PIN still has to be changed: until then only that is open.
        const expected = name === 'worker' ? path === '/pin/change' : allowed
        expect(denied, `${name} ${path}: ${status} ${body.code}`).toBe(!expected)
      }
    }
  }
})

test('deactivating a staff member ends what she had open, and an administrator always remains', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const desk = await centre.staff(administrator, 'desk', ['front_desk'])
  const all = (await administrator.ask('/staff')).body.staff as { staff: string; login: string }[]
  const idOf = (login: string) => all.find((one) => one.login === login)?.staff
  expect((await desk.ask('/today')).status).toBe(200)
  const off = { staff: idOf('desk'), roles: ['front_desk'], active: false }
  expect((await administrator.send('/staff/change', off)).status).toBe(200)
  expect((await desk.ask('/today')).status).toBe(401)
  const oneself = { staff: idOf('kanri'), roles: ['front_desk'], active: true }
  expect((await administrator.send('/staff/change', oneself)).body.code).toBe('deciding_about_oneself')
  const second = await centre.staff(administrator, 'kanri2', ['administrator'])
  await administrator.send('/staff/change', { staff: (await second.ask('/me')).body.id, roles: ['it'], active: true })
  expect((await administrator.send('/staff', { login: 'KANRI', name: '別人', roles: ['it'] })).body.code).toBe(
    'login_taken',
  )
})

test('guessing a password is slowed down', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  await centre.claimed()
  const guest = new Visitor(centre.url)
  const guess = () => guest.send('/sign-in/staff', { login: 'kanri', password: 'wrong-wrong-wrong' })
  for (let tries = 0; tries < 5; tries += 1) expect((await guess()).body.code).toBe('sign_in_failed')
  expect((await guess()).status).toBe(429)
})

test('the same command with the same key is done once', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const { worker } = (await administrator.send('/workers', { code: 'W1', name: '青木', kana: '', callName: '' })).body
  const first = await administrator.send('/cards/enrol-number', { worker, card: CARD }, KEY)
  expect((await administrator.send('/cards/enrol-number', { worker, card: CARD }, KEY)).body).toEqual(first.body)
  const other = await administrator.send('/cards/enrol-number', { worker, card: 'FEDCBA9876543210' }, KEY)
  expect(other.body.code).toBe('idempotency_key_reused')
})

test('staff browsers hear that something changed; strangers and other sites hear nothing', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const { worker } = (await administrator.send('/workers', { code: 'W1', name: '青木', kana: '', callName: '' })).body
  await administrator.send('/cards/enrol-number', { worker, card: CARD })
  const connect = (headers: Record<string, string>) =>
    io(centre.url, {
      path: '/live',
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: headers,
      forceNew: true,
    })
  const refusedBy = (headers: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const socket = connect(headers)
      socket.on('connect_error', (error) => resolve(error.message))
      socket.on('connect', () => resolve('connected'))
    })
  expect(await refusedBy({})).toBe('sign_in_required')
  expect(await refusedBy({ cookie: administrator.cookie, origin: 'https://example.com' })).not.toBe('connected')
  const page = connect({ cookie: administrator.cookie })
  await new Promise((resolve) => page.on('hello', resolve))
  const heard = new Promise<{ topics: string[]; present?: number }>((resolve) => {
    page.on('changed', (changed) => changed.topics.includes('today') && changed.present === 1 && resolve(changed))
  })
  const line = await centre.line(await centre.newKiosk())
  await line.touch({ card: CARD })
  expect(await heard).toMatchObject({ present: 1 })
  const board = line.frames.findLast((frame) => frame.t === 'board')
  expect(board ?? (await line.next((frame) => frame.t === 'board'))).toMatchObject({
    board: { centreName: 'センターSHI' },
  })
  const gone = new Promise((resolve) => page.on('disconnect', resolve))
  await administrator.send('/sign-out', {})
  centre.clock.turn(600_000)
  await line.touch({ card: CARD, claim: 'out' })
  await gone
})
