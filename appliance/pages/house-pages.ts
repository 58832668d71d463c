/** 装置, スタッフ, 設定: what keeps the centre running. */
import { z } from 'zod'
import { centreRole } from '../../central-sync/protocol/event/place.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { Page, RequestContext } from '../../central-sync/web/port.ts'
import { pickWords } from '../../central-sync/web/write-text.ts'
import { staffAdd, staffResetPassword } from '../http/shape-door.ts'
import { devicesNewCode, journalVerify } from '../http/shape-people.ts'
import { devices, staffList, syncQuery, today, workers } from '../http/shape-queries.ts'
import { type Ask, orElse } from './ask.ts'
import { CARETAKERS, centrePage, holds } from './staff-page.ts'
import { staffWords } from './words/staff-words.ts'

/** Who says where a kiosk stands. */
const STATIONERS = ['it', 'administrator', 'director'] as const

export function housePages(ask: Ask): Page[] {
  return [devicesPage(ask), accountsPage(ask), settingsPage(ask)]
}

function devicesPage(ask: Ask): Page {
  return centrePage({
    path: '/devices',
    access: 'staff',
    title: { ja: '装置', en: 'Devices' },
    template: 'devices',
    load: async (_input, context) => {
      const found = await ask(devices, {}, context)
      if (isRefusal(found)) return found
      const rows = found.devices.filter(({ kind }) => kind !== 'import')
      const nameOf = new Map(found.rooms.map(({ room, name }) => [room, name]))
      return {
        active: rows
          .filter(({ retiredAt }) => retiredAt === null)
          .map((row) => ({ ...row, roomName: row.room === null ? undefined : nameOf.get(row.room) })),
        // A centre without a childcare room has nothing to choose.
        mayStation: found.rooms.length > 0 && holds(context, STATIONERS),
        roomOptions: [
          { value: '', label: context.language === 'en' ? 'Entrance' : '入口' },
          ...found.rooms.map(({ room, name }) => ({ value: room, label: name })),
        ],
        retired: rows.filter(({ retiredAt }) => retiredAt !== null),
        mayAct: holds(context, CARETAKERS),
        issued: issuedCode(context),
        address: `${context.origin ?? ''}${context.base}`,
      }
    },
  })
}

const codeOutput = devicesNewCode.output

function issuedCode({ answered }: RequestContext) {
  if (answered?.command !== devicesNewCode.name) return undefined
  const output = codeOutput.safeParse(answered.output)
  return output.success ? output.data : undefined
}

function accountsPage(ask: Ask): Page {
  return centrePage({
    path: '/staff',
    access: ['administrator', 'it', 'director'],
    title: { ja: 'スタッフ', en: 'Staff accounts' },
    template: 'accounts',
    load: async (_input, context) => {
      const found = await ask(staffList, {}, context)
      if (isRefusal(found)) return found
      const people = await orElse(ask(workers, {}, context), { workers: [] })
      const noWorker = { value: '', label: pickWords(staffWords['accounts.worker.none'], context.language) }
      const workerOptions = people.workers
        .filter(({ own }) => own)
        .map((row) => ({ value: row.worker, label: `${row.code}　${row.name}` }))
      return {
        accounts: found.staff.map((row) => ({
          ...row,
          roleKeys: row.roles.map((role) => `accounts.role.${role}`),
          roleOptions: roleOptions(context, row.roles),
          rolesNow: row.roles,
        })),
        roleOptions: roleOptions(context, ['front_desk']),
        workerOptions: [noWorker, ...workerOptions],
        mayAct: holds(context, ['administrator']),
        issued: issuedPassword(context),
      }
    },
  })
}

function roleOptions({ language }: RequestContext, chosen: readonly string[]) {
  return centreRole.options.map((role) => ({
    value: role,
    label: pickWords(staffWords[`accounts.role.${role}`], language),
    checked: chosen.includes(role),
  }))
}

function verifiedOf({ answered }: RequestContext) {
  const report = answered?.command === journalVerify.name ? journalVerify.output.safeParse(answered.output) : undefined
  return report?.success === true ? report.data : undefined
}

const passwordOutput = z.object({ login: z.string(), password: z.string() })

function issuedPassword({ answered }: RequestContext) {
  const known = answered?.command === staffAdd.name || answered?.command === staffResetPassword.name
  const output = known ? passwordOutput.safeParse(answered?.output) : undefined
  return output?.success === true ? output.data : undefined
}

function settingsPage(ask: Ask): Page {
  return centrePage({
    path: '/settings',
    access: 'staff',
    title: { ja: '設定', en: 'Settings' },
    template: 'settings',
    load: async (_input, context) => {
      const board = await ask(today, {}, context)
      if (isRefusal(board)) return board
      const sync = await ask(syncQuery, {}, context)
      if (isRefusal(sync)) return sync
      return {
        centre: board.centre,
        sync,
        stateKey: `settings.sync.${sync.state}`,
        alone: sync.state === 'alone',
        stopped: sync.state === 'stopped',
        verified: verifiedOf(context),
        mayRename: holds(context, ['administrator']),
        mayJoin: holds(context, CARETAKERS),
      }
    },
  })
}
