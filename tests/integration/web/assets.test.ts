import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type EmbeddedAssets, openAssetStore, useEmbeddedAssets } from '../../../central-sync/web/asset-store.ts'
import { buildAssets, embedAssets } from '../../../central-sync/web/build-assets.ts'

describe('the assets', () => {
  it('are built once for the same sources', () => {
    const first = buildAssets()
    expect(buildAssets()).toEqual(first)
  })

  it('carry templates, styles, scripts and both weights of the font', () => {
    const store = openAssetStore()
    for (const name of ['web/error', 'web/shell-staff', 'appliance/today']) expect(store.templates[name]).toBeDefined()
    for (const name of ['web/theme.css', 'web/fonts.css', 'web/shell.js', 'appliance/style.css', 'appliance/today.js'])
      expect(store.nameOf(name), name).toMatch(/\.[0-9a-f]{10}\.(css|js)$/)
    const fonts = store.read(store.nameOf('web/fonts.css') ?? '')?.bytes.toString('utf8') ?? ''
    expect(fonts).toContain('font-weight: 700')
    expect(fonts).not.toMatch(/url\((?!\.\/)/)
    for (const [, file] of fonts.matchAll(/url\(\.\/([^)]+)\)/g))
      expect(store.read(file ?? '')?.type).toBe('font/woff2')
  })

  it('name nothing outside and run nothing inline', () => {
    const store = openAssetStore()
    const theme = store.read(store.nameOf('web/theme.css') ?? '')?.bytes.toString('utf8') ?? ''
    expect(theme).not.toMatch(/https?:|@import/)
    const templates = Object.values(store.templates).map((spec) => JSON.stringify(spec, (_key, value) => String(value)))
    expect(templates.join('')).not.toMatch(/<script>| on[a-z]+=| style=|javascript:/)
  })

  it('refuse names that are not listed', () => {
    for (const name of ['../manifest.json', 'manifest.json', '__proto__', 'constructor', ''])
      expect(openAssetStore().read(name)).toBeUndefined()
    expect(openAssetStore().nameOf('constructor')).toBeUndefined()
  })

  it('travel inside an executable as one module', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kado-embed-'))
    try {
      const target = join(folder, 'embedded.mjs')
      embedAssets(buildAssets().folder, target)
      expect((await readFile(target)).length).toBeGreaterThan(1_000_000)
      const { embeddedAssets } = (await import(pathToFileURL(target).href)) as { embeddedAssets: EmbeddedAssets }
      const fromFolder = openAssetStore()
      const name = fromFolder.nameOf('web/theme.css') ?? ''
      useEmbeddedAssets(embeddedAssets)
      const inside = openAssetStore()
      expect(inside).not.toBe(fromFolder)
      expect(inside.read(name)?.bytes.equals(fromFolder.read(name)?.bytes ?? Buffer.alloc(0))).toBe(true)
      expect(Object.keys(inside.templates)).toEqual(Object.keys(fromFolder.templates))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
