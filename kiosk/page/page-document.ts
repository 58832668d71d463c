/** The first bytes of the page: a whole HTML document that already shows the idle screen; the browser code takes over. */
import type { KioskEvent } from '../check-in/kiosk-event.ts'
import { h, toHtml } from './markup.ts'
import { stepScreen } from './screen.ts'
import { firstScreen } from './screen-state.ts'
import { screenView } from './view/screen-view.ts'
import { say } from './words.ts'

export interface PageDocument {
  readonly token: string
  readonly hello: KioskEvent
  /** File name under `assets/` of a logical name. */
  nameOf(logical: string): string | undefined
}

export function pageDocument({ token, hello, nameOf }: PageDocument): string {
  const at = hello.t === 'hello' ? hello.now : 0
  const { screen } = stepScreen(firstScreen(at, 0), { t: 'event', event: hello }, 0)
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'kado-page', content: token }),
    h('title', {}, say('title', 'ja')),
    h('link', { rel: 'icon', href: 'data:,' }),
    ...['web/fonts.css', 'kiosk/style.css', 'kiosk/care.css'].map((name) =>
      h('link', { rel: 'stylesheet', href: address(nameOf(name)) }),
    ),
    h('script', { src: address(nameOf('kiosk/kiosk.js')), defer: true }),
  )
  const body = h(
    'body',
    {},
    h('div', { id: 'screen' }, screenView(screen, 0)),
    h('div', { id: 'spoken', class: 'unseen', role: 'status', 'aria-live': 'assertive', 'aria-atomic': 'true' }),
    h('noscript', {}, h('p', {}, 'この画面には JavaScript が必要です。 (JavaScript is needed.)')),
  )
  return `<!doctype html>\n${toHtml(h('html', { lang: 'ja' }, head, body))}`
}

function address(name: string | undefined): string {
  if (name === undefined) throw new Error('the assets of the kiosk page are not built: run `npm run prepare`')
  return `assets/${name}`
}
