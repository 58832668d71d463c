/** Copies an address that is shown once. Without it the field can still be selected. */
function wireCopy(button: HTMLButtonElement): void {
  const field = document.getElementById(button.dataset.copy ?? '')
  if (!(field instanceof HTMLInputElement)) return
  button.hidden = false
  button.addEventListener('click', async () => {
    field.select()
    try {
      await navigator.clipboard.writeText(field.value)
      button.textContent = button.dataset.copied ?? ''
    } catch {
      // Outside TLS a page may not write to the clipboard: the text is selected, the keyboard's own copy works.
    }
  })
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) wireCopy(button)
