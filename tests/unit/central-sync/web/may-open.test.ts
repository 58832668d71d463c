import { expect, test } from 'vitest'
import { task } from '../../../../appliance/http/shape-rows.ts'
import { centrePages } from '../../../../appliance/pages/centre-pages.ts'
import { pageOfTask } from '../../../../appliance/pages/describe-task.ts'
import type { StaffRole } from '../../../../central-sync/protocol/event/place.ts'
import { newIdentifier } from '../../../../central-sync/protocol/identifier.ts'
import { mayOpenIn } from '../../../../central-sync/web/may-open.ts'
import type { Actor, Page } from '../../../../central-sync/web/port.ts'

const doors = (...list: [string, Page['access']][]) =>
  mayOpenIn({ pages: list.map(([path, access]) => ({ path, access }) as Page) })
const staff = (...roles: StaffRole[]): Actor => ({ kind: 'staff', staff: newIdentifier('staff'), roles, name: '職員' })

test('an address is opened by whom its page names, whatever stands behind the question mark or the hash', () => {
  const mayOpen = doors(['/people/:worker', ['director']], ['/people/:worker/days/:day', ['it']])
  expect(mayOpen(staff('director'), '/people/w_1?month=2026-11#cards')).toBe(true)
  expect(mayOpen(staff('it', 'childcare'), '/people/w_1')).toBe(false)
  expect(mayOpen(staff('it'), '/people/w_1/days/2026-11-20')).toBe(true)
  expect(mayOpen({ kind: 'nobody' }, '/people/w_1')).toBe(false)
})

test('the first page that fits decides, as it answers', () => {
  const mayOpen = doors(['/people/new', ['director']], ['/people/:worker', 'staff'])
  expect(mayOpen(staff('it'), '/people/new')).toBe(false)
  expect(mayOpen(staff('it'), '/people/w_1')).toBe(true)
})

test('a menu, a link or a task that leads nowhere is a mistake', () => {
  expect(() => doors(['/people', 'staff'])(staff('it'), '/persons')).toThrow('/persons')
})

test.each(task.shape.kind.options)('a task of きょう leads to a page that somebody can open: %s', (kind) => {
  const mayOpen = mayOpenIn(centrePages([]))
  const worker = newIdentifier('worker')
  for (const facts of [{}, { worker }, { worker, day: '2026-11-20' as never }, { tap: 'd_1.1.1' }])
    expect(mayOpen(staff('administrator'), pageOfTask({ kind, urgency: 'now', why: [], ...facts }))).toBe(true)
})
