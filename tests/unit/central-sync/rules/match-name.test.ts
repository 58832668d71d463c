import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldName, mayBeSamePerson } from '../../../../central-sync/rules/match-name.ts'

const taro = { name: '山田太郎', kana: 'やまだ たろう' }
const typed = (name: string, kana = '') => ({ name, kana })

describe('a typed name', () => {
  it.each([
    '山田太郎',
    '山田 太郎',
    '山田　太郎',
    '太郎 山田',
    'やまだたろう',
    'ヤマダ タロウ',
    'ﾔﾏﾀﾞ ﾀﾛｳ',
    'ﾔﾏﾀﾞ',
    'やまだ',
    'たろう',
    '山田',
    'Yamada',
    'yamada',
    'ＹＡＭＡＤＡ',
    'Yamada Taro',
    'Taro Yamada',
    'YAMADA, Tarō',
    'Yamada Taroh',
    'Yamada Tarou',
    'やまだ・たろう',
  ])('%s may be 山田太郎', (name) => {
    expect(mayBeSamePerson(typed(name), taro)).toBe(true)
  })

  it.each(['山田花子', '山田 花子', 'やまだ はなこ', 'Yamada Hanako', '田中太郎', 'Tanaka', '山', '', '　', '!!!'])(
    '%s is not 山田太郎',
    (name) => {
      expect(mayBeSamePerson(typed(name), taro)).toBe(false)
    },
  )

  it('of another script is not an empty name: 山田太郎 and 鈴木一郎 differ', () => {
    expect(foldName('山田太郎')).toBe('山田太郎')
    expect(mayBeSamePerson(typed('鈴木一郎'), taro)).toBe(false)
  })

  it.each([
    ['しまだ じゅんいち', 'Shimada Junichi'],
    ['しまだ じゅんいち', 'Simada Zyunitī'],
    ['つちや ふみこ', 'Tsuchiya Fumiko'],
    ['つちや ふみこ', 'Tutiya Humiko'],
    ['おおの ゆうき', 'Ohno Yuki'],
    ['おおの ゆうき', 'Ono Yuuki'],
    ['はっとり しょうた', 'Hattori Shota'],
    ['ほんま けんじ', 'Homma Kenji'],
    ['ほんま けんじ', 'Honma Kenzi'],
    ['ローラ', 'ろーら'],
    ['グエン', 'Guen'],
  ])('%s may be written %s', (kana, latin) => {
    expect(mayBeSamePerson(typed(latin), { name: '', kana })).toBe(true)
  })

  it('matches a surname of one letter only where the list separates the words', () => {
    expect(mayBeSamePerson(typed('林'), { name: '林 一郎', kana: '' })).toBe(true)
    expect(mayBeSamePerson(typed('林'), { name: '林一郎', kana: '' })).toBe(false)
  })

  it('may stand in the reading as well as in the name', () => {
    expect(mayBeSamePerson(typed('', 'ﾔﾏﾀﾞ ﾀﾛｳ'), taro)).toBe(true)
    expect(mayBeSamePerson(taro, taro)).toBe(true)
    expect(mayBeSamePerson(typed('', ''), typed('', ''))).toBe(false)
  })

  const kana = fc.string({
    unit: fc.constantFrom(...'あいうえおかきくけこさしすせそたちつてとやゆよんがばぱー'),
    minLength: 2,
    maxLength: 6,
  })
  it('meets itself in every width, case and order of words', () => {
    const wide = (text: string) =>
      text.replace(/[ぁ-ゖ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x60))
    fc.assert(
      fc.property(kana, kana, (family, given) => {
        const listed = { name: '', kana: `${family} ${given}` }
        fc.pre(!/^ー/.test(family) && !/^ー/.test(given))
        for (const text of [`${family}${given}`, `${given} ${family}`, wide(`${family}　${given}`), family, given]) {
          expect(mayBeSamePerson(typed(text), listed)).toBe(true)
        }
      }),
    )
  })

  it('is folded the same however often', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = foldName(text)
        expect(foldName(once)).toBe(once)
      }),
    )
  })
})
