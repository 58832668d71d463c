/** A centre in a process of its own, to be killed: prints its address and, while nobody has enrolled, a kiosk code. */
import { Appliance } from '../../appliance/appliance.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { listen } from '../../central-sync/web/listener.ts'

const [dir = '', workers = '', cards = ''] = process.argv.slice(2)
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function main(): Promise<void> {
  const appliance = await Appliance.create({ dir, clock: systemClock, log: quiet })
  await appliance.start()
  const { url } = await listen({ '/': appliance.web }, { port: 0 })
  await appliance.workersImport(Buffer.from(workers))
  await appliance.cardsImport(Buffer.from(cards))
  const { code } = await appliance.newKioskCode('受付')
  const { ok } = await appliance.journalVerify()
  console.log(JSON.stringify({ url, code, ok }))
}

void main()
