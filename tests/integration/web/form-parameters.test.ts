import { expect, test } from 'vitest'
import { centreWords } from '../../../appliance/pages/centre-pages.ts'
import { openAssetStore } from '../../../central-sync/web/asset-store.ts'
import { createRenderer } from '../../../central-sync/web/render.ts'

const renderer = createRenderer(openAssetStore(), centreWords)
const frame = {
  ...{ language: 'ja', lang: 'ja', base: '', here: '/here', now: 0, shell: 'bare', person: '', entrance: '/' },
  ...{ title: { ja: '題', en: 'Title' }, program: { ja: '名', en: 'Name' }, signedIn: false, plainLan: false },
  ...{ roles: [], menu: [], lights: [], languages: [], styles: [], scripts: [] },
  ...{ done: undefined, undo: undefined, refused: undefined, form: undefined, ownAnswer: false, mayOpen: () => true },
} as unknown as Parameters<typeof renderer.render>[2]
/** What a page may well call its own things. */
const fields = { kind: 'room', next: '/elsewhere', back: '/nowhere' }

test('a form looks and leads as it was told, whatever the fields of its page are called', () => {
  const html = renderer.render('appliance/setup', fields, frame)
  const [form = ''] = /<form[^>]*centre\.claim[\s\S]*?<\/form>/.exec(html) ?? []
  expect(form).toContain('class="form"')
  expect(form).toContain('name="_back" value="/here"')
  expect(form).toContain('name="_next" value="/"')
})

test('what stands inside a form still reads the fields of the page', () => {
  const person = { name: '中 はな', code: 'W001', kana: '' }
  const slot = { day: '2026-11-20', start: '09:00', end: '12:00', span: '09:00–12:00', today: '', last: '' }
  const choices = { startOptions: [], endOptions: [], kindOptions: [], free: [], ahead: [], refusedKey: '' }
  const full = { ...fields, ...slot, ...choices, tab: 'day', person, worker: 'w_1', resource: '', changeWho: '' }
  const html = renderer.render('appliance/booking/book', full, frame)
  expect(html).toContain('name="want" value="room"')
})
