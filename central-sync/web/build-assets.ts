/**
 * Builds what browsers get: templates precompiled (no template is ever compiled from a stored text), browser code and
 * style sheets bundled, fonts listed. Runs at `npm ci` (`prepare`) and whenever `asset-store.ts` finds a source changed.
 *
 *   node central-sync/web/build-assets.ts                   builds into .built/web/<key>
 *   node central-sync/web/build-assets.ts --embed FILE.mjs  also writes everything into one module for an executable
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync, type Metafile } from 'esbuild'
import Handlebars from 'handlebars'
import { sha256, toHex } from '../protocol/hash.ts'
import { type AssetFile, type AssetManifest, digestOf, listSources, type SourceList, typeOf } from './asset-sources.ts'
import { helperNames } from './helper-names.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const FONT_PACKAGE = 'node_modules/@fontsource/biz-udpgothic'
const FONT_WEIGHTS = ['400', '700']
/** Older builds that a running process may still read from. */
const BUILDS_KEPT = 4

interface Output {
  readonly files: Record<string, AssetFile>
  readonly bytes: Map<string, Uint8Array | string>
  readonly inputs: Set<string>
}

export function buildAssets(): { key: string; folder: string } {
  const sources = listSources(root)
  const output: Output = { files: {}, bytes: new Map(), inputs: new Set(sources.all) }
  const templates = precompile(sources)
  bundle(sources, output)
  copyFiles(sources, output)
  listFonts(output)
  for (const own of ['build-assets.ts', 'asset-sources.ts', 'helper-names.ts'])
    output.inputs.add(`central-sync/web/${own}`)
  output.inputs.add('package-lock.json')
  const inputs = Object.fromEntries([...output.inputs].sort().map((path) => [path, digestOf(join(root, path))]))
  const key = toHex(sha256(JSON.stringify(inputs))).slice(0, 16)
  const manifest: AssetManifest = { key, inputs, sources: sources.all, files: output.files }
  return { key, folder: store(key, manifest, templates, output.bytes) }
}

/** A CommonJS module of template specifications, ready for `Handlebars.template`. */
function precompile({ templates }: SourceList): string {
  const knownHelpers = Object.fromEntries(helperNames.map((name) => [name, true]))
  const parts = Object.entries(templates).map(([name, path]) => {
    const text = readFileSync(join(root, path), 'utf8')
    if (text.includes('{{{') || /\{\{~?&/.test(text)) throw new Error(`${path}: unescaped output is not allowed`)
    const options = { strict: true, knownHelpers, knownHelpersOnly: true, preventIndent: true }
    try {
      return `${JSON.stringify(name)}: ${Handlebars.precompile(text, options)}`
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
  return `module.exports = {\n${parts.join(',\n')}\n}\n`
}

function bundle({ scripts, styles }: SourceList, output: Output): void {
  for (const [name, path] of Object.entries({ ...scripts, ...styles })) {
    const result = buildSync({
      absWorkingDir: root,
      entryPoints: [path],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: 'iife',
      target: ['chrome111', 'firefox114', 'safari16.4'],
      charset: 'utf8',
      outdir: 'out',
      logLevel: 'silent',
    })
    noteInputs(result.metafile, output)
    const text = result.outputFiles[0]?.text ?? ''
    addFile(output, `${name}${extname(path) === '.css' ? '.css' : '.js'}`, text)
  }
}

/** Sources inside the house only: packages are covered by the lock file. */
function noteInputs(metafile: Metafile, output: Output): void {
  for (const path of Object.keys(metafile.inputs)) if (!path.startsWith('node_modules/')) output.inputs.add(path)
}

function copyFiles({ files }: SourceList, output: Output): void {
  for (const [name, path] of Object.entries(files)) addFile(output, name, readFileSync(join(root, path)))
}

function addFile(output: Output, name: string, bytes: Uint8Array | string): void {
  const extension = extname(name)
  const hash = toHex(sha256(bytes)).slice(0, 10)
  const url = `${name.slice(0, -extension.length).replaceAll('/', '-')}.${hash}${extension}`
  output.files[name] = { url, type: typeOf(extension) }
  output.bytes.set(url, bytes)
}

/** The unicode-range style sheet of the package, woff2 only, with the version in every file name. */
function listFonts(output: Output): void {
  const { version } = JSON.parse(readFileSync(join(root, FONT_PACKAGE, 'package.json'), 'utf8')) as { version: string }
  const sheets = FONT_WEIGHTS.map((weight) => readFileSync(join(root, FONT_PACKAGE, `${weight}.css`), 'utf8'))
  const text = sheets.join('\n').replace(/url\(\.\/files\/([\w-]+)\.woff2\)([^;]*);/g, (_all, file: string) => {
    const url = `${file}.${version}.woff2`
    output.files[`web/${file}.woff2`] = { url, type: 'font/woff2', from: `${FONT_PACKAGE}/files/${file}.woff2` }
    return `url(./${url}) format('woff2');`
  })
  addFile(output, 'web/fonts.css', text)
}

function store(
  key: string,
  manifest: AssetManifest,
  templates: string,
  bytes: ReadonlyMap<string, Uint8Array | string>,
): string {
  const home = join(root, '.built/web')
  const folder = join(home, key)
  if (!existsSync(folder)) {
    const draft = join(home, `${key}.${process.pid}.draft`)
    mkdirSync(join(draft, 'files'), { recursive: true })
    for (const [url, content] of bytes) writeFileSync(join(draft, 'files', url), content)
    writeFileSync(join(draft, 'templates.cjs'), templates)
    writeFileSync(join(draft, 'manifest.json'), JSON.stringify(manifest))
    try {
      renameSync(draft, folder)
    } catch (error) {
      // Another process built the same sources at the same moment: its copy is as good.
      rmSync(draft, { recursive: true, force: true })
      if (!existsSync(folder)) throw error
    }
  }
  const pointer = join(home, `current.${process.pid}.draft`)
  writeFileSync(pointer, key)
  renameSync(pointer, join(home, 'current'))
  forgetOldBuilds(home, key)
  return folder
}

function forgetOldBuilds(home: string, key: string): void {
  const builds = readdirSync(home)
    .filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== key)
    .map((name) => ({ name, at: statSync(join(home, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
  for (const { name } of builds.slice(BUILDS_KEPT)) rmSync(join(home, name), { recursive: true, force: true })
}

/** Everything in one ES module: `templates`, `manifest` and every file as base64. For `useEmbeddedAssets`. */
export function embedAssets(folder: string, target: string): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as AssetManifest
  const templates = readFileSync(join(folder, 'templates.cjs'), 'utf8').replace('module.exports =', '')
  const files = Object.values(manifest.files).map(({ url, from }) => {
    const path = from === undefined ? join(folder, 'files', url) : join(root, from)
    return [url, readFileSync(path).toString('base64')]
  })
  writeFileSync(
    target,
    `export const embeddedAssets = { manifest: ${JSON.stringify({ ...manifest, inputs: {}, sources: [] })},\n` +
      `files: ${JSON.stringify(Object.fromEntries(files))},\ntemplates: ${templates}}\n`,
  )
}

const isMain = process.argv[1] !== undefined && basename(process.argv[1]) === 'build-assets.ts'
if (isMain) {
  const { folder } = buildAssets()
  const at = process.argv.indexOf('--embed')
  const target = at < 0 ? undefined : process.argv[at + 1]
  if (target !== undefined) embedAssets(folder, target)
  console.log(`assets: ${relative(root, folder)}`)
}
