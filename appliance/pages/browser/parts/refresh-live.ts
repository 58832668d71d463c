/** Fetches the page once more and exchanges its `data-live` parts. Markup comes only from our own server's pages. */

interface HtmlPolicy {
  createHTML(text: string): string
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML(text: string): string }): HtmlPolicy
}

const factory = (window as unknown as { trustedTypes?: PolicyFactory }).trustedTypes
const policy: HtmlPolicy = factory?.createPolicy('kado-live', { createHTML: (text) => text }) ?? {
  createHTML: (text) => text,
}

/** Leaves a part alone while somebody types in it. False when the server could not be asked. */
export async function refreshLive(): Promise<boolean> {
  try {
    const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'error' })
    if (!answer.ok) return false
    const fresh = new DOMParser().parseFromString(policy.createHTML(await answer.text()), 'text/html')
    for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) exchange(part, fresh)
    return true
  } catch {
    return false
  }
}

function exchange(part: HTMLElement, fresh: Document): void {
  const next = fresh.querySelector<HTMLElement>(`[data-live="${part.dataset.live}"]`)
  if (next === null || newsOf(next) === newsOf(part)) return
  const { activeElement } = document
  if (activeElement?.matches('input, select, textarea') === true && part.contains(activeElement)) return
  // What somebody opened stays open, and what has the focus keeps it.
  for (const open of part.querySelectorAll('details[open]')) {
    const same = open.id === '' ? null : next.querySelector(`details[id="${open.id}"]`)
    same?.setAttribute('open', '')
  }
  const focused = activeElement !== null && part.contains(activeElement) ? activeElement : undefined
  part.replaceWith(next)
  if (focused !== undefined) twinOf(focused, next)?.focus()
}

/** What a part says: not the keys of its forms, which are new each time, nor what somebody opened in it. */
function newsOf(part: HTMLElement): string {
  return part.innerHTML.replace(/ name="_key" value="[^"]*"/g, '').replace(/ open=""/g, '')
}

/** The element of the new part that says the same: a link by its address, anything else by its words. */
function twinOf(focused: Element, next: HTMLElement): HTMLElement | undefined {
  const same = (other: HTMLElement) =>
    focused instanceof HTMLAnchorElement && other instanceof HTMLAnchorElement
      ? other.href === focused.href
      : other.textContent === focused.textContent
  return [...next.querySelectorAll<HTMLElement>(focused.tagName)].find(same)
}
