/** 子ども: the register. What is sealed about a child is opened piece by piece, and each opening is written down. */
import { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../../central-sync/protocol/refusal.ts'
import { calendarDayOf, clockFace } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { pickWords } from '../../../central-sync/web/write-text.ts'
import { CARE, LEADERS } from '../../http/shape-care-rows.ts'
import {
  childAudit,
  childBlocks,
  childGuardians,
  childHealth,
  childPickups,
  childQuery,
  childrenList,
} from '../../http/shape-childcare-queries.ts'
import { workers } from '../../http/shape-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { cutPage, pageNumber } from '../cut-page.ts'
import { centrePage, holds } from '../staff-page.ts'
import { careChildWords } from '../words/care-child-words.ts'
import { phoneLink } from './room-steps.ts'
import { bookingView } from './view-care.ts'
import { writeAge } from './write-minute.ts'

const PAGE_SIZE = 100
const BOOKINGS_SHOWN = 10
const STAYS_SHOWN = 20
const child = identifier('child')
const text = z.string().trim().max(100).optional()

export function childrenPages(ask: Ask): Page[] {
  return [listPage(ask), newPage(ask), childPage(ask)]
}

function listPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/children',
    access: CARE,
    title: { ja: '託児室：子ども', en: 'Childcare: children' },
    template: 'childcare/children',
    input: { q: text, all: z.string().max(5).optional(), page: pageNumber },
    load: async ({ q = '', all = '', page }, context) => {
      const found = await ask(childrenList, { q, all }, context)
      if (isRefusal(found)) return found
      const day = calendarDayOf(context.now)
      const rows = found.children.map((one) => ({ ...one, age: writeAge(one.birthDate, day) }))
      const address = new URLSearchParams({ ...(q !== '' && { q }), ...(all !== '' && { all }) })
      const decided = rows.filter(({ state }) => state !== 'pending')
      return {
        q,
        all: all !== '',
        pending: rows.filter(({ state }) => state === 'pending'),
        ...cutPage(decided, page, PAGE_SIZE, `${context.base}/childcare/children`, address),
      }
    },
  })
}

function newPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/children/new',
    access: CARE,
    title: { ja: '子どもを登録する', en: 'Register a child' },
    template: 'childcare/child-new',
    load: async (_input, context) => ({
      workerOptions: [
        { value: '', label: pickWords(careChildWords['care.child.worker.choose'], context.language) },
        ...(await workerOptions(ask, context)),
      ],
      extraOptions: extraOptions(context),
    }),
  })
}

async function workerOptions(ask: Ask, context: RequestContext) {
  const found = await orElse(ask(workers, {}, context), { workers: [] })
  return found.workers
    .filter(({ own, active }) => own && active)
    .map((one) => ({
      value: one.worker,
      label: one.kana === '' ? `${one.name} ${one.code}` : `${one.name}（${one.kana}）${one.code}`,
    }))
}

/** Carer units of 1/300 on top of the age band. */
function extraOptions({ language }: RequestContext) {
  const label = (key: keyof typeof careChildWords) => pickWords(careChildWords[key], language)
  return [
    { value: '0', label: label('care.child.extra.none') },
    { value: '100', label: label('care.child.extra.third') },
    { value: '150', label: label('care.child.extra.half') },
    { value: '300', label: label('care.child.extra.one') },
  ]
}

const sections = ['health', 'guardians', 'pickups', 'blocks'] as const

function childPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/children/:child',
    access: CARE,
    title: { ja: '託児室：子ども', en: 'Childcare: children' },
    template: 'childcare/child',
    input: { child, open: z.enum(sections).optional().catch(undefined) },
    load: async (input, context) => {
      const found = await ask(childQuery, { child: input.child }, context)
      if (isRefusal(found)) return found
      const opened = await openSection(ask, input.open, input.child, context)
      if (isRefusal(opened)) return opened
      const audit = await orElse(ask(childAudit, { child: input.child }, context), undefined)
      const day = calendarDayOf(context.now)
      return {
        ...found,
        ...opened,
        today: day,
        age: writeAge(found.child.birthDate, day),
        noGuardian: found.counts.guardians === 0,
        lapsed: found.bookings.filter((one) => one.lapsed && one.day >= day).length,
        bookings: found.bookings.map(bookingView).slice(0, BOOKINGS_SHOWN),
        stays: found.stays.slice(0, STAYS_SHOWN).map((one) => ({
          ...one,
          in: clockFace(one.since),
          out: one.departedAt === null ? '' : clockFace(one.departedAt),
        })),
        open: input.open ?? '',
        extra: String((opened as { health?: { extraUnits: number } }).health?.extraUnits ?? 0),
        reads: audit?.reads,
        mayLift: holds(context, LEADERS),
        workerOptions: input.open === undefined || input.open === 'health' ? [] : await withNobody(ask, context),
        extraOptions: extraOptions(context),
      }
    },
  })
}

async function withNobody(ask: Ask, context: RequestContext) {
  const nobody = pickWords(careChildWords['care.guardian.worker.none'], context.language)
  return [{ value: '', label: nobody }, ...(await workerOptions(ask, context))]
}

type Section = (typeof sections)[number]
type ChildId = z.infer<typeof child>

/** Opens one sealed part; the query writes who looked. */
async function openSection(
  ask: Ask,
  section: Section | undefined,
  subject: ChildId,
  context: RequestContext,
): Promise<Readonly<Record<string, unknown>> | Refusal> {
  const asked = { child: subject }
  switch (section) {
    case undefined:
      return {}
    case 'health':
      return healthOf(await ask(childHealth, asked, context))
    case 'guardians': {
      const found = await ask(childGuardians, asked, context)
      return isRefusal(found) ? found : { guardians: found.guardians.map(personView) }
    }
    case 'pickups': {
      const found = await ask(childPickups, asked, context)
      return isRefusal(found) ? found : { pickups: found.pickups.filter(({ revoked }) => !revoked).map(personView) }
    }
    case 'blocks': {
      const found = await ask(childBlocks, asked, context)
      return isRefusal(found) ? found : { blocks: found.blocks.filter(({ lifted }) => !lifted) }
    }
  }
}

function personView<P extends { readonly phone: string }>(one: P) {
  return { ...one, phoneHref: phoneLink(one.phone) }
}

type Health = Exclude<Awaited<ReturnType<typeof childHealth.output.parse>>, undefined>

function healthOf(found: Health | Refusal) {
  if (isRefusal(found)) return found
  const { today } = found
  return {
    health: found.health,
    dropOff:
      today === null
        ? undefined
        : {
            ...today,
            degrees: (today.temperatureX10 / 10).toFixed(1),
            signs: today.symptoms.map((sign) => `care.in.symptom.${sign}`),
          },
  }
}
