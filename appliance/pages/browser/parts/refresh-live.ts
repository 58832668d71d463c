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
  if (next === null || next.innerHTML === part.innerHTML) return
  const { activeElement } = document
  if (activeElement instanceof HTMLInputElement && part.contains(activeElement)) return
  const focused =
    activeElement instanceof HTMLAnchorElement && part.contains(activeElement) ? activeElement.href : undefined
  part.replaceWith(next)
  if (focused === undefined) return
  for (const link of next.querySelectorAll('a')) if (link.href === focused) link.focus()
}
