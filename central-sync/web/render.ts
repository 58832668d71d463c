/** Draws pages from precompiled templates. The handlebars compiler is not in this program: only its runtime. */
import Handlebars from 'handlebars/runtime.js'
import type { AssetStore } from './asset-store.ts'
import type { Frame } from './page-frame.ts'
import type { Words } from './port.ts'
import { templateHelpers } from './template-helpers.ts'
import { sharedWords } from './words.ts'

export interface Renderer {
  /** One whole HTML document. `data` is what the page's `load` answered. */
  render(template: string, data: Readonly<Record<string, unknown>>, frame: Frame): string
  has(template: string): boolean
}

/** `words` are the room's own; a key that hides a shared one is a programmer error. */
export function createRenderer(store: AssetStore, words: Readonly<Record<string, Words>> = {}): Renderer {
  const hidden = Object.keys(words).find((key) => key in sharedWords)
  if (hidden !== undefined) throw new Error(`words ${hidden} are shared ones`)
  const all = new Map<string, Words>(Object.entries({ ...sharedWords, ...words }))
  const bars = Handlebars.create()
  const helpers = templateHelpers({
    wordsOf: (key) => all.get(key),
    assetOf: (logical) => store.nameOf(logical),
    html: (markup) => new bars.SafeString(markup),
  })
  for (const [name, helper] of Object.entries(helpers)) bars.registerHelper(name, helper)
  const templates = new Map(
    Object.entries(store.templates).map(([name, spec]) => [name, bars.template(spec as TemplateSpecification)]),
  )
  for (const [name, template] of templates) bars.registerPartial(name, template)
  const draw = (name: string, context: object) => {
    const template = templates.get(name)
    if (template === undefined) throw new Error(`no template ${name}`)
    return template(context)
  }
  return {
    has: (template) => templates.has(template),
    render(template, data, frame) {
      const body = new bars.SafeString(draw(template, { ...data, page: frame }))
      return draw(`web/shell-${frame.shell}`, { page: frame, body })
    },
  }
}
