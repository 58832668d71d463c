/**
 * Judges a settled world: from what people saw and from what is on the disks, against expectations of its own. Returns
 * what is wrong, in words; nothing = nothing found.
 */
import type { Disk } from './disk.ts'
import { gatherEvidence } from './gather-evidence.ts'
import { type Disks, judgeCopies, judgeEvidence } from './judge-evidence.ts'
import { judgeClose, judgeClosed } from './judge-pay.ts'
import { judgeRegions } from './judge-regions.ts'
import { judgeClocks, judgeSessions } from './judge-sessions.ts'
import { judgeWork } from './judge-work.ts'
import type { World } from './world.ts'

export async function audit(world: World, leaving: readonly number[]): Promise<string[]> {
  const { record, disk } = world
  const disks = await readDisks(world, disk)
  const { closes } = record
  return [
    ...record.oddities,
    ...judgeEvidence(record, disks, leaving),
    ...judgeCopies(disks),
    ...(await judgeEverySession(world, disks)),
    ...judgeClocks(record, gatherEvidence(disks.hub)),
    ...disks.centres.flatMap((entries) => judgeWork(entries)),
    ...closes.flatMap((close, index) => judgeClose(close, closes.slice(0, index), record)),
    ...(await judgeClosed(world)),
    ...(await judgeRegions(world, disks.centres)),
    ...(await judgeJournals(world)),
  ]
}

async function readDisks({ hub, centres }: World, disk: Disk): Promise<Disks> {
  const read = centres.map(({ journalFile }) => disk.read(journalFile))
  return { hub: await disk.read(hub.journalFile), centres: await Promise.all(read) }
}

async function judgeEverySession({ hub, centres, disk }: World, disks: Disks): Promise<string[]> {
  const wrong = judgeSessions('hub', disks.hub, await disk.sessions(hub.journalFile))
  for (const [index, { code, journalFile }] of centres.entries()) {
    wrong.push(...judgeSessions(code, disks.centres[index] ?? [], await disk.sessions(journalFile)))
  }
  return wrong
}

/** Chains verify, and rebuilding gives what is there. */
async function judgeJournals({ hub: { hub }, centres }: World): Promise<string[]> {
  const wrong: string[] = []
  const look = async (where: string, verify: typeof hub.journal.verify, rebuild: typeof hub.journal.rebuild) => {
    const { ok, problems } = await verify()
    if (!ok) wrong.push(`${where}: ${JSON.stringify(problems)}`)
    const { equal, quarantined, tables } = await rebuild()
    const changed = tables.filter(({ before, after }) => before.digest !== after.digest).map(({ table }) => table)
    if (!equal) wrong.push(`${where}: a rebuild changed ${changed.join(', ')}`)
    if (quarantined > 0) wrong.push(`${where}: ${quarantined} entries were put aside`)
  }
  await look(
    'hub',
    () => hub.journal.verify(),
    () => hub.journal.rebuild(),
  )
  for (const { code, appliance } of centres) {
    await look(
      code,
      () => appliance.journalVerify(),
      () => appliance.journalRebuild(),
    )
  }
  return wrong
}
