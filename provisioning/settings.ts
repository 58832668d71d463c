/**
 * Settings come from flags, the environment and `settings.json` in the data folder, in that order, and are checked once,
 * before anything starts. This is the only file that reads the environment of the process.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { centreCode } from '../central-sync/protocol/event/place.ts'
import { Refused, refuse } from '../central-sync/protocol/refusal.ts'
import { type ReaderSettings, readerSettings } from '../kiosk/reader/reader-settings.ts'

/** Where `kado` listens unless told otherwise. */
export const DEFAULT_HOST = '127.0.0.1'
export const DEFAULT_PORT = 8470

const onOff = z.union([z.boolean(), z.stringbool()])

const settingsShape = z.strictObject({
  center: centreCode.optional(),
  host: z.string().min(1).max(255).optional(),
  port: z.coerce.number().int().min(0).max(65_535).optional(),
  tlsCert: z.string().min(1).optional(),
  tlsKey: z.string().min(1).optional(),
  plainLan: onOff.optional(),
  hub: z.url({ protocol: /^https?$/ }).optional(),
  database: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
  /** Card readers of a kiosk that need more than their kind to be said; only in the file. */
  readers: z.array(readerSettings).max(8).optional(),
})
export type GivenSettings = z.infer<typeof settingsShape>

export interface Settings {
  /** Absolute path of the data folder. */
  readonly data: string
  readonly center: string
  readonly host: string
  readonly port: number
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  /** A LAN address is served without TLS, knowingly. */
  readonly plainLan: boolean
  readonly hub: string | undefined
  /** PostgreSQL of the hub; undefined = SQLite in the data folder. */
  readonly database: string | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly readers: readonly ReaderSettings[]
}

const ENVIRONMENT: Readonly<Record<Exclude<keyof GivenSettings, 'readers'>, string>> = {
  center: 'KADO_CENTER',
  host: 'KADO_HOST',
  port: 'KADO_PORT',
  tlsCert: 'KADO_TLS_CERT',
  tlsKey: 'KADO_TLS_KEY',
  plainLan: 'KADO_PLAIN_LAN',
  hub: 'KADO_HUB',
  database: 'KADO_DATABASE',
  logLevel: 'KADO_LOG_LEVEL',
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The data folder: `--data`, else `KADO_DATA`, else `./data`. */
export function dataFolderOf(flag: string | undefined, environment: Environment = process.env): string {
  return resolve(flag ?? (environment.KADO_DATA || 'data'))
}

/** Simulated readers are for demonstrations: a production kiosk refuses them. */
export function isProduction(environment: Environment = process.env): boolean {
  return environment.NODE_ENV === 'production'
}

/** Throws `Refused('settings_invalid')` that names the setting and where it came from. */
export function readSettings(data: string, flags: GivenSettings, environment: Environment = process.env): Settings {
  const given = {
    ...check(readSettingsFile(data), join(data, 'settings.json')),
    ...check(fromEnvironment(environment), 'environment'),
    ...check(withoutBlanks(flags), 'flags'),
  }
  refuseContradictions(given)
  return {
    data,
    center: given.center ?? 'local',
    host: given.host ?? DEFAULT_HOST,
    port: given.port ?? DEFAULT_PORT,
    tls: given.tlsCert && given.tlsKey ? { certFile: given.tlsCert, keyFile: given.tlsKey } : undefined,
    plainLan: given.plainLan ?? false,
    hub: given.hub,
    database: given.database,
    logLevel: given.logLevel ?? 'warn',
    readers: given.readers ?? [],
  }
}

function fromEnvironment(environment: Environment): Record<string, unknown> {
  const named = Object.entries(ENVIRONMENT).map(([setting, name]) => [setting, environment[name] || undefined])
  return withoutBlanks(Object.fromEntries(named))
}

function withoutBlanks(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function readSettingsFile(data: string): unknown {
  let text: string
  try {
    text = readFileSync(join(data, 'settings.json'), 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return {}
    throw new Refused(refuse('settings_invalid', `settings.json: ${(error as NodeJS.ErrnoException).code}`))
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(refuse('settings_invalid', 'settings.json: not JSON'))
  }
}

function check(values: unknown, source: string): GivenSettings {
  const parsed = settingsShape.safeParse(values)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const named = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '')
  throw new Refused(refuse('settings_invalid', `${source}: ${named}: ${issue?.message ?? 'invalid'}`))
}

function refuseContradictions(given: GivenSettings): void {
  const problem = contradictionIn(given)
  if (problem !== undefined) throw new Refused(refuse('settings_invalid', problem))
}

function contradictionIn({ host, tlsCert, tlsKey, plainLan }: GivenSettings): string | undefined {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) return 'tlsCert and tlsKey go together'
  if (plainLan && tlsCert !== undefined) return 'plainLan and tlsCert exclude each other'
  if (!isLoopback(host ?? DEFAULT_HOST) && tlsCert === undefined && !plainLan) {
    return `host ${host} is reachable from the network: give tlsCert and tlsKey, or plainLan`
  }
  return undefined
}

/** Only this machine can reach it. A name other than `localhost` may point anywhere. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
