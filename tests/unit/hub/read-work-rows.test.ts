import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { readWorkRows, type WorkRows } from '../../../central-sync/hub/work/read-work-rows.ts'

const HEADER = 'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code'
const GOOD = '架空商事,写真整理,第3ロット,画像アノテーション,950,2026-04-01,W001'

function read(text: string | Uint8Array): WorkRows {
  const rows = readWorkRows(typeof text === 'string' ? Buffer.from(text) : text)
  if ('refused' in rows) throw new Error(rows.refused)
  return rows
}

describe('a work list', () => {
  const expected = {
    line: 2,
    client: '架空商事',
    order: '写真整理',
    package: '第3ロット',
    kind: '画像アノテーション',
    rate: { milliYenPerHour: 950_000, from: '2026-04-01' },
    worker: 'W001',
  }
  it('is read as UTF-8', () => expect(read(`${HEADER}\n${GOOD}\n`)).toEqual({ rows: [expected], bad: [] }))
  it('may begin with a byte order mark and end lines with CRLF', () => {
    expect(read(`\ufeff${HEADER}\r\n${GOOD}\r\n`).rows).toEqual([expected])
  })
  it('is read as CP932', () => expect(read(iconv.encode(`${HEADER}\r\n${GOOD}`, 'cp932')).rows).toEqual([expected]))
  it('may have its columns in another order, and more of them', () => {
    const text = `note,worker_code,client,order,package,kind,rate_yen_per_hour,rate_from\nx,W1,a,b,c,d,1061.5,2026-04-01`
    expect(read(text).rows[0]).toMatchObject({ client: 'a', worker: 'W1', rate: { milliYenPerHour: 1_061_500 } })
  })
  it('may set no rate and name nobody', () =>
    expect(read(`${HEADER}\na,b,c,d,,,`).rows[0]).toMatchObject({ worker: '', rate: undefined }))
  it('names bad rows by line and keeps the others', () => {
    const text = [
      HEADER,
      GOOD,
      'a,,c,d,950,2026-04-01,W1',
      'a,b,c,d,cheap,2026-04-01,W1',
      GOOD,
      'a,b,c,d,950,April,W1',
    ].join('\n')
    const { rows, bad } = read(text)
    expect(rows.map(({ line }) => line)).toEqual([2, 5])
    expect(bad).toEqual([
      { line: 3, why: 'order is empty' },
      { line: 4, why: 'rate_yen_per_hour is not a rate: cheap' },
      { line: 6, why: 'rate_from is not a day: April' },
    ])
  })
  it('with a quote that is not closed loses that line, by its number, and no other', () => {
    const { rows, bad } = read(
      [HEADER, GOOD, '"架空商事,写真,c,d,950,2026-04-01,W1', '"a ""b""",b,c,d,,,', GOOD].join('\n'),
    )
    expect(rows.map(({ line, client }) => [line, client])).toEqual([
      [2, '架空商事'],
      [4, 'a "b"'],
      [5, '架空商事'],
    ])
    expect(bad).toEqual([{ line: 3, why: 'a quote is not closed' }])
    expect(readWorkRows(Buffer.from(`"${HEADER}\n${GOOD}`))).toMatchObject({
      refused: 'malformed',
      detail: 'line 1: a quote is not closed',
    })
  })
  it('with characters nobody sees in a name is refused by line', () => {
    const { rows, bad } = read(
      [HEADER, '架空\u202e商事,b,c,d,,,', 'a,b\u200b,c,d,,,', '葛\u{e0100}城,b,c,d,,,'].join('\n'),
    )
    expect(rows).toHaveLength(1)
    expect(bad.map(({ line, why }) => [line, why])).toEqual([
      [2, 'a name has an invisible character'],
      [3, 'a name has an invisible character'],
    ])
  })
  it('is refused without its columns', () => {
    expect(readWorkRows(Buffer.from('a,b\n1,2'))).toMatchObject({ refused: 'malformed' })
    expect(readWorkRows(Buffer.from(''))).toMatchObject({ refused: 'malformed' })
    expect(readWorkRows(Buffer.from('"unclosed'))).toMatchObject({ refused: 'malformed' })
  })
})
