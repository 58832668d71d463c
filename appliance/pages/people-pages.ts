/** 人とカード: the list, registering, one person, her cards and her PIN slip. */
import { z } from 'zod'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type RefusalCode, refusals } from '../../central-sync/protocol/refusal.ts'
import { businessDayOf, monthOf } from '../../central-sync/protocol/time.ts'
import type { Page, RequestContext, Words } from '../../central-sync/web/port.ts'
import { pinReset } from '../http/shape-door.ts'
import { cardsReplace, cardsStartEnrolment, workersRegister } from '../http/shape-people.ts'
import { cardsEnrolment, devices, workerQuery, workers, workQuery } from '../http/shape-queries.ts'
import { type Ask, orElse } from './ask.ts'
import { cutPage, pageNumber } from './cut-page.ts'
import { CARETAKERS, centrePage, DESK, holds } from './staff-page.ts'
import { sessionView } from './view-session.ts'

const PAGE_SIZE = 100
const worker = identifier('worker')

export function peoplePages(ask: Ask): Page[] {
  return [peoplePage(ask), newPersonPage(), personPage(ask), enrolPage(ask), slipPage(ask), attachPage(ask)]
}

const text = z.string().trim().max(100).optional()

function peoplePage(ask: Ask): Page {
  return centrePage({
    path: '/people',
    access: 'staff',
    title: { ja: '人とカード', en: 'People and cards' },
    template: 'people',
    input: { q: text, all: z.string().max(5).optional(), page: pageNumber },
    load: async ({ q = '', all = '', page }, context) => {
      const found = await ask(workers, { q, all }, context)
      if (isRefusal(found)) return found
      const address = new URLSearchParams({ ...(q !== '' && { q }), ...(all !== '' && { all }) })
      return {
        q,
        all: all !== '',
        mayRegister: holds(context, DESK),
        ...cutPage(found.workers, page, PAGE_SIZE, `${context.base}/people`, address),
      }
    },
  })
}

const languageOptions = [
  { value: 'ja', label: '日本語' },
  { value: 'easy', label: 'やさしい日本語' },
  { value: 'en', label: 'English' },
]

function newPersonPage(): Page {
  return centrePage({
    path: '/people/new',
    access: DESK,
    title: { ja: '人を登録する', en: 'Register a person' },
    template: 'person-new',
    load: async () => ({ languageOptions }),
  })
}

function personPage(ask: Ask): Page {
  return centrePage({
    path: '/people/:worker',
    access: 'staff',
    title: { ja: '人とカード', en: 'People and cards' },
    template: 'person',
    input: { worker },
    load: async (input, context) => {
      const found = await ask(workerQuery, { worker: input.worker }, context)
      if (isRefusal(found)) return found
      const work = await orElse(ask(workQuery, {}, context), { packages: [] })
      const { assignments, sessions } = found
      const busy = new Set(assignments?.filter(({ last }) => last === null).map((row) => row.package))
      const free = work.packages.filter((row) => row.open && !busy.has(row.package))
      const today = businessDayOf(context.now)
      return {
        ...found,
        assignments,
        sessions: sessions?.slice(0, 10).map(sessionView),
        activeCards: found.cards.filter(({ revokedAt }) => revokedAt === null),
        revokedCards: found.cards.filter(({ revokedAt }) => revokedAt !== null),
        packageOptions: free.map((row) => ({ value: row.package, label: row.title })),
        kiosks: await kioskOptions(ask, context),
        month: monthOf(today),
        mayEdit: holds(context, DESK) && found.person.own,
        mayEnrolNumber: holds(context, [...DESK, ...CARETAKERS]),
        languageOptions,
      }
    },
  })
}

/** Connected kiosks first; the others are named but cannot be chosen by mistake. */
async function kioskOptions(ask: Ask, context: RequestContext) {
  const found = await orElse(ask(devices, {}, context), { devices: [], rooms: [] })
  return found.devices
    .filter(({ kind, retiredAt, connected }) => kind === 'kiosk' && retiredAt === null && connected)
    .map(({ device, label }) => ({ value: device, label }))
}

function enrolPage(ask: Ask): Page {
  return centrePage({
    path: '/people/:worker/enrol',
    access: DESK,
    title: { ja: 'カードの登録', en: 'Enrolling a card' },
    template: 'enrol',
    scripts: ['enrol'],
    input: { worker, token: z.string().max(64) },
    load: async (input, context) => {
      const found = await ask(workerQuery, { worker: input.worker }, context)
      if (isRefusal(found)) return found
      const progress = await ask(cardsEnrolment, { token: input.token }, context)
      if (isRefusal(progress)) return progress
      const started = [cardsStartEnrolment.name, cardsReplace.name].includes(context.answered?.command ?? '')
      return { person: found.person, token: input.token, ...progress, reason: reasonOf(progress.code), started }
    },
  })
}

/** Why the kiosk or the desk said no. */
function reasonOf(code: string | null): Words {
  const text = code === null ? undefined : refusals.get(code as RefusalCode)
  return text === undefined ? { ja: '', en: '' } : { ja: text.ja, en: text.en }
}

const slipOutput = z.object({ worker, code: z.string(), pin: z.string() })

/** What the slip says in every language, whatever the screen speaks. */
const SLIP_TEXTS = [
  'スマートフォンで下の住所を開き、この番号でサインインして、自分だけの番号に変えてください。カードを忘れた日も、受付の機械で使えます。',
  'スマホで {下|した}の ページを {開|ひら}きます。この {番号|ばんごう}を {書|か}きます。そのあと、じぶんの {番号|ばんごう}に {変|か}えます。',
  'Open the address below on your phone, sign in with this number and choose your own. It also works at the reception on a day without your card.',
].map((line) => ({ ja: line, easy: line, en: line }))

function slipPage(ask: Ask): Page {
  return centrePage({
    path: '/people/:worker/slip',
    access: DESK,
    title: { ja: '暗証番号の紙', en: 'PIN slip' },
    template: 'slip',
    shell: 'print',
    input: { worker },
    load: async (input, context) => {
      const found = await ask(workerQuery, { worker: input.worker }, context)
      if (isRefusal(found)) return found
      const { answered } = context
      const known = answered?.command === pinReset.name || answered?.command === workersRegister.name
      const output = known ? slipOutput.safeParse(answered?.output) : undefined
      const fresh = output?.success === true && output.data.worker === input.worker ? output.data : undefined
      return {
        person: found.person,
        pin: fresh?.pin ?? '',
        address: `${context.origin ?? ''}${context.base}/my`,
        texts: SLIP_TEXTS,
      }
    },
  })
}

const OWNERS_SHOWN = 30

function attachPage(ask: Ask): Page {
  return centrePage({
    path: '/cards/attach',
    access: DESK,
    title: { ja: '登録されていないカード', en: 'An unknown card' },
    template: 'attach',
    input: { tap: z.string().max(80), q: text },
    load: async ({ tap, q = '' }, context) => {
      const found = await ask(workers, { q }, context)
      if (isRefusal(found)) return found
      // Whoever has no card yet is the likeliest owner.
      const owners = found.workers.filter(({ own }) => own).sort((a, b) => a.cards - b.cards)
      return { tap, q, owners: owners.slice(0, OWNERS_SHOWN), more: Math.max(0, owners.length - OWNERS_SHOWN) }
    },
  })
}
