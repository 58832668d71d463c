/**
 * The only way to templates and files for browsers. From a checkout they come out of `.built/`, rebuilt when a source
 * changed; an executable carries them inside (`useEmbeddedAssets`, called by its entry before anything else).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AssetManifest, digestOf, listSources } from './asset-sources.ts'

export interface EmbeddedAssets {
  readonly manifest: AssetManifest
  /** File name under `/assets/` → base64. */
  readonly files: Readonly<Record<string, string>>
  /** Precompiled template specifications by name. */
  readonly templates: Readonly<Record<string, unknown>>
}

export interface AssetStore {
  readonly templates: Readonly<Record<string, unknown>>
  /** File name under `/assets/` for a logical name such as `web/theme.css`; undefined when there is none. */
  nameOf(logical: string): string | undefined
  /** Bytes and content type of a file name; undefined for anything not listed. */
  read(name: string): { readonly type: string; readonly bytes: Buffer } | undefined
}

let embedded: EmbeddedAssets | undefined
let opened: AssetStore | undefined

/** For executables: assets travel inside the program and nothing is built or read from disk. */
export function useEmbeddedAssets(assets: EmbeddedAssets): void {
  embedded = assets
  opened = undefined
}

/** Opened once per process. */
export function openAssetStore(): AssetStore {
  opened ??= embedded === undefined ? openFolder() : openEmbedded(embedded)
  return opened
}

function openEmbedded({ manifest, files, templates }: EmbeddedAssets): AssetStore {
  return storeOf(manifest, templates, (name) => Buffer.from(files[name] ?? '', 'base64'))
}

function openFolder(): AssetStore {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const folder = freshFolder(root)
  const manifest = readManifest(folder)
  if (manifest === undefined) throw new Error('the assets could not be built: run `npm run prepare`')
  const templates = createRequire(import.meta.url)(join(folder, 'templates.cjs')) as Record<string, unknown>
  const sourceOf = new Map(Object.values(manifest.files).map(({ url, from }) => [url, from]))
  return storeOf(manifest, templates, (name) => {
    const from = sourceOf.get(name)
    return readFileSync(from === undefined ? join(folder, 'files', name) : join(root, from))
  })
}

function storeOf(
  manifest: AssetManifest,
  templates: Readonly<Record<string, unknown>>,
  bytesOf: (name: string) => Buffer,
): AssetStore {
  const types = new Map(Object.values(manifest.files).map(({ url, type }) => [url, type]))
  const kept = new Map<string, { type: string; bytes: Buffer }>()
  return {
    templates,
    nameOf: (logical) => (Object.hasOwn(manifest.files, logical) ? manifest.files[logical]?.url : undefined),
    read(name) {
      const type = types.get(name)
      if (type === undefined) return undefined
      const known = kept.get(name) ?? { type, bytes: bytesOf(name) }
      kept.set(name, known)
      return known
    },
  }
}

/** The folder of the current build, after building when there is none or a source changed. */
function freshFolder(root: string): string {
  const current = currentFolder(root)
  if (current !== undefined && isFresh(root, current)) return current
  execFileSync(process.execPath, [join(root, 'central-sync/web/build-assets.ts')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return currentFolder(root) ?? ''
}

function currentFolder(root: string): string | undefined {
  const pointer = join(root, '.built/web/current')
  if (!existsSync(pointer)) return undefined
  const folder = join(root, '.built/web', readFileSync(pointer, 'utf8').trim())
  return existsSync(join(folder, 'manifest.json')) ? folder : undefined
}

function readManifest(folder: string): AssetManifest | undefined {
  const path = join(folder, 'manifest.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as AssetManifest) : undefined
}

function isFresh(root: string, folder: string): boolean {
  const manifest = readManifest(folder)
  if (manifest === undefined) return false
  if (JSON.stringify(listSources(root).all) !== JSON.stringify(manifest.sources)) return false
  return Object.entries(manifest.inputs).every(([path, digest]) => digestOf(join(root, path)) === digest)
}
