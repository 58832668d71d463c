import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { centreWords } from '../../../../appliance/pages/centre-pages.ts'
import { flagWords, noteWords, wordsOfFlags } from '../../../../appliance/pages/words/flag-words.ts'
import { refusals } from '../../../../central-sync/protocol/refusal.ts'
import { easyRefusals } from '../../../../central-sync/web/easy-refusals.ts'
import type { Words } from '../../../../central-sync/web/port.ts'
import { sharedWords } from '../../../../central-sync/web/words.ts'

const known: Readonly<Record<string, Words>> = { ...sharedWords, ...centreWords }
const templates = ['appliance/pages', 'central-sync/web/shell'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.hbs'))
    .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') })),
)
const keysIn = (text: string) =>
  [...text.matchAll(/(?:\bt|\bplain|label|hint|[a-zA-Z]*Label|which)[ =]"([a-z]+(?:\.[\w-]+)+)"/g)].map(
    ([, key]) => key ?? '',
  )

describe('the words of the pages', () => {
  it.each(templates)('$name asks only for words that exist', ({ text }) => {
    expect(keysIn(text).filter((key) => !(key in known))).toEqual([])
  })

  it('are all said in English too, and no room hides a shared word', () => {
    for (const [key, words] of Object.entries(known)) {
      expect(words.ja, key).not.toBe('')
      if (key !== 'staff.san') expect(words.en, key).not.toBe('')
    }
    expect(Object.keys(centreWords).filter((key) => key in sharedWords)).toEqual([])
  })

  it('have the same values in every language', () => {
    const names = (text: string) => [...text.matchAll(/\{([A-Za-z]\w*)\}/g)].map(([, name]) => name).sort()
    for (const [key, { ja, easy, en }] of Object.entries(known)) {
      expect(names(en), key).toEqual(names(ja))
      if (easy !== undefined) expect(names(easy), key).toEqual(names(ja))
    }
  })
})

const easyTexts = [
  ...Object.entries({ ...known, ...flagWords, ...noteWords }).map(([key, { easy }]) => [key, easy] as const),
  ...Object.entries(easyRefusals),
].filter((pair): pair is readonly [string, string] => pair[1] !== undefined)

describe('やさしい日本語', () => {
  it.each(easyTexts)('%s gives every kanji its reading', (_key, text) => {
    expect(text.replace(/\{[^{}|]+\|[^{}|]+\}/g, '')).not.toMatch(/\p{Script=Han}/u)
    for (const [, reading] of text.matchAll(/\|([^{}|]+)\}/g)) expect(reading).toMatch(/^[\p{Script=Hiragana}ー]+$/u)
  })

  it.each(easyTexts)('%s keeps its sentences short', (_key, text) => {
    const plain = text.replace(/\{([^{}|]+)\|[^{}|]+\}/g, '$1')
    for (const sentence of plain.split(/[。\n]/)) expect([...sentence].length).toBeLessThanOrEqual(40)
  })

  it("is there for every word a worker's page shows", () => {
    const worker = templates.filter(({ name }) => /^my|^shell-worker|^languages|^answer|^sign-out/.test(name))
    const keys = worker
      .flatMap(({ text }) => keysIn(text))
      .filter((key) => key !== 'shell.skip' && key !== 'shell.plainLan')
    expect(keys.length).toBeGreaterThan(40)
    expect(keys.filter((key) => known[key]?.easy === undefined)).toEqual([])
  })
})

describe('codes in words', () => {
  it('knows flags, notes and refusals, and shows what it does not know', () => {
    expect(wordsOfFlags(['missing_out', 'offline', 'FORK', 'new_code']).map(({ ja }) => ja)).toEqual([
      flagWords.missing_out.ja,
      noteWords.offline.ja,
      refusals.get('FORK')?.ja,
      'new_code',
    ])
  })
})
