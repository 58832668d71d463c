/** Waits for Ctrl+C or the service manager. A second signal does not wait for the clean end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of SIGNALS) process.once(signal, () => process.exit(1))
      resolve()
    }
    for (const signal of SIGNALS) process.once(signal, stop)
  })
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
