/** Names stand in no journal, and a centre can open what belongs to its own people and to those who came to it. */
import type { DiskEntry } from './disk.ts'
import { of } from './gather-evidence.ts'
import type { World } from './world.ts'

const KEYS = `SELECT DISTINCT subject FROM data_key WHERE subject LIKE 'w\\_%' ESCAPE '\\'`

export async function judgeRegions(world: World, centres: readonly (readonly DiskEntry[])[]): Promise<string[]> {
  const wrong: string[] = []
  for (const [index, entries] of centres.entries()) {
    const { code, folder, site } = world.centre(index)
    const home = new Map(of(entries, 'worker.registered').map(({ data }) => [String(data.worker), data.home]))
    const came = new Set(of(entries, 'tap.recorded').flatMap(({ kind, data }) => (kind === 'own' ? [data.worker] : [])))
    const mayKnow = (worker: string) => home.get(worker) === site || came.has(worker)
    for (const { line, kind, sub, sealedUnder, type } of entries) {
      const name = world.plan.people.find((person) => line.includes(person.name))
      if (name !== undefined) wrong.push(`${code} has a name in clear in ${type}`)
      if (kind === 'down' && sealedUnder !== undefined && !mayKnow(sub ?? ''))
        wrong.push(`${code} got ${type} of ${sub}`)
    }
    const keys = await world.disk.rows<{ subject: string }>(`${folder}/secrets.db`, KEYS)
    for (const { subject } of keys) if (!mayKnow(subject)) wrong.push(`${code} holds the key of ${subject}`)
  }
  return wrong
}
