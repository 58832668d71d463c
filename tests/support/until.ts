/** Waiting for what other parts of the house do in their own time. */
import { setTimeout as wait } from 'node:timers/promises'

/** Long enough for a machine that does other work as well; what never comes fails all the same. */
const PATIENCE_MS = 60_000

/** Looks again and again until there is something, and returns it. Throws with `what` was waited for in vain. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`it did not come to pass: ${what}`)
    await wait(20)
  }
}
