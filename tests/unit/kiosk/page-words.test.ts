import { describe, expect, it } from 'vitest'
import { addDays, type BusinessDay, startOfBusinessDay } from '../../../central-sync/protocol/time.ts'
import { careWords } from '../../../kiosk/page/care-words.ts'
import { fetchWords } from '../../../kiosk/page/fetch-words.ts'
import { dateWords, dayWords, durationWords, peopleWords, weekdayWords } from '../../../kiosk/page/japanese.ts'
import { ruby, toHtml, withoutReadings } from '../../../kiosk/page/markup.ts'
import { seatWords } from '../../../kiosk/page/seat-words.ts'
import { taskWords } from '../../../kiosk/page/task-words.ts'
import { kioskWords, refusalWord, say } from '../../../kiosk/page/words.ts'

const KANJI = /[\p{Script=Han}々〆ヶ]/u
const withoutRuby = (text: string) => text.replace(/\{[^{}|]+\|[^{}|]+\}/g, '')
const days = Array.from({ length: 366 }, (_, n) => addDays('2026-01-01' as BusinessDay, n))

describe('the words of the kiosk', () => {
  it.each(Object.entries(kioskWords))('%s has a reading on every kanji in やさしい日本語', (_key, { easy }) => {
    expect(withoutRuby(easy)).not.toMatch(KANJI)
    for (const [, base, reading] of easy.matchAll(/\{([^{}|]+)\|([^{}|]+)\}/g)) {
      expect(base).toMatch(KANJI)
      expect(reading).toMatch(/^[ぁ-ゖー]+$/)
    }
  })
  it.each(Object.entries(kioskWords))('%s has no reading in the other languages', (_key, { ja, en }) => {
    expect(ja).not.toContain('|')
    expect(en).not.toMatch(KANJI)
    expect(en).not.toContain('|')
  })
  it('come from lists that share no key: the later one would take the word away from the other', () => {
    const lists = [seatWords, taskWords, careWords, fetchWords]
    const keys = lists.flatMap((list) => Object.keys(list))
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
    for (const list of lists) expect(kioskWords).toMatchObject(list)
  })
  it('fills in the same names in all three languages', () => {
    for (const { ja, easy, en } of Object.values(kioskWords)) {
      const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
      expect(names(easy)).toEqual(names(ja))
      expect(names(en)).toEqual(names(ja))
    }
  })
  it('keeps sentences of やさしい日本語 short', () => {
    for (const { easy } of Object.values(kioskWords)) {
      const sentences = withoutReadings(easy).split('。')
      expect(Math.max(...sentences.map((sentence) => sentence.length))).toBeLessThanOrEqual(40)
    }
  })
  it('reads every date, weekday, duration and number of people', () => {
    for (const day of days) {
      const texts = [dateWords(startOfBusinessDay(day), 'easy'), dayWords(day, 'easy'), weekdayWords(day, 'easy')]
      for (const text of texts) expect(withoutRuby(text)).not.toMatch(KANJI)
    }
    for (let n = 0; n < 70; n += 1) {
      expect(withoutRuby(durationWords(n * 60, 'easy'))).not.toMatch(KANJI)
      expect(withoutRuby(peopleWords(n, 'easy').unit)).not.toMatch(KANJI)
    }
  })
  it('says the first and the twentieth of a month as they are said', () => {
    expect(dayWords('2026-11-20' as BusinessDay, 'easy')).toBe('11{月|がつ}{20日|はつか}（{金|きん}）')
    expect(dayWords('2026-12-01' as BusinessDay, 'ja')).toBe('12月1日（火）')
  })
  it('has a word for a refusal it does not know', () => {
    expect(say(refusalWord('no', 'sign_in_failed'), 'en')).toContain('PIN')
    expect(refusalWord('enrol', 'something new')).toBe('no_other')
  })
})

describe('markup', () => {
  it('turns readings into ruby and leaves everything else text', () => {
    expect(ruby('1{回|かい}。').map(toHtml).join('')).toBe('1<ruby>回<rp>(</rp><rt>かい</rt><rp>)</rp></ruby>。')
  })
  it('never lets a name become markup', () => {
    expect(ruby('<b onclick="x">&').map(toHtml).join('')).toBe('&lt;b onclick=&quot;x&quot;&gt;&amp;')
  })
})
