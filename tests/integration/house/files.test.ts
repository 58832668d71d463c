import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statementsCsv } from '../../../central-sync/hub/statement/export-statements.ts'
import type { RefusalCode } from '../../../central-sync/protocol/refusal.ts'
import { refusals } from '../../../central-sync/protocol/refusal.ts'
import { askServer } from '../../../provisioning/control-socket.ts'
import { partFolder } from '../../../provisioning/data-folder.ts'
import { workerListAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, type Caller, expectDone } from '../../support/attacked-house.ts'
import { type Finished, runKado } from '../../support/run-kado.ts'

const kado = fileURLToPath(new URL('../../../provisioning/kado.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'kado-files-'))

let house: AttackedHouse
let administrator: Caller

beforeAll(async () => {
  house = await AttackedHouse.open()
  administrator = await house.claimed()
})
afterAll(() => house?.[Symbol.asyncDispose]())

/** As a command does when a house holds the folder: over its socket. */
async function ask(operation: string, input: Readonly<Record<string, unknown>>, body: string | Uint8Array = '') {
  const out: Buffer[] = []
  const notes: string[] = []
  const code = await askServer(
    partFolder(house.data, 'centre'),
    { operation, input, body: Buffer.from(body) },
    { write: async (data) => void out.push(Buffer.from(data)), note: (sentence) => void notes.push(sentence) },
  )
  const outBytes = Buffer.concat(out)
  return { code: code ?? null, out: outBytes.toString('utf8'), outBytes, err: notes.join('\n') }
}

function expectRefused({ code, out, err }: Finished, refusal: RefusalCode): void {
  const lines = err.trim().split('\n')
  const { ja = '', en = '' } = refusals.get(refusal) ?? {}
  expect([code, out]).toEqual([1, ''])
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(ja.replace(/。$/, ''))
  expect(lines[0]).toContain(en.replace(/\.$/, ''))
  expect(lines[0]).toContain(`[${refusal}]`)
}

const HEADER = 'worker_code,name,kana,home_center'
const named = async () => expectDone(await administrator.query('/workers?all=1')).as(workerListAnswer).workers

describe('a file of an office', () => {
  test('comes in UTF-8, with a mark, or in CP932, with any line ending, quoted or not, and is one and the same', async () => {
    const rows = (from: number, end: string, quote = '') =>
      [
        HEADER,
        ...[0, 1].map((index) => `${quote}E${from + index}${quote},${quote}髙橋 ①子${quote},${quote}たかはし${quote},`),
      ].join(end)
    const files = [
      Buffer.from(rows(10, '\n')),
      Buffer.from(`\uFEFF${rows(20, '\r\n', '"')}\r\n`),
      iconv.encode(rows(30, '\r\n'), 'cp932'),
      Buffer.from(rows(40, '\r')),
    ]
    for (const file of files) {
      const done = await ask('workers.import', { json: true }, file)
      expect(JSON.parse(done.out)).toEqual({ added: 2, changed: 0, unchanged: 0, bad: [] })
    }
    const people = await named()
    for (const code of ['E10', 'E21', 'E30', 'E41'])
      expect(people.find((one) => one.code === code)?.name).toBe('髙橋 ①子')
  })

  test('with bad lines has them listed by number, and the others are kept', async () => {
    const lines = [
      HEADER,
      'F1,正しい 一,,',
      'F2,"閉じない 引用,,',
      'F3,正しい 三,,,,',
      `F4,${'長'.repeat(300)},,`,
      `F5,${'x'.repeat(20_000)},,`,
      'F6,逆\u202eさま,,',
      '../../etc,道 すじ,,',
      "F8'; DROP TABLE worker;--,注入,,",
      'F9,正しい 九,,KYO',
      '',
      'F1,二度 目,,',
      'F10,正しい 十,,',
    ]
    const { code, out, err } = await ask('workers.import', { json: true }, lines.join('\n'))
    const report = JSON.parse(out) as { added: number; bad: { line: number; why: string }[] }
    expect([code, report.added]).toEqual([0, 2])
    expect(report.bad.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 12])
    for (const { line, why } of report.bad) {
      expect(err).toContain(`${line}行目 / line ${line}: ${why}`)
      expect(why.length).toBeLessThan(120)
    }
    const people = await named()
    expect(
      people
        .filter((one) => one.code.startsWith('F'))
        .map((one) => one.name)
        .sort(),
    ).toEqual(['正しい 一', '正しい 十'])
  })

  test.each([
    ['with a wrong header', 'name,kana\nx,y\n', 'malformed'],
    ['without anything', '', 'malformed'],
    ['of zeros', Buffer.alloc(100_000), 'malformed'],
    ['that is a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'malformed'],
    [
      'of fifty megabytes of lines',
      Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.alloc(50_000_000, '\n')]),
      'too_large',
    ],
  ] as const)('%s is refused in one sentence and leaves nothing', async (_what, bytes, code) => {
    const before = await house.state()
    expectRefused(await ask('workers.import', {}, bytes), code)
    expectRefused(await ask('punches.import', {}, bytes), code)
    expect(await house.state()).toEqual(before)
  })

  test('of one line of fifty megabytes is a bad line, and the house goes on', async () => {
    const before = await house.state()
    const bytes = Buffer.concat([Buffer.from(`${HEADER}\nG1,`), Buffer.alloc(50_000_000, 'あ'), Buffer.from(',,\n')])
    const { code, err } = await ask('workers.import', {}, bytes)
    expect([code, err.includes('line 2: the line is too long'), err.includes('[rows_refused]')]).toEqual([
      1,
      true,
      true,
    ])
    expect(await house.state()).toEqual(before)
    expect((await administrator.query('/today')).status).toBe(200)
  })
})

const PLACES = ['=1+1', '+1', '-1', '@SUM(A1)', '＝1＋1', '＋1', '－1', '＠x', '三階', '"A"', 'a,b']
const period = { from: '2026-11-02', to: '2026-11-30' }
const days = ['--from', period.from, '--to', period.to] as const

describe('a cell that would be a formula', () => {
  test('comes in as a place and goes out as a text, in every encoding and in the download of the page', async () => {
    await ask('workers.import', {}, `${HEADER}\nH1,試験,,\n`)
    const rows = PLACES.flatMap((place, index) => {
      const day = `2026-11-${String(index + 2).padStart(2, '0')}`
      const cell = `"${place.replaceAll('"', '""')}"`
      return [`H1,${day}T09:00:00+09:00,in,${cell},=x`, `H1,${day}T10:00:00+09:00,out,${cell},=x`]
    })
    const done = await ask(
      'punches.import',
      { json: true },
      ['worker_code,at,direction,place,device', ...rows].join('\n'),
    )
    expect(JSON.parse(done.out)).toMatchObject({ added: PLACES.length * 2, bad: [] })
    const office = await ask('sessions.export', { ...period, format: 'csv', encoding: 'cp932' })
    const download = await administrator.fetch('/downloads/sessions.csv?from=2026-11-02&to=2026-11-30')
    const files = [
      (await ask('sessions.export', { ...period, format: 'csv', encoding: 'utf8' })).out,
      iconv.decode(office.outBytes, 'cp932'),
      download.text,
    ]
    for (const file of files) {
      const cells = (parse(file, { columns: true, bom: true }) as { place: string; seconds: string }[]).map(
        ({ place }) => place,
      )
      expect(cells).toHaveLength(PLACES.length)
      for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@＝＋－＠\t\r]/)
      expect(cells).toContain('三階')
    }
    const json = JSON.parse((await ask('sessions.export', { ...period, format: 'json', encoding: 'utf8' })).out) as {
      place: string
    }[]
    expect(json.map(({ place }) => place)).toContain('=1+1')
  })

  test('in a statement is a text, while an amount below zero stays a number', () => {
    const line = {
      statement: 'x',
      worker_code: 'W1',
      line: 1,
      package: '=cmd()',
      place: '@x',
      minutes: 60,
      rate: '950',
      yen: -950,
      adjusts_month: '',
    }
    for (const reader of ['program', 'office'] as const) {
      const [row] = parse(statementsCsv([line], reader), { columns: true, bom: true }) as Record<string, string>[]
      expect(row).toMatchObject({ package: "'=cmd()", place: "'@x", yen: '-950' })
    }
  })
})

describe('a reader that goes away', () => {
  test.each([
    ['sessions', ['sessions', 'export', ...days]],
    ['lines of the journal', ['journal', 'export']],
  ] as const)('while %s are being written ends nothing and says nothing', async (_what, args) => {
    const child = spawn(process.execPath, [kado, ...args, '--data', house.data], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect([code, err]).toEqual([0, ''])
    expect((await administrator.query('/today')).status).toBe(200)
  })
})

describe('a file that cannot be read', () => {
  test('is refused by name', async () => {
    writeFileSync(join(folder, 'x.csv'), HEADER)
    expectRefused(
      await runKado(['workers', 'import', join(folder, 'x.csv', 'y'), '--data', house.data]),
      'file_unreadable',
    )
  })
})
