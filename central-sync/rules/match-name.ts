/**
 * Compares typed names. Who types at a door writes 山田太郎, やまだ　たろう, ﾔﾏﾀﾞﾀﾛｳ or Yamada; all of them must meet the name
 * on a list. Used only to warn: a name alone never allows anything.
 */

export interface WrittenName {
  readonly name: string
  /** Reading; may be empty. */
  readonly kana: string
}

/** NFKC, lower case, katakana as hiragana, no marks; words separated by one space. Kanji stay kanji. */
export function foldName(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[^\p{L}\p{N}\p{M}ー]+/gu, ' ')
    .trim()
}

const SYLLABLES: readonly (readonly [string, string])[] = [
  ['あいうえお', 'a i u e o'],
  ['かきくけこ', 'ka ki ku ke ko'],
  ['さしすせそ', 'sa si su se so'],
  ['たちつてと', 'ta ti tu te to'],
  ['なにぬねの', 'na ni nu ne no'],
  ['はひふへほ', 'ha hi hu he ho'],
  ['まみむめも', 'ma mi mu me mo'],
  ['やゆよ', 'ya yu yo'],
  ['らりるれろ', 'ra ri ru re ro'],
  ['わゐゑをん', 'wa i e o n'],
  ['がぎぐげご', 'ga gi gu ge go'],
  ['ざじずぜぞ', 'za zi zu ze zo'],
  ['だぢづでど', 'da zi zu de do'],
  ['ばびぶべぼ', 'ba bi bu be bo'],
  ['ぱぴぷぺぽ', 'pa pi pu pe po'],
  ['ぁぃぅぇぉゔ', 'a i u e o bu'],
]
const LATIN = new Map(
  SYLLABLES.flatMap(([kana, latin]) =>
    latin.split(' ').map((sound, index) => [[...kana][index] ?? '', sound] as const),
  ),
)
const SMALL = new Map([
  ['ゃ', 'a'],
  ['ゅ', 'u'],
  ['ょ', 'o'],
])

/** Hiragana as plain Latin letters, without long vowels; anything else unchanged. */
function romanize(folded: string): string {
  let text = ''
  for (const letter of folded) {
    const glide = SMALL.get(letter)
    if (glide !== undefined && text.endsWith('i')) text = `${text.slice(0, -1)}y${glide}`
    else if (letter !== 'っ' && letter !== 'ー') text += LATIN.get(letter) ?? letter
  }
  return plainLatin(text)
}

/** Hepburn, Kunrei and passport spellings of one sound as one: shi = si, oh = ō = o, mb = nb, tt = t. */
function plainLatin(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/sh(?=[aiueo])|sy/g, 'sy')
    .replace(/ch(?=[aiueo])|ty/g, 'ty')
    .replace(/j(?=[aiueo])|zy/g, 'zy')
    .replace(/([stz])yi/g, '$1i')
    .replace(/ts(?=u)/g, 't')
    .replace(/f(?=u)/g, 'h')
    .replace(/v(?=u)/g, 'b')
    .replace(/m(?=[bmp])/g, 'n')
    .replace(/oh(?![aiueo])/g, 'o')
    .replace(/([^n\s\d])\1+/g, '$1')
    .replace(/ou/g, 'o')
    .replace(/n+/g, 'n')
}

/** What a written name is compared by: as written, and as it sounds in Latin letters. */
function formsOf({ name, kana }: WrittenName): readonly string[] {
  const written = [foldName(name), foldName(kana)].filter((form) => form !== '')
  return [...new Set(written.flatMap((form) => [form, romanize(form)]))]
}

/** Shortest beginning or end of a name that was written without a space. */
const PART_MIN = 2

/**
 * May the typed name be this person? Equal as a whole in any spelling and order of words; or the typed text is one word
 * that is this person's family or given name. Two people who share a family name stay two people.
 */
export function mayBeSamePerson(typed: WrittenName, listed: WrittenName): boolean {
  const known = formsOf(listed)
  return formsOf(typed).some((form) => known.some((other) => isSameForm(form, other)))
}

function isSameForm(typed: string, listed: string): boolean {
  const [words, others] = [typed.split(' '), listed.split(' ')]
  const whole = others.join('')
  if (words.join('') === whole || words.toReversed().join('') === whole) return true
  const [word = ''] = words
  if (words.length > 1) return false
  if (others.length > 1) return others.includes(word)
  return [...word].length >= PART_MIN && (whole.startsWith(word) || whole.endsWith(word))
}
