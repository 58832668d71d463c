import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { addDays, businessDayOf, firstDayOf, monthOf, systemClock } from '../../central-sync/protocol/time.ts'
import { demoNow } from '../../provisioning/demo/demo-clock.ts'
import { Visitor } from '../../provisioning/demo/visitor.ts'
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
    await expectLived(summary)
    const shiojiri = `${data}/shiojiri`
    const before = await entries(shiojiri)
    const month = monthOf(addDays(firstDayOf(monthOf(businessDayOf(demoNow(systemClock.now())))), -1))
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

const board = z.object({ rooms: z.array(z.object({ present: z.number() })).length(1) })
const tasks = z.object({ tasks: z.array(z.object({ kind: z.string() })) })
const centres = z.object({ items: z.array(z.object({ site: z.string() })).length(3) })
const use = z.object({
  seats: z.array(z.object({ kind: z.string(), usedMin: z.number(), noShows: z.number() })),
  care: z.array(z.object({ children: z.number() })),
  declined: z.array(z.object({ requests: z.number() })),
})

/** A few things to do, not a flood; seats and childcare rooms with a past that the hub has counted. */
async function expectLived({ towns, hub, logins }: DemoSummary): Promise<void> {
  const months = [0, 1].map((back) =>
    monthOf(addDays(firstDayOf(monthOf(businessDayOf(demoNow(systemClock.now())))), -back)),
  )
  for (const { code, url } of towns) {
    const login = logins[towns.findIndex((town) => town.code === code) * (logins.length / towns.length)]
    const visitor = new Visitor(url)
    await visitor.post('/sign-in/staff', { login: login?.login, password: login?.secret })
    const open = tasks.parse(await visitor.get('/today')).tasks.length
    expect(open).toBeLessThanOrEqual(8)
    if (code === 'SHI') expect(open).toBeGreaterThan(0)
    board.parse(await visitor.get('/childcare/board'))
  }
  const visitor = new Visitor(hub)
  await visitor.post('/sign-in/staff', { login: logins[0]?.login, password: logins[0]?.secret })
  for (const { site } of centres.parse(await visitor.get('/centres')).items) {
    const found = []
    for (const month of months) found.push(use.parse(await visitor.get(`/occupancy?site=${site}&month=${month}`)))
    expect(found.flatMap(({ seats }) => seats).some(({ usedMin }) => usedMin > 0)).toBe(true)
    expect(found.flatMap(({ seats }) => seats).some(({ noShows }) => noShows > 0)).toBe(true)
    expect(found.flatMap(({ care }) => care).filter(({ children }) => children > 0).length).toBeGreaterThan(5)
    expect(found.flatMap(({ declined }) => declined).length).toBeGreaterThan(0)
  }
}

async function entries(data: string): Promise<number> {
  const { out } = await runKado(['journal', 'verify', '--json', '--data', data])
  const [centre] = out.trim().split('\n')
  return (JSON.parse(centre ?? '') as { entries: number }).entries
}
