/** Watches an enrolment at the kiosk and shows its outcome as soon as there is one. */
const LOOK_MS = 1_000

const box = document.querySelector<HTMLElement>('[data-enrolment]')

async function look(token: string): Promise<void> {
  try {
    const base =
      document.querySelector<HTMLFormElement>('form.sign-out')?.getAttribute('action')?.replace('/do/sign-out', '') ??
      ''
    const answer = await fetch(`${base}/api/v1/cards/enrolment?token=${encodeURIComponent(token)}`)
    const { state } = (await answer.json()) as { state?: string }
    if (state !== undefined && state !== 'waiting') {
      location.reload()
      return
    }
  } catch {
    // The next look tries again; the button on the page works without us.
  }
  setTimeout(() => look(token), LOOK_MS)
}

const token = box?.dataset.enrolment
if (token !== undefined && box?.dataset.state === 'waiting') setTimeout(() => look(token), LOOK_MS)
