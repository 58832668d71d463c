import { describe, expect, it } from 'vitest'
import { addDays, businessDayOf, firstDayOf, monthOf, systemClock } from '../../central-sync/protocol/time.ts'
import { freshFolder, runKado, startKado } from '../support/run-kado.ts'

interface DemoSummary {
  readonly hub: string
  readonly seconds: number
  readonly towns: readonly { readonly code: string; readonly url: string; readonly kiosk: string }[]
  readonly logins: readonly { readonly where: string; readonly login: string; readonly secret: string }[]
}

describe('the demo', () => {
  it('furnishes three towns and the hub, closes last month, and lets people tap by themselves', async () => {
    const data = freshFolder()
    await using demo = await startKado(['demo', '--port', '0', '--data', data])
    const summary = demo.announced as unknown as DemoSummary
    expect(summary.towns.map(({ code }) => code)).toEqual(['SHI', 'ITO', 'NAK'])
    expect(summary.logins).toHaveLength(9)
    for (const url of [summary.hub, ...summary.towns.flatMap(({ url, kiosk }) => [url, kiosk])]) {
      expect((await fetch(url)).status).toBe(200)
    }
    const shiojiri = `${data}/shiojiri`
    const before = await entries(shiojiri)
    const month = monthOf(addDays(firstDayOf(monthOf(businessDayOf(systemClock.now()))), -1))
    const { out } = await runKado(['statements', 'export', '--month', month, '--data', shiojiri, '--json'])
    const codes = new Set(
      (JSON.parse(out) as { worker_code: string }[]).map(({ worker_code }) => worker_code.slice(0, 3)),
    )
    expect([...codes].sort()).toEqual(['ITO', 'NAK', 'SHI'])
    for (let turn = 0; turn < 60 && (await entries(shiojiri)) === before; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    expect(await entries(shiojiri)).toBeGreaterThan(before)
  })
})

async function entries(data: string): Promise<number> {
  const { out } = await runKado(['journal', 'verify', '--json', '--data', data])
  const [centre] = out.trim().split('\n')
  return (JSON.parse(centre ?? '') as { entries: number }).entries
}
