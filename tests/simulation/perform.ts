/** Performs the deeds of a plan in a world, one after the other. */
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { FaultyLink } from '../support/faulty-link.ts'
import type { SimulatedCentre } from '../support/simulation-centre.ts'
import type { SimulatedHub } from '../support/simulation-hub.ts'
import type { SimulatedKiosk } from '../support/simulation-kiosk.ts'
import { direct } from './direct.ts'
import type { Deed, Machine, Step } from './plan.ts'
import { settle } from './settle.ts'
import { standAtKiosk } from './stand-at-kiosk.ts'
import type { World } from './world.ts'

/** Called when everything has settled, with the kiosks that are still out of reach. */
export type Look = (leaving: readonly number[]) => Promise<void>

/** Centres look after their chores every few steps, as their timers would every ten minutes. */
const CHORES_EVERY = 25

export async function performPlan(world: World, look: Look): Promise<void> {
  const purses = new Map<number, string>()
  await settle(world, [])
  await world.assignEverybody()
  await settle(world, [])
  for (const [index, step] of world.plan.steps.entries()) {
    world.time.advanceTo(step.at)
    if (index % CHORES_EVERY === 0) for (const { appliance } of world.centres) await appliance.advanceWatermarks()
    await perform(world, purses, step, look)
  }
}

async function perform(world: World, purses: Map<number, string>, step: Step, look: Look): Promise<void> {
  switch (step.do) {
    case 'touch':
      return standAtKiosk(world, purses, step)
    case 'settle':
      await settle(world, step.leaving, step.complete)
      return look(step.leaving)
    case 'director':
      return direct(world, step.centre, step.dice)
    case 'approve':
      await world.centre(step.centre).appliance.workApprove(step.month)
      return
    case 'wait':
      return world.breathe(step.ms)
    case 'set-rate':
      return world.setRates([step.rate])
    case 'lose-card':
      return loseCard(world, step.person)
    case 'new-card':
      return newCard(world, purses, step.person)
    case 'close':
      return close(world, step)
    default:
      return breakSomething(world, step)
  }
}

type Trouble = Extract<Deed, { do: 'line' | 'slow' | 'repeat' | 'restart' | 'crash' | 'clock' }>

async function breakSomething(world: World, step: Trouble): Promise<void> {
  switch (step.do) {
    case 'line':
      lineOf(world, step.of)?.become(step.state)
      return
    case 'slow': {
      const line = lineOf(world, step.of)
      if (line !== undefined) line.delayMs = step.delayMs
      return
    }
    case 'repeat': {
      const line = lineOf(world, step.of)
      if (line !== undefined) line.repeats = step.times
      return
    }
    case 'clock':
      return setClock(world, step)
    case 'restart':
    case 'crash':
      return reboot(world, step.machine, step.do)
  }
}

export function lineOf(world: World, of: Machine): FaultyLink | undefined {
  if (of.kind === 'kiosk') return world.kiosk(of.kiosk).line
  return of.kind === 'centre' ? world.centre(of.centre).toHub : undefined
}

async function setClock(world: World, { machine, wrongBy, reboot: lost }: Trouble & { do: 'clock' }): Promise<void> {
  if (machine.kind === 'hub') return
  const { clock } = machineOf(world, machine)
  if (machine.kind === 'centre') world.doubted.add(world.centre(machine.centre).code)
  clock.set(wrongBy)
  if (lost) await restart(machineOf(world, machine), 'crash')
  world.pass(MINUTE_MS)
  if (machine.kind === 'centre') await world.centre(machine.centre).appliance.advanceWatermarks()
}

async function reboot(world: World, machine: Machine, how: 'restart' | 'crash'): Promise<void> {
  const found = machineOf(world, machine)
  // A kiosk that starts without a network believes its wall clock: nobody can know better.
  if (machine.kind === 'kiosk' && found.clock.wrongBy !== 0) world.doubted.add(`kiosk ${machine.kiosk}`)
  await restart(found, how)
}

type Restarting = SimulatedKiosk | SimulatedCentre | SimulatedHub

async function restart(machine: Restarting, how: 'restart' | 'crash'): Promise<void> {
  if (how === 'crash') return machine.crash()
  await machine.stop()
  await machine.start()
}

function machineOf(world: World, machine: Machine): Restarting {
  switch (machine.kind) {
    case 'kiosk':
      return world.kiosk(machine.kiosk)
    case 'centre':
      return world.centre(machine.centre)
    case 'hub':
      return world.hub
  }
}

async function loseCard(world: World, person: number): Promise<void> {
  const planned = world.plan.people[person]
  if (planned === undefined) return
  const centre = world.centre(planned.home)
  const card = await world.disk.cardOf(centre.journalFile, planned.code)
  if (card === undefined) throw new Error(`${planned.code} has no card`)
  const refused = await centre.appliance.doors.cards.revoke(card as never, 'lost', centre.asks)
  if (refused !== undefined) world.record.oddities.push(`a card could not be revoked: ${refused.refused}`)
}

async function newCard(world: World, purses: Map<number, string>, person: number): Promise<void> {
  const planned = world.plan.people[person]
  if (planned === undefined) return
  const row = `worker_code,card\n${planned.code},${planned.spare}\n`
  const report = await world.centre(planned.home).appliance.cardsImport(Buffer.from(row))
  if (isRefusal(report) || report.added !== 1)
    world.record.oddities.push(`a card could not be enrolled: ${planned.code}`)
  purses.set(person, planned.spare)
}

/** A close that is refused because somebody is behind is a good answer; with an override it must succeed. */
async function close(world: World, { month, override }: Deed & { do: 'close' }): Promise<void> {
  if (world.record.closes.some((one) => one.month === month)) return
  const hub = world.hub.hub
  const done = await hub.payrollClose(month, override ? '台帳で確かめた' : undefined)
  if (isRefusal(done)) {
    const expected = done.refused === 'watermark_behind' && !override
    if (!expected) world.record.oddities.push(`${month} could not be closed: ${done.refused} ${done.detail ?? ''}`)
    return
  }
  const lines = await hub.statementsExport(month)
  if (isRefusal(lines)) throw new Error(lines.refused)
  const entries = await world.disk.read(world.hub.journalFile)
  const rates = [...world.record.rates]
  world.record.closes.push({ month, forced: override, at: world.time.now, lines, rates, entries })
}
