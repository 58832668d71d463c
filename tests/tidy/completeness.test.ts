import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../central-sync/protocol/event/catalogue.ts'
import { refusals } from '../../central-sync/protocol/refusal.ts'
import { listFiles, readSources, root, type Source } from './sources.ts'

const files = listFiles()
const sources = readSources(files)
const product = sources.filter(({ path }) => /^(appliance|kiosk|agent|central-sync|provisioning)\//.test(path))

describe('nothing is missing and nothing is left over', () => {
  const glossary = readFileSync(join(root, 'central-sync/protocol/GLOSSARY.md'), 'utf8')

  test('the glossary names every event type', () => {
    expect([...catalogue.keys()].filter((type) => !glossary.includes(`\`${type}\``))).toEqual([])
  })

  test('the glossary names no event type that does not exist', () => {
    const named = [...glossary.matchAll(/^\| `([a-z.-]+)` \|/gm)].map((match) => match[1] ?? '')
    expect(named.filter((type) => !catalogue.has(type))).toEqual([])
  })

  test('every refusal has a Japanese and an English sentence', () => {
    const mute = [...refusals.values()].filter(({ ja, en }) => ja.trim() === '' || en.trim() === '')
    expect(mute).toEqual([])
  })

  test('migrations rise, by their numbers, in the order they are listed', () => {
    expect(product.flatMap(fallingNumbers)).toEqual([])
  })
})

/** Migration numbers of one file, in the order of its text. */
function fallingNumbers({ path, text }: Source): string[] {
  if (!/\bMigration\b/.test(text)) return []
  const numbers = [...text.matchAll(/\bnumber: (\d+),/g)].map((match) => Number(match[1]))
  return numbers
    .filter((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))
    .map((number) => `${path}: ${number} does not rise`)
}
