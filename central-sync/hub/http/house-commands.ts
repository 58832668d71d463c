/** Commands of the house: claiming the hub, centres, closing a month, staff accounts, the journal. */
import { z } from 'zod'
import { personName } from '../../protocol/event/person.ts'
import { hubRole } from '../../protocol/event/place.ts'
import { identifier, isIdentifier } from '../../protocol/identifier.ts'
import { isRefusal, refuse } from '../../protocol/refusal.ts'
import { month } from '../../protocol/time.ts'
import type { Command } from '../../web/port.ts'
import { SignInLimiter } from '../../web/rate-limit.ts'
import { signInCommands } from '../../web/sign-in.ts'
import { closeMonth } from '../payroll/close.ts'
import { ADMINISTRATION, AUDIT, type HubRooms, PAYROLL, staffOf } from './hub-rooms.ts'

const nothing = z.object({})
const login = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9._-]{2,60}$/)
const roles = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(hubRole).min(1).max(hubRole.options.length),
)

function command<I, O>(value: Command<I, O>): Command {
  return value as Command
}

export function houseCommands(rooms: HubRooms): Command[] {
  const { staff } = rooms
  const limiter = new SignInLimiter()
  const signIn = signInCommands({ verifyPassword: (name, password) => staff.verifyPassword(name, password), limiter })
  return [...signIn, ...claimCommands(rooms), ...payCommands(rooms), ...staffCommands(rooms, limiter)]
}

function claimCommands({ staff, claimCode, admission }: HubRooms): Command[] {
  return [
    command({
      name: 'hub.claim',
      path: '/claim',
      summary: { ja: '最初の設定：本部の管理者をつくる', en: 'First run: create the administrator of the hub' },
      access: 'anyone',
      input: z.strictObject({
        claim: z.string().max(40),
        login,
        name: personName,
        password: z.string().min(1).max(200),
      }),
      output: z.object({ staff: identifier('staff') }),
      done: { ja: '本部の設定ができました。', en: 'The hub is set up.' },
      unrepeatable: true,
      handle: async ({ claim, ...first }, context) => {
        if (await staff.isClaimed()) return refuse('already_claimed')
        if (!claimCode.matches(claim)) return refuse('code_unknown')
        const claimed = await staff.claim(first)
        if (!isRefusal(claimed)) await context.session.begin({ kind: 'staff', staff: claimed.staff })
        return claimed
      },
    }),
    command({
      name: 'sites.new-code',
      path: '/centres/codes',
      summary: { ja: 'センターをつなぐコードを出す', en: 'Issue a code with which a centre joins' },
      access: ADMINISTRATION,
      input: z.strictObject({ label: z.string().trim().min(1).max(100) }),
      output: z.object({ code: z.string(), expires: z.number().int() }),
      done: { ja: 'コードを出しました。', en: 'Here is the code.' },
      // An answer that is remembered is kept on the disk; this one is a secret.
      unrepeatable: true,
      handle: ({ label }) => admission.newCode(label),
    }),
  ]
}

function payCommands({ journal }: HubRooms): Command[] {
  return [
    command({
      name: 'payroll.close',
      path: '/payroll/close',
      summary: { ja: '月を締める', en: 'Close a month' },
      access: PAYROLL,
      input: z
        .strictObject({
          month,
          /** A form repeats the month by hand: closing cannot be undone. */
          typed: z.string().trim().optional(),
          override: z.string().trim().max(500).optional(),
        })
        .refine(({ month: wanted, typed }) => typed === undefined || typed.normalize('NFKC') === wanted, {
          path: ['typed'],
        }),
      output: z.object({
        month,
        statements: z.number().int(),
        yen: z.number().int(),
        inputs: z.string(),
        behind: z.array(z.string()),
      }),
      done: { ja: '月を締めました。', en: 'The month is closed.' },
      handle: async ({ month: wanted, override }, context) => {
        await journal.caughtUp()
        const reason = override === undefined || override === '' ? undefined : override
        return closeMonth(journal, {
          month: wanted,
          by: staffOf(context),
          override: reason,
          request: context.requestKey,
        })
      },
    }),
    command({
      name: 'journal.verify',
      path: '/journal/verify',
      summary: { ja: '記録の鎖を確かめる', en: 'Verify the journal' },
      access: AUDIT,
      input: nothing,
      output: z.object({
        ok: z.boolean(),
        entries: z.number().int(),
        problems: z.array(z.object({ site: z.string(), inc: z.string(), seq: z.number(), what: z.string() })),
      }),
      done: { ja: '記録を確かめました。', en: 'The journal was verified.' },
      unrepeatable: true,
      handle: async () => {
        const { ok, entries, problems } = await journal.verify()
        return { ok, entries, problems: [...problems] }
      },
    }),
  ]
}

function staffCommands({ staff }: HubRooms, limiter: SignInLimiter): Command[] {
  return [
    command({
      name: 'staff.add',
      path: '/staff',
      summary: { ja: '職員を加える', en: 'Add a staff account' },
      access: ADMINISTRATION,
      input: z.strictObject({ login, name: personName, roles }),
      output: z.object({ staff: identifier('staff'), login: z.string(), password: z.string() }),
      done: { ja: '職員を加えました。はじめの暗証をわたしてください。', en: 'Added. Hand over the first password.' },
      unrepeatable: true,
      handle: (member, context) => staff.add(member, staffId(staffOf(context))),
    }),
    command({
      name: 'staff.change',
      path: '/staff/change',
      summary: { ja: '職員の役割を変える', en: 'Change the roles of a staff account' },
      access: ADMINISTRATION,
      input: z.strictObject({ staff: identifier('staff'), roles, active: z.boolean() }),
      output: nothing,
      done: { ja: '役割を変えました。', en: 'The roles are changed.' },
      handle: (change, context) => staff.change(change, staffId(staffOf(context))),
    }),
    command({
      name: 'staff.change-password',
      path: '/staff/password',
      summary: { ja: '自分の暗証を変える', en: 'Change your own password' },
      access: 'staff',
      input: z.strictObject({ current: z.string().min(1).max(200), next: z.string().min(1).max(200) }),
      output: nothing,
      done: { ja: '暗証を変えました。', en: 'Your password is changed.' },
      unrepeatable: true,
      handle: async ({ current, next }, context) => {
        const id = staffId(staffOf(context))
        // Whoever sits down at an open session must not guess the password behind it.
        const wait = await limiter.begin(`again ${id}`, context.remote)
        return wait ?? staff.changePassword(id, current, next)
      },
    }),
  ]
}

function staffId(text: string) {
  if (!isIdentifier('staff', text)) throw new Error('not a staff id')
  return text
}
