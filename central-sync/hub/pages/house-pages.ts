/** First run, signing in, staff accounts, and the journal for auditors. */
import { z } from 'zod'
import { hubRole } from '../../protocol/event/place.ts'
import type { Page, Words } from '../../web/port.ts'
import { ADMINISTRATION, type HubRooms } from '../http/hub-rooms.ts'
import { hubPage } from './hub-page.ts'

const slip = z.object({ login: z.string(), password: z.string() })
const verified = z.object({
  ok: z.boolean(),
  entries: z.number(),
  problems: z.array(z.object({ site: z.string(), inc: z.string(), seq: z.number(), what: z.string() })),
})

export function housePages(rooms: HubRooms): Page[] {
  return [...doorPages(rooms), staffPage(rooms), auditPage(rooms)]
}

function doorPages({ staff }: HubRooms): Page[] {
  const next = z.string().max(500).optional()
  return [
    hubPage({
      path: '/setup',
      access: 'anyone',
      title: { ja: 'はじめの設定', en: 'First set-up' },
      template: 'setup',
      shell: 'bare',
      load: async () => ((await staff.isClaimed()) ? { redirect: '/sign-in' } : {}),
    }),
    hubPage({
      path: '/sign-in',
      access: 'anyone',
      title: { ja: '本部のサインイン', en: 'Sign in to the hub' },
      template: 'sign-in',
      shell: 'bare',
      input: { next },
      load: async (input, { base }) =>
        (await staff.isClaimed()) ? { next: input.next ?? `${base}/` } : { redirect: '/setup' },
    }),
    hubPage({
      path: '/password',
      access: 'staff',
      title: { ja: 'パスワードを変える', en: 'Change your password' },
      template: 'password',
      shell: 'bare',
      load: async () => ({}),
    }),
  ]
}

/** Names of the roles, for people. */
const roleWords: Readonly<Record<(typeof hubRole.options)[number], Words>> = {
  orders: { ja: '受注', en: 'Orders' },
  payroll: { ja: '支払', en: 'Payroll' },
  auditor: { ja: '監査', en: 'Auditor' },
  administrator: { ja: '管理者', en: 'Administrator' },
}

function staffPage({ staff }: HubRooms): Page {
  return hubPage({
    path: '/staff',
    access: ADMINISTRATION,
    title: { ja: '職員', en: 'Staff' },
    template: 'staff',
    load: async (_input, { answered, actor, language }) => {
      const said = (role: keyof typeof roleWords) => roleWords[role][language === 'en' ? 'en' : 'ja']
      const issued = answered?.command === 'staff.add' ? slip.safeParse(answered.output) : undefined
      const members = await staff.all()
      return {
        issued: issued?.success === true ? issued.data : undefined,
        roleOptions: hubRole.options.map((role) => ({ value: role, label: said(role), checked: false })),
        members: members.map((member) => ({
          ...member,
          self: actor.kind === 'staff' && actor.staff === member.staff,
          roleNames: hubRole.options
            .filter((role) => member.roles.includes(role))
            .map(said)
            .join('・'),
          roleOptions: hubRole.options.map((role) => ({
            value: role,
            label: said(role),
            checked: member.roles.includes(role),
          })),
        })),
      }
    },
  })
}

function auditPage({ journal }: HubRooms): Page {
  return hubPage({
    path: '/audit',
    access: ['payroll', 'auditor', 'administrator'],
    title: { ja: '記録の確認', en: 'Audit' },
    template: 'audit',
    load: async (_input, { answered, actor }) => {
      const report = answered?.command === 'journal.verify' ? verified.safeParse(answered.output) : undefined
      const centres = await journal.read.all<{ site: string; name: string; code: string }>(
        'SELECT site, name, code FROM centre',
      )
      const names = new Map(centres.map((centre) => [centre.site, centre]))
      const streams = await journal.receive.heads()
      return {
        report: report?.success === true ? report.data : undefined,
        mayExport: actor.kind === 'staff' && actor.roles.some((role) => role === 'auditor' || role === 'administrator'),
        streams: streams.map(({ genesis, seq, hash, sealedAt, kind }) => ({
          ...{ site: genesis.site, seq },
          own: kind === 'own',
          name: names.get(genesis.site)?.name ?? '',
          code: names.get(genesis.site)?.code ?? 'HUB',
          inc: genesis.inc.slice(0, 8),
          hash: hash.toString('hex').replace(/(.{4})(?=.)/g, '$1 '),
          sealed: sealedAt !== undefined,
        })),
      }
    },
  })
}
