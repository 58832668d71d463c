import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { freshFolder, type RunningKado, runKado, startKado } from '../../support/run-kado.ts'
import { until } from '../../support/until.ts'

const program = fileURLToPath(new URL('../../../provisioning/kado.ts', import.meta.url))
const CARD = '04A1B2C3D4E5F6'

interface Told {
  readonly tap: string
  readonly at: string
  readonly state: 'kept' | 'acknowledged'
  readonly result: string | null
  readonly worker_code: string | null
}

/** `kado kiosk run --reader lines --json`, with what it tells on standard output. */
class KioskProcess {
  readonly told: Told[] = []
  readonly #child: ChildProcess

  constructor(data: string, url: string, code?: string) {
    const flags = ['--appliance', url, '--reader', 'lines', '--json', '--port', '0', '--data', data]
    const once = code === undefined ? [] : ['--code', code]
    this.#child = spawn(process.execPath, [program, 'kiosk', 'run', ...flags, ...once], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const { stdout } = this.#child
    if (stdout === null) throw new Error('no output')
    createInterface({ input: stdout }).on('line', (line) => this.told.push(JSON.parse(line) as Told))
  }

  tap(card: string): void {
    this.#child.stdin?.write(`${card}\n`)
  }

  /** Ends its input and waits for the exit code. */
  async finish(): Promise<number | null> {
    this.#child.stdin?.end()
    const [code] = (await once(this.#child, 'exit')) as [number | null]
    return code
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

async function codeFrom(data: string, what: 'kiosk' | 'center'): Promise<string> {
  const { out, err } = await runKado(['provision', what, '--json', '--data', data])
  if (out === '') throw new Error(err)
  return (JSON.parse(out) as { code: string }).code
}

async function withWorker(data: string): Promise<void> {
  await runKado(
    ['workers', 'import', '-', '--data', data],
    'worker_code,name,kana,home_center\nW001,中 はな,なか はな,\n',
  )
  await runKado(['cards', 'import', '-', '--data', data], `worker_code,card\nW001,${CARD}\n`)
}

describe('kiosk, appliance and hub as programs of their own', () => {
  test('a kiosk tells each tap twice: when it is kept, and when the appliance has it; then it may end', async () => {
    const data = freshFolder()
    await using centre = await startKado(['appliance', 'run', '--port', '0', '--data', data])
    await withWorker(data)
    const kiosk = new KioskProcess(freshFolder(), centre.url, await codeFrom(data, 'kiosk'))
    kiosk.tap(CARD)
    kiosk.tap('04FFFFFF000011')
    expect(await kiosk.finish()).toBe(0)
    const [first, unknown] = kiosk.told.filter(({ state }) => state === 'acknowledged')
    expect(kiosk.told.filter(({ state }) => state === 'kept')).toHaveLength(2)
    expect(first).toMatchObject({ result: 'in', worker_code: 'W001' })
    expect(unknown).toMatchObject({ result: 'unknown_card', worker_code: null })
  })

  test('keeps a tap while the appliance is away and delivers it once, later', async () => {
    const [data, own] = [freshFolder(), freshFolder()]
    let centre: RunningKado = await startKado(['appliance', 'run', '--port', '0', '--data', data])
    const { port } = new URL(centre.url)
    await withWorker(data)
    const kiosk = new KioskProcess(own, centre.url, await codeFrom(data, 'kiosk'))
    await until('the kiosk knows the worker', async () => {
      kiosk.tap(CARD)
      await new Promise((resolve) => setTimeout(resolve, 3_200))
      return kiosk.told.some(({ state }) => state === 'acknowledged')
    })
    await centre.stop('SIGKILL')
    const before = kiosk.told.length
    kiosk.tap('04AAAAAAAAAA01')
    await until('the tap is kept', () => kiosk.told.length > before)
    const kept = kiosk.told.at(-1)
    expect(kept?.state).toBe('kept')
    centre = await startKado(['appliance', 'run', '--port', port, '--data', data])
    await until('it is delivered', () =>
      kiosk.told.some(({ tap, state }) => tap === kept?.tap && state === 'acknowledged'),
    )
    expect(await kiosk.finish()).toBe(0)
    const { out } = await runKado(['journal', 'export', '--data', data])
    expect(out.split(`"id":"${kept?.tap}"`)).toHaveLength(3)
    await centre.stop()
  }, 120_000)

  test('a centre joins a hub elsewhere with a one-time code, and finds it again without', async () => {
    const [atHub, atCentre] = [freshFolder(), freshFolder()]
    await using hub = await startKado(['hub', 'run', '--port', '0', '--data', atHub])
    const code = await codeFrom(atHub, 'center')
    const run = ['appliance', 'run', '--port', '0', '--hub', hub.url, '--center', 'ITO', '--data', atCentre]
    const first = await startKado([...run, '--code', code])
    await withWorker(atCentre)
    const csv =
      'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code\n市,台帳,入力,データ入力,950,2026-10-01,W001\n'
    await until('the hub knows the worker', async () => {
      const { out } = await runKado(['work', 'import', '-', '--json', '--data', atHub], csv)
      return (JSON.parse(out) as { bad: unknown[] }).bad.length === 0
    })
    await first.stop()
    await using _again = await startKado(run)
    const used = await runKado([
      'appliance',
      'run',
      '--port',
      '0',
      '--hub',
      hub.url,
      '--code',
      code,
      '--data',
      freshFolder(),
    ])
    expect(used.code).toBe(1)
    expect(used.err).toContain('[code_unknown]')
  }, 120_000)
})
