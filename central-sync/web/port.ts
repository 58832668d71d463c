/**
 * What a room hands to the web floor: commands, queries and pages as data. The floor mounts each command twice, as
 * JSON under `/api/v1` and as a form under `/do/<name>`, with the same input schema, roles and idempotency.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Router } from 'express'
import type { z } from 'zod'
import type { Language, StaffRole } from '../protocol/event/place.ts'
import type { StaffId, WorkerId } from '../protocol/identifier.ts'
import type { Refusal, RefusalCode } from '../protocol/refusal.ts'
import type { Clock, Instant } from '../protocol/time.ts'

/** One text in the languages it is shown in. `easy` carries ruby as `{漢字|かんじ}`; staff-only texts leave it out. */
export interface Words {
  readonly ja: string
  readonly easy?: string
  readonly en: string
}

export type Actor =
  | {
      readonly kind: 'staff'
      readonly staff: StaffId
      readonly roles: readonly StaffRole[]
      readonly worker?: WorkerId | undefined
      readonly name: string
    }
  | { readonly kind: 'worker'; readonly worker: WorkerId; readonly pinChangeRequired: boolean; readonly name: string }
  | { readonly kind: 'nobody' }

/** Who may: any of these staff roles, a signed-in worker, any signed-in staff member, or everybody. */
export type Access = readonly StaffRole[] | 'worker' | 'staff' | 'anyone'

export interface RequestContext {
  readonly actor: Actor
  readonly language: Language
  readonly now: Instant
  /** Prefix this program is mounted under: `''` or `/hub`. */
  readonly base: string
  /** Scheme and host as the browser sees them, without a slash at the end: for addresses that people copy or print. */
  readonly origin?: string | undefined
  /** Remote address, for rate limits only. */
  readonly remote: string
  /** Starts or ends a signed-in session by setting the cookie; used by the sign-in commands only. */
  readonly session: {
    begin(actor: { kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId }): Promise<void>
    end(): Promise<void>
  }
  /** The same for a repeat of this very request, and for nothing else: what a handler hands to `writeOnce`. */
  readonly requestKey?: string | undefined
  /** What the form command before this page answered (a new PIN, a new code): shown once, then forgotten. */
  readonly answered?: { readonly command: string; readonly output: unknown } | undefined
}

export interface Command<I = unknown, O = unknown> {
  /** `workers.register`: the name in the API, the form path `/do/workers.register` and the idempotency scope. */
  readonly name: string
  /** Under `/api/v1`, for example `/workers`. Always POST. */
  readonly path: string
  readonly summary: Words
  readonly access: Access
  readonly input: z.ZodType<I>
  readonly output: z.ZodType<O>
  /** Said after success on the page the form returns to. */
  readonly done?: Words
  /** Sign-in and other commands that must not be replayed from the idempotency memory. */
  readonly unrepeatable?: boolean
  /** What it makes remembers its request, in the same commit: no answer is kept beside it, `requestKey` says the key alone. */
  readonly remembers?: boolean
  /** Success makes something new and is answered with 201. */
  readonly creates?: boolean
  /** Also for a worker who still has to change her first PIN. */
  readonly beforePinChange?: boolean
  handle(input: I, context: RequestContext): Promise<O | Refusal>
}

/** A JSON read: `GET /api/v1<path>`; query parameters are parsed by `input`. */
export interface Query<I = unknown, O = unknown> {
  readonly name: string
  readonly path: string
  readonly summary: Words
  readonly access: Access
  readonly input: z.ZodType<I>
  readonly output: z.ZodType<O>
  handle(input: I, context: RequestContext): Promise<O | Refusal>
}

/** A file a signed-in person may take home: CSV, JSON, a bank file. */
export interface Download<P = unknown> {
  /** Express path of the program, for example `/downloads/sessions.csv`. */
  readonly path: string
  readonly access: Access
  readonly title: Words
  readonly input: z.ZodType<P>
  load(
    input: P,
    context: RequestContext,
  ): Promise<
    | { readonly fileName: string; readonly contentType: string; readonly body: Uint8Array | AsyncIterable<Uint8Array> }
    | Refusal
  >
}

/** A form as it was posted: every field is a list of texts, names as in the page. */
export type FormFields = ReadonlyMap<string, readonly string[]>

export interface Redirect {
  readonly redirect: string
}

/**
 * A server-rendered page. `template` names a handlebars file precompiled at build, room first: `appliance/today` is
 * `appliance/pages/today.hbs`, `hub/orders` is `central-sync/hub/pages/orders.hbs`, `kiosk/status` is `kiosk/page/status.hbs`.
 */
export interface Page<P = unknown> {
  /** Express path, for example `/people/:worker`. */
  readonly path: string
  readonly access: Access
  readonly title: Words
  readonly template: string
  /** `staff` = side menu and health light; `worker` = narrow phone column; `bare` = kiosk, sign-in, wall. */
  readonly shell: 'staff' | 'worker' | 'bare' | 'print'
  /** Path and query parameters together. */
  readonly input: z.ZodType<P>
  /** Browser bundles this page enhances itself with, room first: `appliance/today` is `appliance/pages/browser/today.ts`. */
  readonly scripts?: readonly string[]
  /** Also for a worker who still has to change her first PIN. */
  readonly beforePinChange?: boolean
  /** Refusals of its forms that the page words itself (`page.ownAnswer`) instead of the box at the top. */
  readonly answers?: readonly RefusalCode[]
  load(input: P, context: RequestContext): Promise<Readonly<Record<string, unknown>> | Refusal | Redirect>
}

/** Shown to whoever may open the page at `path`. */
export interface MenuItem {
  readonly path: string
  readonly words: Words
  /** A number beside the item (things waiting), from the health probe. */
  readonly count?: string
}

export interface HealthLight {
  readonly level: 'ok' | 'warn' | 'bad'
  readonly words: Words
}

/** Everything one program shows on the web. */
export interface WebRooms {
  readonly name: Words
  /** The name people gave it, when they did: shown instead of `name`. */
  nameNow?(): Promise<string | undefined>
  readonly commands: readonly Command[]
  readonly queries: readonly Query[]
  readonly pages: readonly Page[]
  readonly menu: readonly MenuItem[]
  readonly downloads?: readonly Download[]
  /** Texts of the room's templates by key: `{{t "today.title"}}`. Keys of the shared words (`web/words.ts`) are taken. */
  readonly words?: Readonly<Record<string, Words>>
  /** Where people are sent who have to sign in or to change their PIN first. */
  readonly entrances?: { readonly staff: string; readonly worker: string; readonly pinChange: string }
  /** The opposite of a command that was just done, offered as a button beside its `done` words. */
  readonly undos?: Readonly<
    Record<string, (input: unknown, output: unknown) => { command: string; fields: Record<string, string> } | undefined>
  >
  /** How the form of a command becomes its input, where the field names do not say it (see web/read-form.ts). */
  readonly forms?: Readonly<Record<string, (fields: FormFields) => unknown>>
  /** Lights in the corner of every staff page, and counts by menu item. */
  health(context: RequestContext): Promise<{ lights: readonly HealthLight[]; counts: Readonly<Record<string, number>> }>
}

/** A WebSocket door: authenticated and answered in `handle`, which owns the socket. */
export interface UpgradeDoor {
  /** Path prefix relative to the mount, for example `/channel/v1`. */
  readonly path: string
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** What a program gives to the listener. */
export interface WebProgram {
  readonly routes: Router
  readonly upgrades: readonly UpgradeDoor[]
}

/** Where sign-in sessions, idempotency answers and verifiers are kept: implemented on secrets.db by `journal/`. */
export interface WebMemory {
  session: {
    /** Returns the opaque 256-bit token for the cookie; only its hash is kept. */
    begin(
      actor: { kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId },
      now: Instant,
    ): Promise<string>
    find(
      token: string,
      now: Instant,
    ): Promise<{ kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId } | undefined>
    end(token: string): Promise<void>
    endAll(subject: StaffId | WorkerId): Promise<void>
  }
  idempotency: {
    find(scope: string, key: string): Promise<{ fingerprint: string; answer: string } | undefined>
    keep(scope: string, key: string, fingerprint: string, answer: string, now: Instant): Promise<void>
  }
  /** Turns a session subject into the actor of now: roles and activity are read fresh for each request. */
  actorOf(subject: { kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId }): Promise<Actor>
}

/** A router for machines under its own path: no cookies, no forms; it authenticates by itself (enrolment, sync). */
export interface MachineDoor {
  readonly path: string
  readonly router: Router
}

export interface WebFloorOptions {
  readonly rooms: WebRooms
  /** Suffix of the cookie names, for programs that share a host name. Default: taken from the mount prefix. */
  readonly program?: string | undefined
  readonly doors?: readonly MachineDoor[] | undefined
  readonly upgrades?: readonly UpgradeDoor[] | undefined
  readonly memory: WebMemory
  readonly clock: Clock
  /** True when served over TLS: `__Host-sid; Secure`. */
  readonly secure: boolean
  /** Shown on staff pages when a LAN address is served without TLS. */
  readonly plainLan: boolean
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}
