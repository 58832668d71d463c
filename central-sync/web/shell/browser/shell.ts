/** What every page does beyond plain HTML. Without it everything still works. */

/** A refused form is told at the top: the eye and the screen reader go there first. */
function focusAnswer(): void {
  document.getElementById('summary')?.focus()
  for (const slot of document.querySelectorAll<HTMLElement>('[data-label-of]')) {
    const label = document.querySelector<HTMLElement>(
      `label[for="${slot.dataset.labelOf}"], #${slot.dataset.labelOf} > legend`,
    )
    const text = label?.firstChild?.textContent?.trim() ?? ''
    if (text !== '') slot.textContent = `${text}: `
  }
}

/** A second press within a few seconds is the same press. */
function guardDoublePress(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return
    if (form.dataset.sent === 'yes') {
      event.preventDefault()
      return
    }
    form.dataset.sent = 'yes'
    form.setAttribute('aria-busy', 'true')
    setTimeout(() => {
      form.dataset.sent = 'no'
      form.removeAttribute('aria-busy')
    }, 8_000)
  })
  // Coming back with the browser's button shows the page as it was: let its forms be sent again.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form')) form.dataset.sent = 'no'
  })
}

function wireButtons(): void {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-print]') !== null) window.print()
  })
  document.addEventListener('change', (event) => {
    const { target } = event
    if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement)
      if (target.hasAttribute('data-submit')) target.form?.requestSubmit()
  })
}

focusAnswer()
guardDoublePress()
wireButtons()
