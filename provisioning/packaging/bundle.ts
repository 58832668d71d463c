/**
 * Makes one CommonJS file of the whole program, with the files it reads beside it. Packages with native parts stay
 * outside and are found in `node_modules`.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { buildAssets } from '../../central-sync/web/build-assets.ts'
import { assetManifest } from './assets.ts'

export const checkout = fileURLToPath(new URL('../../', import.meta.url))

/** Not bundled: loaded from node_modules, or from inside the executable. */
export const EXTERNAL_PACKAGES = ['sqlite3', 'pg', 'node-hid', 'pcsc-mini'] as const

/** Drivers TypeORM would load by name for databases nobody uses here: they are not installed and never asked for. */
const OTHER_DRIVERS = [
  '@google-cloud/spanner',
  '@sap/hana-client',
  'better-sqlite3',
  'expo-sqlite',
  'hdb-pool',
  'ioredis',
  'mongodb',
  'mssql',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-native',
  'pg-query-stream',
  'react-native-sqlite-storage',
  'redis',
  'sql.js',
  'typeorm-aurora-data-api-driver',
] as const

/** The program and everything it reads, in `folder`, laid out as in the checkout. Returns the file to start. */
export async function bundleProgram(folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { outputFiles } = await build({
    absWorkingDir: checkout,
    entryPoints: [join(checkout, 'provisioning/packaging/executable.ts')],
    outfile: join(folder, 'program.cjs'),
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // A third less to read and to hash at each start; names stay, so that a stack still says where.
    minifyWhitespace: true,
    minifySyntax: true,
    external: [...EXTERNAL_PACKAGES, ...OTHER_DRIVERS],
    plugins: [placesOfModules],
    banner: { js: PLACES },
    logLevel: 'warning',
  })
  for (const { path, text } of outputFiles) writeFileSync(path, inAscii(text))
  copyAssets(join(folder, 'assets'))
  const { name, version, license } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, license, bin: 'kado.cjs' }))
  writeFileSync(join(folder, 'kado.cjs'), STARTER)
  return join(folder, 'kado.cjs')
}

/**
 * The bundler leaves characters beyond ASCII in regular expressions only, where an escape says the same. One of them would
 * make the whole text two bytes a character, which every start reads, hashes and keeps.
 */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** `import.meta.url` of a bundled module is where it stands in the checkout, seen from the bundle's folder. */
const PLACES = `const placeOf = (path) =>
  require('node:url').pathToFileURL(require('node:path').join(__dirname, path)).href;`

const placesOfModules: Plugin = {
  name: 'places of modules',
  setup(setup) {
    setup.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const place = JSON.stringify(relative(checkout, path).replaceAll('\\', '/'))
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', `placeOf(${place})`), loader: 'ts' }
    })
  },
}

/** Compiled code is kept between starts, in the user's own cache folder. */
const STARTER = `#!/usr/bin/env node
'use strict'
const { enableCompileCache } = require('node:module')
const { homedir } = require('node:os')
const { join } = require('node:path')
if (process.env.NODE_COMPILE_CACHE === undefined) enableCompileCache(join(homedir(), '.cache', 'kado', 'code'))
require('./program.cjs')
`

/** Templates, browser code, style sheets and fonts, as flat files. */
function copyAssets(target: string): void {
  const { folder } = buildAssets()
  cpSync(folder, target, { recursive: true })
  for (const { url, from } of Object.values(assetManifest(folder).files)) {
    if (from !== undefined) cpSync(join(checkout, from), join(target, 'files', url))
  }
}
