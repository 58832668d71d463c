/** Big steps beside the temperature: fewer keys to hit with a child on the arm. Without it the field is typed into. */
const STEPS = [-0.1, 0.1] as const
const USUAL = 36.5
const box = document.querySelector<HTMLElement>('[data-degrees]')
const field = box?.querySelector('input')

function step(by: number): void {
  if (field === null || field === undefined) return
  const typed = Number(field.value.normalize('NFKC').replace(',', '.'))
  const from = field.value.trim() === '' || Number.isNaN(typed) ? USUAL - by : typed
  field.value = (Math.round((from + by) * 10) / 10).toFixed(1)
}

if (box !== null && field !== null && field !== undefined)
  for (const by of STEPS) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'button button-outline degrees-step'
    button.textContent = by < 0 ? '−' : '＋'
    button.setAttribute('aria-label', by < 0 ? '−0.1' : '+0.1')
    button.addEventListener('click', () => step(by))
    if (by < 0) box.prepend(button)
    else box.append(button)
  }
