import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BusinessDay, Month } from '../../../../central-sync/protocol/time.ts'
import { parseIsoInstant } from '../../../../central-sync/protocol/time.ts'
import { escapeHtml, pickWords, writeHtml, writePlain } from '../../../../central-sync/web/write-text.ts'
import {
  writeAgo,
  writeDateTime,
  writeDay,
  writeDuration,
  writeHoursMinutes,
  writeMonth,
  writeYen,
} from '../../../../central-sync/web/write-time.ts'

describe('writing words', () => {
  it('makes ruby, values and line breaks', () => {
    expect(writeHtml('{出勤|しゅっきん}\n{time}', { time: '9:02' })).toBe(
      '<ruby>出勤<rp>(</rp><rt>しゅっきん</rt><rp>)</rp></ruby><br>9:02',
    )
    expect(writePlain('{出勤|しゅっきん}\n{time}', { time: '9:02' })).toBe('出勤 9:02')
  })

  it('escapes values and leaves unknown names as written', () => {
    expect(writeHtml('{name}{constructor}', { name: '<b>' })).toBe('&lt;b&gt;{constructor}')
  })

  it('never lets markup through, whatever text or value comes', () => {
    const made = /<\/?(?:ruby|rp|rt)>|<br>/g
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, name) => {
        const html = writeHtml(`${text}{name}`, { name })
        expect(html.replace(made, '')).not.toMatch(/[<>"'`=]/)
      }),
    )
  })

  it('escapes what ends a text or an attribute', () => {
    expect(escapeHtml(`<a b="c" d='e' f=\`g\`>&`)).not.toMatch(/[<>"'`=]|&(?![a-z#0-9]+;)/)
  })

  it('falls back from easy Japanese to Japanese', () => {
    expect(pickWords({ ja: '日', en: 'e' }, 'easy')).toBe('日')
    expect(pickWords({ ja: '日', easy: 'やさ', en: 'e' }, 'easy')).toBe('やさ')
  })
})

describe('writing times and amounts', () => {
  const at = parseIsoInstant('2026-11-20T09:02:00+09:00') ?? 0

  it('speaks of Japanese days whatever the zone of the machine', () => {
    expect(writeDateTime(at, 'ja')).toBe('11月20日（金） 9:02')
    expect(writeDateTime(at, 'en')).toBe('Fri 20 Nov 9:02')
    expect(writeDay('2026-03-01' as BusinessDay, 'ja', true)).toBe('2026年3月1日（日）')
    expect(writeMonth('2026-03' as Month, 'en')).toBe('Mar 2026')
  })

  it('counts begun minutes', () => {
    expect(writeHoursMinutes(0)).toBe('0:00')
    expect(writeHoursMinutes(59)).toBe('0:00')
    expect(writeHoursMinutes(10_559)).toBe('2:55')
    expect(writeHoursMinutes(12_600)).toBe('3:30')
    expect(writeDuration(45_000, 'ja')).toBe('12時間30分')
    expect(writeDuration(119, 'en')).toBe('1 min')
  })

  it('groups yen by thousands', () => {
    expect(writeYen(45_601, 'ja')).toBe('45,601円')
    expect(writeYen(-1_234_567, 'en')).toBe('¥-1,234,567')
  })

  it.each([
    [0, 'たったいま'],
    [119_000, '1分前'],
    [3_600_000, '1時間前'],
    [47 * 3_600_000, '47時間前'],
    [48 * 3_600_000, '2日前'],
    [-5_000, 'たったいま'],
  ])('says how long %d ms ago is', (ms, words) => expect(writeAgo(at - ms, at, 'ja')).toBe(words))
})
