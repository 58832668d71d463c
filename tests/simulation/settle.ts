/** Heals everything and waits until nobody has anything left to say. That this happens at all is a property too. */
import { MINUTE_MS, SECOND_MS } from '../../central-sync/protocol/time.ts'
import type { SimulatedCentre } from '../support/simulation-centre.ts'
import type { World } from './world.ts'

/** Real ms; with all that waits in virtual time passing a second per turn. */
const PATIENCE_MS = 20_000
const TURN_MS = 10
const QUIET_TURNS = 3
/** Real ms within which a kiosk looks at its spool and says that it is complete. */
const COMPLETE_MS = 350

export class NotSettled extends Error {}

/** `complete`: waits until every kiosk has said so after the last of its days. */
export async function settle(world: World, leaving: readonly number[], complete = false): Promise<void> {
  heal(world, leaving)
  await drain(world, leaving)
  // Kiosks measure the time anew and say that they are complete; centres say so of the days behind them.
  for (let turn = 0; turn < (complete ? 3 : 1); turn++) {
    world.pass(2 * MINUTE_MS)
    await world.breathe(COMPLETE_MS)
  }
  for (const { appliance } of world.centres) await appliance.advanceWatermarks()
  await drain(world, leaving)
}

function heal(world: World, leaving: readonly number[]): void {
  for (const [index, kiosk] of world.kiosks.entries()) {
    kiosk.line.delayMs = 0
    kiosk.line.repeats = 0
    if (leaving.includes(index)) continue
    kiosk.line.become('open')
    kiosk.clock.set(0)
  }
  for (const { clock, toHub } of world.centres) {
    clock.set(0)
    toHub.delayMs = 0
    toHub.repeats = 0
    toHub.become('open')
  }
  world.doubted.clear()
}

async function drain(world: World, leaving: readonly number[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  let quiet = 0
  while (quiet < QUIET_TURNS) {
    world.pass(SECOND_MS)
    for (const { appliance } of world.centres) appliance.syncNow()
    await world.breathe(TURN_MS)
    const left = await whatIsLeft(world, leaving)
    quiet = left === undefined ? quiet + 1 : 0
    if (left !== undefined && performance.now() > until) throw new NotSettled(left)
  }
}

/** In words; undefined when everything is everywhere. */
async function whatIsLeft(world: World, leaving: readonly number[]): Promise<string | undefined> {
  for (const [index, kiosk] of world.kiosks.entries()) {
    if (leaving.includes(index)) continue
    if (!kiosk.online) return `kiosk ${index} is off line`
    if (kiosk.waiting > 0) return `kiosk ${index} still holds ${kiosk.waiting} taps`
  }
  for (const centre of world.centres) {
    const left = await leftOf(world, centre)
    if (left !== undefined) return `${centre.code}: ${left}`
  }
  return undefined
}

async function leftOf({ hub: { hub } }: World, { appliance, site }: SimulatedCentre): Promise<string | undefined> {
  const before = await appliance.syncStatus()
  if (before.waiting > 0) return `${before.waiting} entries wait (${before.state}, ${before.code ?? before.lastError})`
  await hub.caughtUp()
  const { downSeq, state, code, lastError } = await appliance.syncStatus()
  const head = await hub.downHead(site)
  return downSeq < head
    ? `${head - downSeq} entries of the hub are missing (${state}, ${code ?? lastError})`
    : undefined
}
