/** A real browser out of an npm package, for pages: unpacked once into `.built/`, shared by all tests of the machine. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as driver } from 'playwright-core'

const root = fileURLToPath(new URL('../../', import.meta.url))
const built = join(root, '.built')

/** A headless browser with its sandbox off (tests run as root in containers) and every web security rule on. */
export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await unpackedBrowser(),
    headless: true,
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  })
}

/** The package unpacks into the temporary folder and takes a half-written file for a finished one: so, by renaming. */
async function unpackedBrowser(): Promise<string> {
  const about = readFileSync(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8')
  const { version } = JSON.parse(about) as { version: string }
  const home = join(built, `browser-${version}`)
  if (!existsSync(home)) {
    mkdirSync(built, { recursive: true })
    const draft = mkdtempSync(join(built, 'browser-draft-'))
    await unpackInto(draft)
    try {
      renameSync(draft, home)
    } catch {
      rmSync(draft, { recursive: true, force: true })
    }
  }
  return join(home, 'chromium')
}

async function unpackInto(folder: string): Promise<void> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    await chromium.executablePath()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}
