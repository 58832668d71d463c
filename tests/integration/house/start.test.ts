import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RefusalCode, refusals } from '../../../central-sync/protocol/refusal.ts'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import { silentLog } from '../../../central-sync/web/log.ts'
import { House } from '../../../provisioning/house.ts'
import { operateOnEach } from '../../../provisioning/operate.ts'
import { DONE, runToExit } from '../../../provisioning/outcome.ts'
import { readSettings } from '../../../provisioning/settings.ts'
import { openRaw } from '../../bench/raw-sqlite.ts'
import { AttackedHouse } from '../../support/attacked-house.ts'
import { runKado } from '../../support/run-kado.ts'

const kado = fileURLToPath(new URL('../../../provisioning/kado.ts', import.meta.url))
const base = mkdtempSync(join(tmpdir(), 'kado-start-'))
/** A whole house that was lived in and stopped. */
const kept = join(base, 'kept')

beforeAll(async () => {
  const house = await AttackedHouse.open()
  const administrator = await house.claimed()
  await administrator.command('/workers', { code: 'W001', name: '試験 いち', kana: 'しけん', callName: '' })
  await house.house.settle()
  await house.stop()
  cpSync(house.data, kept, { recursive: true })
  await house[Symbol.asyncDispose]()
}, 60_000)
afterAll(() => rmSync(base, { recursive: true, force: true }))

function copy(name: string): string {
  const folder = join(base, name)
  cpSync(kept, folder, { recursive: true })
  return folder
}

/** One sentence in two languages, exit 1. */
function expectRefused({ code, err }: { code: number | null; err: string }, refusal: RefusalCode, detail = ''): void {
  const { ja = '', en = '' } = refusals.get(refusal) ?? {}
  expect(err.trim().split('\n')).toHaveLength(1)
  expect([code, err]).toEqual([1, expect.stringContaining(`[${refusal}]`)])
  expect(err).toContain(ja)
  expect(err).toContain(en)
  expect(err).toContain(detail)
}

function voice() {
  const notes: string[] = []
  return { notes, write: async () => undefined, note: (sentence: string) => void notes.push(sentence) }
}

/** What `kado start` does, in this process; it should not get to the end. */
async function start(data: string, port = 0): Promise<{ code: number; err: string }> {
  const heard = voice()
  const code = await runToExit(heard, async () => {
    const settings = readSettings(data, { port }, {})
    const parts = ['hub', 'centre', 'kiosk'] as const
    await using house = await House.create({ settings, parts, clock: systemClock, log: () => silentLog })
    await house.start()
    return DONE
  })
  return { code, err: heard.notes.join('\n') }
}

const verify = (data: string) => operateOnEach(voice(), { data, operation: 'journal.verify', input: { json: true } })

/** Names and bytes of all files but the locks, which say who was there last. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const paths = files
    .map((one) => join(one.parentPath, one.name))
    .filter((path) => !/lock\.(db|json)|-(wal|shm|journal)$/.test(path))
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), readFileSync(path).toString('base64')]))
}

function inPlaceOfIt(file: string): void {
  rmSync(file)
  mkdirSync(file)
}

describe('a start is refused in one sentence, and the folder is as it was,', () => {
  test('when the port is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = String(typeof address === 'object' ? address?.port : '')
    const folder = copy('port')
    expectRefused(await start(folder, Number(port)), 'port_in_use', port)
    taken.close()
    expect(Object.keys(contents(folder))).toEqual(Object.keys(contents(kept)))
    expect(await verify(folder)).toBe(DONE)
  })

  test.each(['centre', 'hub'])('when the database of the %s is of a newer version', async (part) => {
    const folder = copy(`newer-${part}`)
    {
      await using database = await openRaw(join(folder, part, 'journal.db'))
      await database.run("INSERT INTO migration (number, name, at) VALUES (999990, 'from tomorrow', 0)")
    }
    expectRefused(await start(folder), 'database_newer')
    {
      await using database = await openRaw(join(folder, part, 'journal.db'))
      await database.run('DELETE FROM migration WHERE number = 999990')
    }
    expect(await verify(folder)).toBe(DONE)
  })

  test.each([
    ['random bytes', 'journal.db', (file: string) => writeFileSync(file, Buffer.alloc(8_192, 7))],
    ['half a file', 'journal.db', (file: string) => truncateSync(file, 5_000)],
    ['a folder', 'journal.db', inPlaceOfIt],
    ['random secrets', 'secrets.db', (file: string) => writeFileSync(file, Buffer.alloc(8_192, 7))],
  ] as const)('when in place of a database there is %s', async (_what, name, damage) => {
    const folder = copy(`damaged-${Math.random()}`)
    damage(join(folder, 'centre', name))
    const before = contents(folder)
    expectRefused(await start(folder), 'database_damaged')
    expect(contents(folder)).toEqual(before)
  })

  test.each([
    ['centre', 'journal.db', 'gone', (file: string) => rmSync(file)],
    ['centre', 'journal.db', 'empty', (file: string) => truncateSync(file, 0)],
    ['centre', 'secrets.db', 'gone', (file: string) => rmSync(file)],
    ['hub', 'secrets.db', 'empty', (file: string) => truncateSync(file, 0)],
  ] as const)('when of the %s the %s is %s', async (part, name, _how, damage) => {
    const folder = copy(`incomplete-${Math.random()}`)
    damage(join(folder, part, name))
    const before = contents(folder)
    expectRefused(await start(folder), 'data_incomplete', name)
    expect(contents(folder)).toEqual(before)
  })

  test('when the folder is a file', async () => {
    const file = join(base, 'file')
    writeFileSync(file, 'mine')
    expectRefused(await start(file), 'folder_not_writable', file)
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  // Root writes anywhere: what an ordinary account may not is tried as one.
  const root = process.getuid?.() === 0
  test.runIf(root)('when it belongs to another account', () => {
    const folder = copy('theirs')
    execFileSync('chmod', ['-R', 'a+rX', base])
    const before = contents(folder)
    const as = ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath, kado]
    const { status, stderr } = spawnSync('setpriv', [...as, 'start', '--port', '0', '--data', folder], {
      encoding: 'utf8',
    })
    expectRefused({ code: status, err: stderr }, 'folder_not_writable', folder)
    expect(contents(folder)).toEqual(before)
  })

  test.runIf(root)('when its disk is read-only', () => {
    const folder = copy('read-only')
    const before = contents(folder)
    const mount = `mount --bind '${folder}' '${folder}' && mount -o remount,ro,bind '${folder}'`
    const start = `exec '${process.execPath}' '${kado}' start --port 0 --data '${folder}'`
    const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', `${mount} && ${start}`], { encoding: 'utf8' })
    expectRefused({ code: status, err: stderr }, 'folder_not_writable', folder)
    expect(contents(folder)).toEqual(before)
  })

  test('when another house holds it, which is named, while commands go through that house', async () => {
    await using house = await AttackedHouse.open()
    await house.claimed()
    const before = await house.state()
    const second = await runKado(['start', '--port', '0', '--data', house.data])
    expectRefused(second, 'folder_in_use', `pid ${process.pid}`)
    expect(await house.state()).toEqual(before)
    const csv = 'worker_code,name,kana,home_center\nW001,試験 いち,しけん,\n'
    const done = await runKado(['workers', 'import', '-', '--json', '--data', house.data], csv)
    expect(JSON.parse(done.out)).toMatchObject({ added: 1 })
    await house.house.settle()
    expect((await house.state())['hub.worker']).toBe((before['hub.worker'] ?? 0) + 1)
    expect(existsSync(join(house.data, 'centre', 'kado.sock'))).toBe(true)
  })
})
