/** A person in front of a kiosk: touches, looks, and presses what she would press. */
import { SECOND_MS } from '../../central-sync/protocol/time.ts'
import type { KeptTap } from '../../kiosk/check-in/kiosk-event.ts'
import type { SimulatedKiosk } from '../support/simulation-kiosk.ts'
import { cardNumber } from './invent-people.ts'
import { KIOSKS, type PlannedTouch } from './plan.ts'
import type { SeenTap } from './record.ts'
import type { World } from './world.ts'

/** Real ms to wait for an acknowledgement: nobody waits longer than the greeting is on the screen. */
const ANSWER_MS = 250

/** Which card each person carries now. */
export type Purses = ReadonlyMap<number, string>

export async function standAtKiosk(world: World, purses: Purses, touch: PlannedTouch): Promise<void> {
  const kiosk = world.kiosk(touch.kiosk)
  const card = cardOf(world, purses, touch)
  const tap = touch.cardless === true ? await typeCode(world, kiosk, touch) : await touchCard(kiosk, card)
  if (tap === 'refused') return
  if (tap === undefined) {
    world.record.oddities.push(`kiosk ${touch.kiosk} did not answer a touch`)
    return
  }
  const seen = seenTap(world, touch, card, tap)
  world.record.see(seen)
  await answered(kiosk, world)
  await react(world, kiosk, touch, seen)
}

function touchCard(kiosk: SimulatedKiosk, card: string): Promise<KeptTap | undefined> {
  const shown = kiosk.screen.nextTap()
  kiosk.reader.touch(card)
  return shown
}

/** Within reach the centre knows that the PIN is wrong; out of reach the kiosk keeps what it cannot judge. */
async function typeCode(
  world: World,
  { screen }: SimulatedKiosk,
  { person = 0 }: PlannedTouch,
): Promise<KeptTap | 'refused' | undefined> {
  const before = screen.shown
  const code = world.plan.people[person]?.code ?? ''
  if ((await screen.press({ do: 'without-card', code, pin: '381604' })) !== undefined) return 'refused'
  for (let turn = 0; turn < 300 && screen.shown === before; turn++) await world.breathe(1)
  return screen.shown === before ? undefined : screen.shown
}

function cardOf({ plan }: World, purses: Purses, { person, kiosk }: PlannedTouch): string {
  if (person === undefined) return cardNumber(3, kiosk)
  return purses.get(person) ?? plan.people[person]?.card ?? ''
}

function seenTap(world: World, { kiosk, person }: PlannedTouch, card: string, tap: KeptTap): SeenTap {
  const centre = world.centre(KIOSKS[kiosk] ?? 0)
  const { id, time, claim } = tap
  const doubtful = centre.clock.wrongBy !== 0 || world.doubted.has(centre.code) || world.doubted.has(`kiosk ${kiosk}`)
  const truth = world.time.now
  return { id, kiosk, person, card, time, truth, claim, switches: [], voided: false, acknowledged: false, doubtful }
}

async function answered(kiosk: SimulatedKiosk, world: World): Promise<void> {
  const until = performance.now() + ANSWER_MS
  while (kiosk.online && kiosk.line.state === 'open' && kiosk.waiting > 0 && performance.now() < until) {
    await world.breathe(1)
  }
}

async function react(world: World, kiosk: SimulatedKiosk, touch: PlannedTouch, seen: SeenTap): Promise<void> {
  if (touch.undoAfterMs !== undefined) {
    await undo(world, kiosk, touch.undoAfterMs, seen)
    return
  }
  if (touch.fumbles === true) {
    await press(world, kiosk, seen, other(seen.claim), 2 * SECOND_MS)
    await press(world, kiosk, seen, seen.claim, 2 * SECOND_MS)
  }
  // Most people see it when the screen says the opposite of what they are doing.
  if (seen.claim !== touch.means && touch.dice < 0.8) {
    const after = touch.dice < 0.7 ? 4 * SECOND_MS : 11 * SECOND_MS
    await press(world, kiosk, seen, touch.means, after)
  }
  await say(kiosk, touch, seen)
}

async function press(
  world: World,
  kiosk: SimulatedKiosk,
  seen: SeenTap,
  claim: 'in' | 'out',
  afterMs: number,
): Promise<void> {
  world.pass(afterMs)
  const refused = await kiosk.screen.press({ do: 'switch', id: seen.id as never, claim })
  if (refused === undefined) seen.switches.push(claim)
  else if (refused !== 'too_late') world.record.oddities.push(`a switch was refused: ${refused}`)
}

async function undo(world: World, kiosk: SimulatedKiosk, afterMs: number, seen: SeenTap): Promise<void> {
  world.pass(afterMs)
  const refused = await kiosk.screen.press({ do: 'undo', id: seen.id as never })
  if (refused === undefined) seen.voided = true
  const due = afterMs <= 30 * SECOND_MS
  if ((refused === undefined) !== due) world.record.oddities.push(`an undo after ${afterMs} ms: ${refused ?? 'done'}`)
}

/** Which work it is for, and when she left yesterday, if she is asked. */
async function say(kiosk: SimulatedKiosk, touch: PlannedTouch, seen: SeenTap): Promise<void> {
  const answer = kiosk.screen.answers.get(seen.id)
  if (answer === undefined) return
  const { assignments = [], question } = answer
  const choice = assignments[Math.floor(touch.dice * 1000) % Math.max(1, assignments.length)]
  if (assignments.length > 1 && choice !== undefined && touch.dice < 0.6) {
    await kiosk.screen.press({ do: 'choose', id: seen.id as never, assignment: choice.assignment })
  }
  if (question !== undefined && touch.dice > 0.3) {
    const end = question.suggestion ?? question.start + 3_600_000
    await kiosk.screen.press({ do: 'tell-end', id: seen.id as never, end })
  }
}

function other(claim: 'in' | 'out'): 'in' | 'out' {
  return claim === 'in' ? 'out' : 'in'
}
