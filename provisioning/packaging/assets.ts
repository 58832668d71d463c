/** Pages, browser code and fonts of a bundled program: they stand in `assets/` beside it and are read when asked for. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AssetManifest } from '../../central-sync/web/asset-sources.ts'
import type { EmbeddedAssets } from '../../central-sync/web/asset-store.ts'

export function assetManifest(folder: string): AssetManifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as AssetManifest
}

export function travellingAssets(): EmbeddedAssets {
  const folder = fileURLToPath(new URL('../../assets', import.meta.url))
  const manifest = assetManifest(folder)
  const files: Record<string, string> = {}
  for (const { url } of Object.values(manifest.files)) {
    // Read on demand: the fonts alone are several megabytes, and a start needs none of them.
    Object.defineProperty(files, url, {
      enumerable: true,
      get: () => readFileSync(join(folder, 'files', url)).toString('base64'),
    })
  }
  const templates = createRequire(import.meta.url)(join(folder, 'templates.cjs')) as Record<string, unknown>
  return { manifest, files, templates }
}
