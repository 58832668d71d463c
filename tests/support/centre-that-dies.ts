/**
 * A centre in a process of its own, to be killed: prints its address, a kiosk code and, while nobody has claimed it, the claim
 * code. `before-answers`: it dies when the first answer of a command is about to be kept, which is after its commit.
 */
import { Appliance } from '../../appliance/appliance.ts'
import { KeptAnswers } from '../../central-sync/journal/secrets/kept-answers.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { listen } from '../../central-sync/web/listener.ts'

const [dir = '', workers = '', cards = '', mode = ''] = process.argv.slice(2)
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function main(): Promise<void> {
  const appliance = await Appliance.create({ dir, clock: systemClock, log: quiet })
  const claim = await appliance.claimCode()
  await appliance.start()
  if (mode === 'before-answers') KeptAnswers.prototype.keep = async () => void process.kill(process.pid, 'SIGKILL')
  const { url } = await listen({ '/': appliance.web }, { port: 0 })
  await appliance.workersImport(Buffer.from(workers))
  await appliance.cardsImport(Buffer.from(cards))
  const { code } = await appliance.newKioskCode('受付')
  const { ok } = await appliance.journalVerify()
  console.log(JSON.stringify({ url, code, ok, claim, site: appliance.site }))
}

void main()
