/** Where templates, browser code, style sheets and static files of each room are found, and how they are named. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256, toHex } from '../protocol/hash.ts'

/** Room name in templates and bundles → folder. */
const ROOMS: Readonly<Record<string, string>> = {
  web: 'central-sync/web/shell',
  appliance: 'appliance/pages',
  hub: 'central-sync/hub/pages',
  kiosk: 'kiosk/page',
  agent: 'agent/page',
}

export interface AssetFile {
  /** File name under `/assets/`: never changes its content. */
  readonly url: string
  readonly type: string
  /** Path in the checkout when the file is not copied into the build. */
  readonly from?: string
}

export interface AssetManifest {
  readonly key: string
  /** Path → digest of everything the build read. */
  readonly inputs: Readonly<Record<string, string>>
  /** All source paths: a new file makes the build stale too. */
  readonly sources: readonly string[]
  readonly files: Readonly<Record<string, AssetFile>>
}

export interface SourceList {
  /** `appliance/today` → `appliance/pages/today.hbs`. */
  readonly templates: Readonly<Record<string, string>>
  /** `appliance/today` → `appliance/pages/browser/today.ts`. */
  readonly scripts: Readonly<Record<string, string>>
  /** `appliance/style` → `appliance/pages/style.css`. */
  readonly styles: Readonly<Record<string, string>>
  /** `kiosk/in.wav` → `kiosk/page/files/in.wav`. */
  readonly files: Readonly<Record<string, string>>
  readonly all: readonly string[]
}

export function listSources(root: string): SourceList {
  const templates: Record<string, string> = {}
  const scripts: Record<string, string> = {}
  const styles: Record<string, string> = {}
  const files: Record<string, string> = {}
  for (const [room, folder] of Object.entries(ROOMS)) {
    for (const path of pathsUnder(join(root, folder))) {
      const full = `${folder}/${path}`
      const script = /^browser\/([\w-]+)\.ts$/.exec(path)
      if (path.endsWith('.hbs')) templates[`${room}/${path.slice(0, -4)}`] = full
      else if (script !== null) scripts[`${room}/${script[1]}`] = full
      else if (/^[\w-]+\.css$/.test(path)) styles[`${room}/${path.slice(0, -4)}`] = full
      else if (path.startsWith('files/')) files[`${room}/${path.slice(6)}`] = full
    }
  }
  const all = [templates, scripts, styles, files].flatMap((group) => Object.values(group)).sort()
  return { templates, scripts, styles, files, all }
}

function pathsUnder(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
}

export function digestOf(path: string): string {
  return existsSync(path) ? toHex(sha256(readFileSync(path))).slice(0, 20) : 'absent'
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

export function typeOf(extension: string): string {
  return TYPES[extension] ?? 'application/octet-stream'
}
