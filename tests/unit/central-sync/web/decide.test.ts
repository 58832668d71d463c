import { describe, expect, it } from 'vitest'
import { newIdentifier } from '../../../../central-sync/protocol/identifier.ts'
import { decideAccess } from '../../../../central-sync/web/decide-access.ts'
import { isForeignOrigin } from '../../../../central-sync/web/decide-origin.ts'
import { localPath } from '../../../../central-sync/web/form-routes.ts'
import type { Actor } from '../../../../central-sync/web/port.ts'

const worker = newIdentifier('worker')
const staff = (...roles: ('front_desk' | 'director')[]): Actor => ({
  kind: 'staff',
  staff: newIdentifier('staff'),
  roles,
  name: 'x',
})

describe('who may pass', () => {
  it.each([
    ['anyone', { kind: 'nobody' }, undefined],
    ['staff', { kind: 'nobody' }, 'sign_in_required'],
    ['staff', staff('director'), undefined],
    [['front_desk'], staff('director'), 'not_allowed'],
    [['front_desk', 'director'], staff('director'), undefined],
    [['front_desk'], { kind: 'worker', worker, pinChangeRequired: false, name: 'x' }, 'sign_in_required'],
    ['worker', staff('director'), 'sign_in_required'],
    ['worker', { kind: 'worker', worker, pinChangeRequired: false, name: 'x' }, undefined],
    ['worker', { kind: 'worker', worker, pinChangeRequired: true, name: 'x' }, 'pin_change_required'],
  ] as const)('%j', (access, actor, refused) => {
    expect(decideAccess(access, actor as Actor)?.refused).toBe(refused)
  })
})

describe('where a request comes from', () => {
  const own = { method: 'POST', origin: undefined, fetchSite: undefined, host: 'kado.local:8080', secure: false }

  it.each([
    [{}, false],
    [{ origin: 'http://kado.local:8080' }, false],
    [{ origin: 'http://KADO.local:8080', fetchSite: 'same-origin' }, false],
    [{ origin: 'https://kado.local:8080' }, true],
    [{ origin: 'http://kado.local' }, true],
    [{ origin: 'null' }, true],
    [{ fetchSite: 'cross-site' }, true],
    [{ fetchSite: 'same-site' }, true],
    [{ fetchSite: 'none' }, false],
    [{ origin: 'http://kado.local:8080', host: undefined }, true],
    [{ method: 'GET', fetchSite: 'cross-site' }, false],
  ])('%j is foreign: %s', (change, foreign) => {
    expect(isForeignOrigin({ ...own, ...change })).toBe(foreign)
  })
})

describe('where a form may send people', () => {
  it.each([
    ['/people?page=2#x', '/people?page=2#x'],
    ['//evil.example', '/hub'],
    ['/\\evil.example', '/hub'],
    ['https://evil.example', '/hub'],
    ['/a/../../x', '/x'],
    ['/.//evil.example', '/hub'],
    [undefined, '/hub'],
  ])('%s → %s', (asked, target) => expect(localPath(asked, '/hub')).toBe(target))
})
