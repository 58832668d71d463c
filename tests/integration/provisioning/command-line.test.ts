import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import type { BusinessDay } from '../../../central-sync/protocol/time.ts'
import { inventPunches, punchesCsv } from '../../../provisioning/demo/invented-days.ts'
import { cardsCsv, inventWorkers, workersCsv } from '../../../provisioning/demo/invented-people.ts'
import { seededChance } from '../../../provisioning/demo/seeded-random.ts'
import { openRaw } from '../../bench/raw-sqlite.ts'
import { freshFolder, runKado, startKado } from '../../support/run-kado.ts'

const COMMANDS = [
  ['start'],
  ['demo'],
  ['appliance', 'run'],
  ['hub', 'run'],
  ['kiosk', 'run'],
  ['kiosk', 'check-reader'],
  ['provision', 'center'],
  ['provision', 'kiosk'],
  ['workers', 'import'],
  ['cards', 'import'],
  ['punches', 'import'],
  ['sessions', 'export'],
  ['work', 'import'],
  ['work', 'approve'],
  ['statements', 'export'],
  ['payroll', 'close'],
  ['payroll', 'explain'],
  ['journal', 'verify'],
  ['journal', 'export'],
  ['journal', 'rebuild'],
]

const workers = inventWorkers(20, 1, seededChance(7))

describe('the command line', () => {
  test('lists its commands and has help for each', async () => {
    const help = await runKado(['--help'])
    expect(help.code).toBe(0)
    for (const [group] of COMMANDS) expect(help.out).toContain(group)
    const pages = await Promise.all(COMMANDS.map((command) => runKado([...command, '--help'])))
    for (const page of pages) {
      expect(page.code).toBe(0)
      expect(page.out).toContain('--data')
    }
  })

  test('wrong usage ends with 2 and says how it is used', async () => {
    for (const wrong of [
      ['fly'],
      ['sessions', 'export'],
      ['start', '--port', 'x'],
      ['work', 'approve', '--month', '13'],
    ]) {
      const { code, err } = await runKado(wrong)
      expect(code).toBe(2)
      expect(err).toContain('--help')
    }
  })

  test('a part that is not in the folder is refused by name, in one line', async () => {
    const data = freshFolder()
    const none = await runKado(['journal', 'verify', '--data', data])
    expect([none.code, none.err.trim().split('\n').length]).toEqual([1, 1])
    expect(none.err).toContain('[no_centre]')
    expect(existsSync(data)).toBe(false)
    expect((await runKado(['workers', 'import', '-', '--data', data], workersCsv(workers, ''))).code).toBe(0)
    const noHub = await runKado(['work', 'import', '-', '--data', data])
    expect(noHub.code).toBe(1)
    expect(noHub.err).toContain('[no_hub]')
  })

  test('an empty folder becomes a centre with the code it is given', async () => {
    const data = freshFolder()
    const csv = workersCsv(workers, 'ITO')
    const done = await runKado(['workers', 'import', '-', '--data', data, '--center', 'ITO', '--json'], csv)
    expect(done).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(done.out)).toEqual({ added: 20, changed: 0, unchanged: 0, bad: [] })
    const again = await runKado(['workers', 'import', '-', '--json'], csv, { KADO_DATA: data })
    expect(JSON.parse(again.out)).toMatchObject({ added: 0, unchanged: 20 })
  })

  test('five bad lines in ten thousand are named, and the others are kept', async () => {
    const data = freshFolder()
    const many = inventWorkers(400, 2, seededChance(8))
    await runKado(['workers', 'import', '-', '--data', data], workersCsv(many, ''))
    const codes = many.map(({ code }) => code)
    const [from, to] = ['2026-09-01', '2026-10-31'] as BusinessDay[]
    if (from === undefined || to === undefined) throw new Error('no days')
    const punches = inventPunches(codes, from, to, seededChance(9)).slice(0, 9_995)
    const lines = punchesCsv(punches, 'gate').trimEnd().split('\n')
    const bad = ['W999,2026-10-01T09:00:00+09:00,in,,', 'W001,yesterday,in,,', 'W001,2026-10-01T09:00:00,in,,']
    bad.push('W001,2026-10-01T09:00:00+09:00,sideways,,', 'W001')
    const places = [2, 1_500, 4_000, 7_777, 10_001]
    for (const [index, line] of places.entries()) lines.splice(line - 1, 0, bad[index] ?? '')
    expect(lines).toHaveLength(10_001)
    const done = await runKado(['punches', 'import', '-', '--data', data, '--json'], lines.join('\n'))
    expect(done.code).toBe(0)
    const report = JSON.parse(done.out) as { added: number; bad: { line: number }[] }
    expect(report.added).toBe(9_995)
    expect(report.bad.map(({ line }) => line)).toEqual(places)
    for (const line of places) expect(done.err).toContain(`line ${line}:`)
    const again = await runKado(['punches', 'import', '-', '--data', data, '--json'], lines.join('\n'))
    expect(JSON.parse(again.out)).toMatchObject({ added: 0, unchanged: 9_995 })
  }, 120_000)

  test('reads UTF-8 with a byte order mark and CP932 with CRLF, and writes them', async () => {
    const data = freshFolder()
    const bom = `\uFEFF${workersCsv(workers.slice(0, 10), '')}`
    const cp932 = iconv.encode(workersCsv(workers.slice(10), '').replaceAll('\n', '\r\n'), 'cp932')
    for (const bytes of [Buffer.from(bom), cp932]) {
      const done = await runKado(['workers', 'import', '-', '--data', data, '--json'], bytes)
      expect(JSON.parse(done.out)).toMatchObject({ added: 10, bad: [] })
    }
    await runKado(['cards', 'import', '-', '--data', data], cardsCsv(workers))
    const file = join(mkdtempSync(join(tmpdir(), 'kado-test-')), 'punches.csv')
    const header = 'worker_code,at,direction,place,device'
    const rows = ['W001,2026-10-01T09:00:00+09:00,in,三階,x', 'W001,2026-10-01T12:30:20+09:00,out,三階,x']
    writeFileSync(file, [header, ...rows, ''].join('\n'))
    expect((await runKado(['punches', 'import', file, '--data', data])).code).toBe(0)
    const days = ['--from', '2026-10-01', '--to', '2026-10-01', '--data', data]
    const csv = await runKado(['sessions', 'export', ...days])
    expect(csv.out).toBe(
      'worker_code,business_day,started_at,ended_at,minutes,status,flags,place,seconds\n' +
        'W001,2026-10-01,2026-10-01T09:00:00+09:00,2026-10-01T12:30:20+09:00,210,payable,,三階,12620\n',
    )
    const office = await runKado(['sessions', 'export', ...days, '--encoding', 'cp932'])
    expect(iconv.decode(office.outBytes, 'cp932')).toBe(csv.out.replaceAll('\n', '\r\n'))
    const json = await runKado(['sessions', 'export', ...days, '--json'])
    expect(JSON.parse(json.out)).toMatchObject([{ worker_code: 'W001', seconds: 12_620, place: '三階' }])
  })

  test('a file that cannot be read is refused', async () => {
    const { code, err } = await runKado(['workers', 'import', '/nowhere/x.csv', '--data', freshFolder()])
    expect([code, err.trim().split('\n').length]).toEqual([1, 1])
    expect(err).toContain('[file_unreadable]')
  })

  test('what was written verifies, exports line by line and rebuilds to the same', async () => {
    const data = freshFolder()
    await runKado(['workers', 'import', '-', '--data', data], workersCsv(workers, ''))
    const verified = await runKado(['journal', 'verify', '--data', data, '--json'])
    expect(verified.code).toBe(0)
    const { entries } = JSON.parse(verified.out) as { entries: number }
    const exported = await runKado(['journal', 'export', '--data', data])
    const [header, ...lines] = exported.out.trimEnd().split('\n')
    expect(JSON.parse(header ?? '')).toMatchObject({ stream: { kind: 'own', head: { seq: entries } } })
    const numbers = lines.map((line) => (JSON.parse(line) as { s: number }).s)
    expect(numbers).toEqual(Array.from({ length: entries }, (_, index) => index + 1))
    for (const { name } of workers) expect(exported.out).not.toContain(name)
    const rebuilt = await runKado(['journal', 'rebuild', '--data', data, '--json'])
    expect(JSON.parse(rebuilt.out)).toMatchObject({ equal: true, quarantined: 0 })
  })
})

describe('what stops a start', () => {
  test('a port in use', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, err } = await runKado(['start', '--port', String(port), '--data', freshFolder()])
    taken.close()
    expect([code, err.trim().split('\n').length]).toEqual([1, 1])
    expect(err).toContain('[port_in_use]')
    expect(err).toContain(String(port))
  })

  test('a data folder that is a file, or cannot be made', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'kado-test-')), 'data')
    writeFileSync(file, '')
    for (const data of [file, join(file, 'deeper'), '/proc/kado']) {
      const { code, err } = await runKado(['start', '--port', '0', '--data', data])
      expect([code, err.trim().split('\n').length]).toEqual([1, 1])
      expect(err).toContain('[folder_not_writable]')
    }
  })

  test('a database of a newer version', async () => {
    const data = freshFolder()
    await runKado(['workers', 'import', '-', '--data', data], workersCsv(workers, ''))
    {
      await using database = await openRaw(join(data, 'centre', 'journal.db'))
      await database.run("INSERT INTO migration (number, name, at) VALUES (999990, 'from tomorrow', 0)")
    }
    for (const command of [
      ['appliance', 'run', '--port', '0'],
      ['sessions', 'export', '--from', '2026-10-01', '--to', '2026-10-01'],
    ]) {
      const { code, err } = await runKado([...command, '--data', data])
      expect([code, err.trim().split('\n').length]).toEqual([1, 1])
      expect(err).toContain('[database_newer]')
    }
  })

  test('a contradiction of settings, by name', async () => {
    const data = freshFolder()
    const open = await runKado(['start', '--host', '0.0.0.0', '--data', data])
    expect([open.code, open.err.includes('[settings_invalid]')]).toEqual([1, true])
    mkdirSync(data)
    writeFileSync(join(data, 'settings.json'), '{"prot": 1}')
    const unknown = await runKado(['start', '--data', data])
    expect([unknown.code, unknown.err.includes('prot')]).toEqual([1, true])
  })
})

describe('beside a running server', () => {
  test('a command goes through the server, and a second server is refused', async () => {
    const data = freshFolder()
    await using server = await startKado(['appliance', 'run', '--port', '0', '--data', data])
    const done = await runKado(['workers', 'import', '-', '--data', data, '--json'], workersCsv(workers, ''))
    expect(JSON.parse(done.out)).toMatchObject({ added: 20 })
    const second = await runKado(['appliance', 'run', '--port', '0', '--data', data])
    expect(second.code).toBe(1)
    expect(second.err).toContain('[folder_in_use]')
    expect(second.err).toContain(String(server.child.pid))
    expect((await runKado(['journal', 'verify', '--data', data])).code).toBe(0)
  })

  test('after kill -9 the folder is free at once and holds what was acknowledged', async () => {
    const data = freshFolder()
    const server = await startKado(['appliance', 'run', '--port', '0', '--data', data])
    await runKado(['workers', 'import', '-', '--data', data], workersCsv(workers, ''))
    await server.stop('SIGKILL')
    const again = await runKado(['workers', 'import', '-', '--data', data, '--json'], workersCsv(workers, ''))
    expect(JSON.parse(again.out)).toMatchObject({ added: 0, unchanged: 20 })
    await using next = await startKado(['appliance', 'run', '--port', '0', '--data', data])
    expect((await fetch(`${next.url}/healthz`)).status).toBe(200)
  })
})
