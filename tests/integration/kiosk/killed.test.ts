import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { enrolledAppliance, people } from '../../support/kiosk-bench.ts'
import { until } from '../../support/until.ts'

const program = fileURLToPath(new URL('../../support/kiosk-program.ts', import.meta.url))
const folders: string[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

interface Line {
  readonly started?: boolean
  readonly tap?: string
  readonly state?: string
  readonly result?: string
}

async function run(dir: string, url: string) {
  const child = spawn(process.execPath, [program, join(dir, 'kiosk'), url], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines: Line[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line))
  await until('the kiosk runs', () => lines.some(({ started }) => started === true))
  return { child, lines, touch: (hex: string) => child.stdin.write(`${hex}\n`) }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

describe('a kiosk that is killed', () => {
  it('between the beep and the acknowledgement delivers the tap exactly once after its next start', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'kado-killed-'))
    folders.push(dir)
    const { appliance } = await enrolledAppliance(dir)
    const { port, url } = appliance
    await appliance.close()

    const first = await run(dir, url)
    first.touch(people.hana.hex)
    await until('the tap is kept', () => first.lines.some(({ state }) => state === 'kept'))
    await kill(first.child)
    const kept = first.lines.find(({ state }) => state === 'kept')

    await appliance.listen(port)
    const second = await run(dir, url)
    await until('acknowledged', () => second.lines.some(({ state }) => state === 'acknowledged'))
    expect(second.lines.filter(({ state }) => state === 'acknowledged').map(({ tap }) => tap)).toEqual([kept?.tap])
    expect(appliance.taps.map(({ tap }) => tap.id)).toEqual([kept?.tap])
    await kill(second.child)
    await appliance.close()
  })

  it('after the appliance had committed but before it heard so sends the same id again and is answered', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'kado-killed-'))
    folders.push(dir)
    const { appliance } = await enrolledAppliance(dir)
    appliance.mischief.instead.push('{"t":"refused","code":"busy"}')
    const first = await run(dir, appliance.url)
    first.touch(people.hana.hex)
    await until('the appliance has it', () => appliance.taps.length === 1)
    await kill(first.child)
    const second = await run(dir, appliance.url)
    await until('acknowledged', () => second.lines.some(({ state }) => state === 'acknowledged'))
    expect(appliance.taps).toHaveLength(1)
    expect(appliance.taps.map(({ tap }) => tap.id)).toEqual([first.lines.find(({ state }) => state === 'kept')?.tap])
    await kill(second.child)
    await appliance.close()
  })
})
