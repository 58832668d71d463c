import { describe, expect, it } from 'vitest'
import type { AssignmentId, PackageId } from '../../../../central-sync/protocol/identifier.ts'
import { addDays } from '../../../../central-sync/protocol/time.ts'
import { assignSession, type Choice, type ValidAssignment } from '../../../../central-sync/rules/assign-session.ts'
import { at, DAY, tapId, ulidOf } from '../../../support/attendance-facts.ts'

const maps = assignment('maps')
const scans = assignment('scans')
const session = { day: DAY, startedAt: at('13:00'), cites: [tapId(1, 3), tapId(1, 4)] }

function assignment(name: string, more: Partial<ValidAssignment> = {}): ValidAssignment {
  return { assignment: name as AssignmentId, package: `p-${name}` as PackageId, from: DAY, last: undefined, ...more }
}

function choice(one: ValidAssignment, tap: number, time: string, more: Partial<Choice> = {}): Choice {
  return {
    id: ulidOf(tap),
    tap: tapId(1, tap),
    assignment: one.assignment,
    time: at(time),
    chosenAt: at(time),
    ...more,
  }
}

describe('what the time of a session is for', () => {
  it('is what the worker chose for its tap, the newest choice first', () => {
    const choices = [choice(maps, 3, '13:00', { chosenAt: at('18:00') }), choice(scans, 3, '13:00')]
    expect(assignSession(session, choices, [maps, scans])).toEqual({
      assignment: 'maps',
      package: 'p-maps',
      why: 'chosen',
    })
  })

  it('is else what she chose last before it', () => {
    const choices = [choice(maps, 1, '09:00'), choice(scans, 2, '11:00'), choice(maps, 9, '16:00')]
    expect(assignSession(session, choices, [maps, scans])).toMatchObject({ assignment: 'scans', why: 'last_chosen' })
  })

  it('forgets a choice that was replaced for the same tap', () => {
    const choices = [choice(maps, 1, '09:00'), choice(scans, 1, '09:00', { id: ulidOf(77), chosenAt: at('10:00') })]
    expect(assignSession(session, choices, [maps, scans])?.assignment).toBe('scans')
  })

  it('passes over an assignment that had not begun or is over that day', () => {
    const over = assignment('scans', { from: addDays(DAY, -9), last: addDays(DAY, -1) })
    expect(assignSession(session, [choice(over, 3, '13:00')], [maps, over])).toMatchObject({
      assignment: 'maps',
      why: 'only_one',
    })
    const lastDay = assignment('scans', { last: DAY })
    expect(assignSession(session, [choice(lastDay, 3, '13:00')], [maps, lastDay])?.assignment).toBe('scans')
    const tomorrow = assignment('maps', { from: addDays(DAY, 1) })
    expect(assignSession(session, [], [tomorrow])).toBeUndefined()
  })

  it('is unknown when she has several and never chose', () => {
    expect(assignSession(session, [], [maps, scans])).toBeUndefined()
    expect(assignSession(session, [choice(maps, 9, '16:00')], [maps, scans])).toBeUndefined()
  })

  it('does not depend on the order of what is known', () => {
    const choices = [choice(maps, 1, '09:00'), choice(scans, 2, '11:00'), choice(maps, 2, '11:00', { id: ulidOf(50) })]
    const one = assignSession(session, choices, [maps, scans])
    expect(assignSession(session, [...choices].reverse(), [scans, maps])).toEqual(one)
  })
})
