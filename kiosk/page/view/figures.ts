/** Shapes: the third channel of every result. Circle = done, exclamation mark = recorded but read this, cross = not. */
import { type Element, h } from '../markup.ts'

export type Shape = 'in' | 'out' | 'done' | 'attention' | 'refused' | 'busy'

export function shape(kind: Shape): Element {
  return h(
    'svg',
    { class: 'shape', viewBox: '0 0 120 120', 'aria-hidden': 'true', focusable: 'false' },
    ...strokes(kind),
  )
}

function strokes(kind: Shape): Element[] {
  const circle = h('circle', { class: 'line', cx: 60, cy: 60, r: 50 })
  switch (kind) {
    case 'in':
      return [circle, h('path', { class: 'line thin', d: 'M34 60h44M62 42l18 18-18 18' })]
    case 'out':
      return [circle, h('path', { class: 'line thin', d: 'M86 60H42M58 42L40 60l18 18' })]
    case 'done':
      return [circle]
    case 'attention':
      return [h('path', { class: 'line', d: 'M60 12v62' }), h('circle', { class: 'dot', cx: 60, cy: 104, r: 9 })]
    case 'refused':
      return [h('path', { class: 'line', d: 'M18 18l84 84M102 18l-84 84' })]
    case 'busy':
      return [30, 60, 90].map((cx) => h('circle', { class: 'dot', cx, cy: 60, r: 9 }))
  }
}

/** A hand's card coming to the reader. */
export function cardAndReader(): Element {
  return h(
    'svg',
    { class: 'picture', viewBox: '0 0 360 240', 'aria-hidden': 'true', focusable: 'false' },
    h('rect', { class: 'picture-reader', x: 196, y: 24, width: 148, height: 192, rx: 24 }),
    h('circle', { class: 'picture-light', cx: 270, cy: 56, r: 8 }),
    h('path', {
      class: 'picture-wave',
      d: 'M246 96a34 34 0 0 1 0 56M270 80a58 58 0 0 1 0 88M294 64a82 82 0 0 1 0 120',
    }),
    h('rect', { class: 'picture-card', x: 16, y: 62, width: 208, height: 132, rx: 16 }),
    h('rect', { class: 'picture-chip', x: 40, y: 92, width: 40, height: 30, rx: 5 }),
    h('path', { class: 'picture-lines', d: 'M40 150h112M40 170h72' }),
  )
}
