/** What every page is drawn in: language, menu, lights, the answer of the form before. */
import type { Language, StaffRole } from '../protocol/event/place.ts'
import type { Instant } from '../protocol/time.ts'
import { refusalWords } from './easy-refusals.ts'
import type { Flash, UndoOffer } from './flash.ts'
import type { MayOpen } from './may-open.ts'
import type { HealthLight, Page, RequestContext, WebRooms, Words } from './port.ts'
import { type FieldIssue, fieldIssues } from './problem.ts'

export interface MenuEntry {
  readonly path: string
  readonly words: Words
  readonly current: boolean
  readonly count: number
}

/** The refused form, for the fields that show it. */
export interface RefusedForm {
  readonly command: string
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly errors: readonly FieldIssue[]
}

export interface Frame {
  readonly language: Language
  /** For `<html lang>`. */
  readonly lang: 'ja' | 'en'
  readonly base: string
  /** Path and query of this page, for coming back after a form. */
  readonly here: string
  readonly now: Instant
  readonly title: Words
  readonly program: Words
  readonly shell: Page['shell']
  readonly person: string
  readonly signedIn: boolean
  readonly entrance: string
  readonly roles: readonly StaffRole[]
  readonly menu: readonly MenuEntry[]
  readonly lights: readonly HealthLight[]
  readonly plainLan: boolean
  readonly done: Words | undefined
  readonly undo: UndoOffer | undefined
  readonly refused: { readonly words: Words; readonly code: string } | undefined
  readonly form: RefusedForm | undefined
  /** The page itself says why its form was refused. */
  readonly ownAnswer: boolean
  readonly languages: readonly {
    readonly code: Language
    readonly label: string
    readonly href: string
    readonly current: boolean
  }[]
  readonly styles: readonly string[]
  readonly scripts: readonly string[]
  /** Whether the reader may open the page at this address below the mount: no link leads to a door that turns her away. */
  mayOpen(address: string): boolean
}

export interface FrameFacts {
  readonly rooms: WebRooms
  readonly page: Pick<Page, 'title' | 'shell' | 'scripts' | 'template' | 'path' | 'answers'>
  readonly context: RequestContext
  /** Path and query below the host, without `lang`. */
  readonly here: string
  readonly flash: Flash | undefined
  readonly plainLan: boolean
  readonly programName?: string | undefined
  readonly health: { readonly lights: readonly HealthLight[]; readonly counts: Readonly<Record<string, number>> }
  readonly hasStyle: (name: string) => boolean
  readonly mayOpen: MayOpen
}

export function buildFrame(facts: FrameFacts): Frame {
  const { rooms, page, context, here, flash, health } = facts
  const { actor, language } = context
  const room = page.template.split('/')[0] ?? ''
  const styles = ['web/theme.css', 'web/fonts.css', `${room}/style.css`].filter(facts.hasStyle)
  return {
    language: page.shell === 'staff' && language === 'easy' ? 'ja' : language,
    lang: language === 'en' ? 'en' : 'ja',
    base: context.base,
    here,
    now: context.now,
    title: page.title,
    program: facts.programName === undefined ? rooms.name : { ja: facts.programName, en: facts.programName },
    shell: page.shell,
    person: actor.kind === 'nobody' ? '' : actor.name,
    signedIn: actor.kind !== 'nobody',
    entrance: entranceFor(rooms, page, context),
    roles: actor.kind === 'staff' ? actor.roles : [],
    menu: menuFor(facts),
    lights: health.lights,
    plainLan: facts.plainLan,
    ...answerOf(flash),
    ownAnswer: flash?.kind === 'refused' && (page.answers?.includes(flash.refusal.refused) ?? false),
    languages: languagesFor(page.shell, language, here),
    styles,
    scripts: ['web/shell', ...(page.scripts ?? [])].map((name) => `${name}.js`),
    mayOpen: (address) => facts.mayOpen(actor, address),
  }
}

function entranceFor(rooms: WebRooms, page: Pick<Page, 'shell'>, { base }: RequestContext): string {
  const { entrances } = rooms
  return `${base}${(page.shell === 'worker' ? entrances?.worker : entrances?.staff) ?? '/'}`
}

/** The item with the longest path that this page lies under is the current one. */
function menuFor({ rooms, page, context, health, mayOpen }: FrameFacts): MenuEntry[] {
  const allowed = rooms.menu.filter(({ path }) => mayOpen(context.actor, path))
  const under = (path: string) => page.path === path || (path !== '/' && page.path.startsWith(`${path}/`))
  const current = allowed.filter(({ path }) => under(path)).sort((a, b) => b.path.length - a.path.length)[0]
  return allowed.map((item) => ({
    path: `${context.base}${item.path}`,
    words: item.words,
    current: item === current,
    count: item.count === undefined ? 0 : (health.counts[item.count] ?? 0),
  }))
}

function answerOf(flash: Flash | undefined): Pick<Frame, 'done' | 'undo' | 'refused' | 'form'> {
  if (flash === undefined) return { done: undefined, undo: undefined, refused: undefined, form: undefined }
  if (flash.kind === 'done') return { done: flash.words, undo: flash.undo, refused: undefined, form: undefined }
  const { command, refusal, values } = flash
  return {
    done: undefined,
    undo: undefined,
    refused: { words: refusalWords(refusal), code: refusal.refused },
    form: { command, values, errors: fieldIssues(refusal) },
  }
}

const LANGUAGE_NAMES = { ja: '日本語', easy: 'やさしい日本語', en: 'English' } as const

function languagesFor(shell: Page['shell'], current: Language, here: string): Frame['languages'] {
  const codes: readonly Language[] = shell === 'staff' ? ['ja', 'en'] : ['ja', 'easy', 'en']
  const shown = codes.includes(current) ? current : 'ja'
  return codes.map((code) => ({
    code,
    label: LANGUAGE_NAMES[code],
    href: `${here}${here.includes('?') ? '&' : '?'}lang=${code}`,
    current: code === shown,
  }))
}
