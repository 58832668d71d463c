import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StaffRole } from '../../../central-sync/protocol/event/place.ts'
import type { WebFloor } from '../../../central-sync/web/floor.ts'
import type { RouteLine } from '../../../central-sync/web/floor-parts.ts'
import type { Access } from '../../../central-sync/web/port.ts'
import { passwordAnswer, refusalAnswer, workerAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, Caller, expectDone } from '../../support/attacked-house.ts'

const CENTRE_ROLES = ['front_desk', 'director', 'childcare', 'it', 'administrator'] as const
const HUB_ROLES = ['orders', 'payroll', 'auditor', 'administrator'] as const

interface Person {
  readonly caller: Caller
  readonly who: string
  readonly kind: 'nobody' | 'worker' | 'staff'
  readonly role?: StaffRole
}

let house: AttackedHouse
const people: Record<'centre' | 'hub', Person[]> = { centre: [], hub: [] }

async function addStaff(administrator: Caller, url: string, role: StaffRole): Promise<Person> {
  const login = `only-${role.replace('_', '-')}`
  const added = expectDone(await administrator.command('/staff', { login, name: `職員 ${role}`, roles: [role] }))
  const caller = new Caller(url)
  expectDone(await caller.command('/sign-in/staff', { login, password: added.as(passwordAnswer).password }))
  return { caller, who: role, kind: 'staff', role }
}

beforeAll(async () => {
  house = await AttackedHouse.open()
  const administrator = await house.claimed()
  const hub = await house.hubAdministrator()
  const added = expectDone(
    await administrator.command('/workers', { code: 'W001', name: '試験 いち', kana: 'しけん', callName: '' }),
  )
  const worker = house.centre()
  expectDone(await worker.command('/sign-in/worker', { code: 'W001', pin: added.as(workerAnswer).pin }))
  people.centre.push({ caller: house.centre(), who: 'nobody', kind: 'nobody' })
  people.centre.push({ caller: worker, who: 'a worker with the PIN of her slip', kind: 'worker' })
  for (const role of CENTRE_ROLES) people.centre.push(await addStaff(administrator, house.url, role))
  people.hub.push({ caller: house.hub(), who: 'nobody', kind: 'nobody' })
  for (const role of HUB_ROLES) people.hub.push(await addStaff(hub, `${house.url}/hub`, role))
}, 60_000)
afterAll(() => house?.[Symbol.asyncDispose]())

function tableOf(part: 'centre' | 'hub'): readonly RouteLine[] {
  const { centre, hub } = house.house
  const floor = part === 'hub' ? hub?.web.floor : (centre?.web as WebFloor | undefined)
  return floor?.table ?? []
}

function mayPass(access: Access, { kind, role }: Person): boolean {
  if (access === 'anyone') return true
  if (access === 'worker' || access === 'staff') return kind === access
  return kind === 'staff' && role !== undefined && access.includes(role)
}

/** Identifiers that exist nowhere, so that a command that is let in finds nothing to do. */
function pathOf(path: string): string {
  const samples = {
    worker: `w_${'0'.repeat(20)}`,
    day: '2026-11-20',
    month: '2026-11',
    package: `k_${'0'.repeat(20)}`,
    statement: 'x',
  }
  return path.replace(/:(\w+)/g, (_all, name: keyof typeof samples) => samples[name] ?? 'x')
}

async function knock({ method, path, kind, name }: RouteLine, { caller }: Person) {
  const at = pathOf(path)
  if (kind === 'command') return caller.command(at.replace('/api/v1', ''), {})
  if (kind === 'form') return caller.form(name, { _back: '/nowhere' })
  return caller.fetch(at, { method })
}

/** Whether the answer is one for somebody who may not. */
function isTurnedAway(line: RouteLine, answer: Awaited<ReturnType<typeof knock>>): boolean {
  const { status, headers, text } = answer
  if (line.kind === 'command' || line.kind === 'query')
    return (
      [401, 403].includes(status) &&
      ['sign_in_required', 'not_allowed', 'pin_change_required'].includes(answer.as(refusalAnswer).code)
    )
  if (status === 303) return /\/(sign-in|my\/sign-in|my\/pin)\?next=/.test(headers.get('location') ?? '')
  return [401, 403].includes(status) && /sign_in_required|not_allowed/.test(text)
}

describe.each(['centre', 'hub'] as const)('at the %s', (part) => {
  test('only these doors stand open to everybody', () => {
    const open = tableOf(part).filter(({ access, kind }) => access === 'anyone' && kind !== 'form')
    const names = open.map(({ method, path }) => `${method} ${path}`).sort()
    const claim = part === 'centre' ? ['POST /api/v1/centre/claim'] : ['POST /api/v1/claim']
    const worker = part === 'centre' ? ['POST /api/v1/sign-in/worker', 'GET /my/sign-in', 'GET /api/v1/me'] : []
    // Opened by the secret in the address; without it they are not there (tests/journey/foyer-screen.test.ts).
    const wall = part === 'centre' ? ['GET /api/v1/wall', 'GET /wall/:key'] : []
    expect(names).toEqual(
      [
        ...claim,
        ...worker,
        ...wall,
        'POST /api/v1/sign-in/staff',
        'POST /api/v1/sign-out',
        'GET /healthz',
        'GET /setup',
        'GET /sign-in',
      ].sort(),
    )
  })

  test('every command, form, query, page and download lets in exactly whom it names, and a refused one does nothing', async () => {
    const before = await house.state()
    const wrong: string[] = []
    let asked = 0
    for (const line of tableOf(part)) {
      // Forms answer with the same redirect for everybody and are looked at below; signing out would end the test.
      if (line.kind === 'form' || line.name === 'sign-out') continue
      for (const person of people[part]) {
        const answer = await knock(line, person)
        asked += 1
        const allowed = mayPass(line.access, person)
        if (answer.status >= 500 || (isTurnedAway(line, answer) === allowed && !isSlip(line, person)))
          wrong.push(`${line.method} ${line.path} by ${person.who}: ${answer.status} ${answer.text.slice(0, 80)}`)
      }
    }
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(150)
    expect(await house.state()).toEqual(before)
  })

  test('a form is refused to the same people as its command, and says so on the next page', async () => {
    const before = await house.state()
    const wrong: string[] = []
    for (const line of tableOf(part).filter(({ kind, name }) => kind === 'form' && name !== 'sign-out')) {
      for (const person of people[part]) {
        if (mayPass(line.access, person)) continue
        const back = { nobody: '/sign-in', worker: '/my/sign-in', staff: '/' }[person.kind]
        const answer = await person.caller.form(line.name, { _back: back })
        const { text } = await person.caller.fetch(back)
        if (answer.status !== 303 || !/サインインしてください。|この操作をする役割がありません。/.test(text))
          wrong.push(`${line.path} by ${person.who}: ${answer.status} ${text.slice(0, 100)}`)
      }
    }
    expect(wrong).toEqual([])
    expect(await house.state()).toEqual(before)
  })

  test('a cookie of the other program, of nobody or of a former session opens nothing', async () => {
    const other = part === 'hub' ? people.centre : people.hub
    const token = other.find(({ who }) => who === 'administrator')?.caller.cookie.split('=')[1] ?? ''
    const name = part === 'hub' ? 'sid-hub' : 'sid'
    const left = new Caller(part === 'hub' ? `${house.url}/hub` : house.url)
    const login = 'kanri'
    expectDone(await left.command('/sign-in/staff', { login, password: 'tanpopo-no-wata-7' }))
    const former = left.cookie
    expectDone(await left.command('/sign-out', {}))
    const url = part === 'hub' ? `${house.url}/hub/api/v1/centres` : `${house.url}/api/v1/workers`
    for (const cookie of [`${name}=${token}`, `${name}=${'A'.repeat(43)}`, `${name}=`, `${name}=' OR 1=1--`, former]) {
      expect((await fetch(url, { headers: { cookie } })).status).toBe(401)
    }
  })
})

/** With the PIN of her slip a worker may do nothing but change it. */
function isSlip({ access }: RouteLine, { kind }: Person): boolean {
  return access === 'worker' && kind === 'worker'
}

describe('with the PIN of her slip', () => {
  test('a worker is led to change it wherever she goes', async () => {
    const worker = people.centre.find(({ kind }) => kind === 'worker')
    if (worker === undefined) throw new Error('no worker')
    for (const line of tableOf('centre')) {
      if (line.access !== 'worker' || line.kind === 'form') continue
      if (line.name === 'pin.change' || line.path === '/my/pin') continue
      const answer = await knock(line, worker)
      expect([line.path, isTurnedAway(line, answer)]).toEqual([line.path, true])
    }
  })
})
