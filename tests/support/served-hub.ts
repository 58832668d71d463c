/** A hub by itself behind a listener: for a process that is nothing but a hub. */

import { Hub, type HubOptions } from '../../central-sync/hub/hub.ts'
import { type Listening, type ListenOptions, listen } from '../../central-sync/web/listener.ts'

export interface ServedHub extends AsyncDisposable {
  readonly hub: Hub
  readonly url: string
  readonly port: number
  /** Ends requests, then what runs behind them. */
  stop(): Promise<void>
}

/** Serves the hub under `prefix` (default `/`). Throws `Refused` when the address cannot be had. */
export async function serveHub(
  options: HubOptions,
  { prefix = '/', ...address }: ListenOptions & { readonly prefix?: string },
): Promise<ServedHub> {
  const hub = await Hub.create(options)
  try {
    await hub.start()
    const listening = await listen({ [prefix]: hub.web }, address)
    const stop = () => stopBoth(listening, hub)
    return {
      hub,
      url: `${listening.url}${prefix.replace(/\/$/, '')}`,
      port: listening.port,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await hub.stop()
    throw error
  }
}

async function stopBoth(listening: Listening, hub: Hub): Promise<void> {
  await listening.close(1_000)
  await hub.stop()
}
