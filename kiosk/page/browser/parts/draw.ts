/** Draws markup into the document, changing only what differs: focus stays, speech is not repeated. */
import type { Attribute, Element as Drawn, Markup } from '../../markup.ts'

const SVG = 'http://www.w3.org/2000/svg'

/** Makes the children of `parent` look like `wanted`; `shown` is what was drawn there before. */
export function draw(parent: Element, shown: readonly Markup[], wanted: readonly Markup[]): void {
  wanted.forEach((markup, index) => {
    const [before, node] = [shown[index], parent.childNodes[index]]
    if (node === undefined) parent.append(create(markup, parent))
    else if (!change(node, before, markup)) node.replaceWith(create(markup, parent))
  })
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove()
}

/** False when the node cannot become the markup. */
function change(node: ChildNode, before: Markup | undefined, wanted: Markup): boolean {
  if (before === undefined) return false
  if (typeof wanted === 'string' || typeof before === 'string') {
    if (typeof wanted !== typeof before || node.nodeType !== Node.TEXT_NODE) return false
    if (wanted !== before && typeof wanted === 'string') node.textContent = wanted
    return true
  }
  if (wanted.tag !== before.tag || wanted.attributes['data-key'] !== before.attributes['data-key']) return false
  if (!(node instanceof Element)) return false
  setAttributes(node, before.attributes, wanted.attributes)
  draw(node, before.children, wanted.children)
  return true
}

function create(markup: Markup, parent: Element): Node {
  if (typeof markup === 'string') return document.createTextNode(markup)
  const inSvg = markup.tag === 'svg' || (parent.namespaceURI === SVG && parent.tagName !== 'foreignObject')
  const element = inSvg ? document.createElementNS(SVG, markup.tag) : document.createElement(markup.tag)
  setAttributes(element, {}, markup.attributes)
  for (const child of markup.children) element.append(create(child, element))
  return element
}

function setAttributes(element: Element, before: Drawn['attributes'], wanted: Drawn['attributes']): void {
  for (const name of Object.keys(before)) if (isOff(wanted[name])) element.removeAttribute(name)
  for (const [name, value] of Object.entries(wanted)) {
    if (isOff(value) || value === before[name]) continue
    element.setAttribute(name, value === true ? '' : String(value))
  }
}

function isOff(value: Attribute): boolean {
  return value === undefined || value === false
}
