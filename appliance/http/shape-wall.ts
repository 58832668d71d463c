/** The screen in the foyer: seats, rooms and childcare places as numbers and times, never with a name of a person. */
import { z } from 'zod'
import { mapBox, resourceKind } from '../../central-sync/protocol/event/booking.ts'
import { calendarDay, wallMinute } from '../../central-sync/protocol/time.ts'
import { nothing, shape } from './shape.ts'
import { DESK } from './shape-booking-rows.ts'
import { careLevel } from './shape-care-rows.ts'

export const wallIssue = shape({
  name: 'wall.issue',
  path: '/wall',
  summary: { ja: '入口の画面の秘密のアドレスを作る', en: 'Make the secret address of the foyer screen' },
  access: DESK,
  input: nothing,
  /** Path below the address of the centre. */
  output: z.strictObject({ path: z.string() }),
  done: {
    ja: 'アドレスを作りました。いまだけ表示します。前のアドレスは使えなくなりました。',
    en: 'The address is made and shown only now. The one before no longer works.',
  },
  unrepeatable: true,
})

export const wallRevoke = shape({
  name: 'wall.revoke',
  path: '/wall/revoke',
  summary: { ja: '入口の画面を止める', en: 'End the address of the foyer screen' },
  access: DESK,
  input: nothing,
  output: nothing,
  done: { ja: '入口の画面を止めました。', en: 'The foyer screen is closed.' },
})

export const wallState = z.enum(['in', 'confirmed', 'held', 'blocked', 'free', 'closed', 'nursery'])

const span = z.strictObject({ start: wallMinute, end: wallMinute })

/** For whoever has the key, and for signed-in staff. Anybody else: 404, as if it did not exist. */
export const wall = shape({
  name: 'wall',
  path: '/wall',
  summary: { ja: '入口の画面（名前なし）', en: 'The foyer screen, without names' },
  access: 'anyone',
  input: z.object({ key: z.string().max(64).default('') }),
  output: z.strictObject({
    at: z.number(),
    centre: z.string(),
    day: calendarDay,
    hours: span.nullable(),
    seats: z.strictObject({ used: z.number(), booked: z.number(), free: z.number() }),
    spots: z.array(
      z.strictObject({ name: z.string(), kind: resourceKind, floor: z.string(), map: mapBox, state: wallState }),
    ),
    rooms: z.array(
      z.strictObject({
        name: z.string(),
        state: wallState,
        /** End of what is going on now, wall minute. */
        until: wallMinute.nullable(),
        /** The next times it is taken, at most three. */
        next: z.array(span),
      }),
    ),
    care: z.array(
      z.strictObject({
        name: z.string(),
        present: z.number(),
        expected: z.number(),
        staff: z.number(),
        needed: z.number(),
        level: careLevel,
        /** Two hours in quarters: children booked, carers needed and planned. */
        next: z.array(
          z.strictObject({
            start: wallMinute,
            total: z.number(),
            needed: z.number(),
            staff: z.number(),
            level: careLevel,
          }),
        ),
      }),
    ),
  }),
})

export const wallSetting = shape({
  name: 'wall.setting',
  path: '/wall/setting',
  summary: { ja: '入口の画面のアドレスがあるか', en: 'Whether the foyer screen has an address' },
  access: 'staff',
  input: nothing,
  output: z.strictObject({ issuedAt: z.number().nullable() }),
})
