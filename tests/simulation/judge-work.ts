/** Accepted time is for the work its worker named: for this very time, else the last she named, else her only work. */
import type { DiskEntry } from './disk.ts'
import { gatherEvidence, of } from './gather-evidence.ts'

interface Choice {
  readonly pos: number
  readonly worker: string
  readonly tap: string
  readonly assignment: string
}

interface Assignment {
  readonly assignment: string
  readonly worker: string
  readonly package: string
  readonly from: string
}

/** `entries` of one centre: its own decisions, with what it had heard by then. */
export function judgeWork(entries: readonly DiskEntry[]): string[] {
  const { taps } = gatherEvidence(entries)
  const choices = of(entries, 'work.chosen').map(({ data, pos }) => ({ ...data, pos }) as unknown as Choice)
  const assignments = of(entries, 'assignment.made').map(
    ({ data, pos }) => ({ ...data, pos }) as unknown as Assignment & { pos: number },
  )
  const timeOf = (tap: string) => taps.get(tap)?.time ?? 0
  return of(entries, 'work.approved')
    .filter(({ kind }) => kind === 'own')
    .flatMap(({ pos, id, data }) => {
      const worker = String(data.worker)
      const valid = assignments.filter((one) => one.worker === worker && one.pos < pos && one.from <= String(data.day))
      const known = newestPerTap(choices.filter((one) => one.worker === worker && one.pos < pos)).filter((one) =>
        valid.some(({ assignment }) => assignment === one.assignment),
      )
      // Both edges of a session may have been named; a granted one is known by its decision.
      const edges = known.filter(({ tap }) => [data.startedAt, data.endedAt].includes(timeOf(tap)))
      const before = known.filter(({ tap }) => timeOf(tap) < Number(data.startedAt))
      const last = [...before].sort((a, b) => timeOf(a.tap) - timeOf(b.tap)).at(-1)
      const only = valid.length === 1 ? valid[0]?.assignment : undefined
      const right = edges.length > 0 ? edges.map(({ assignment }) => assignment) : [last?.assignment ?? only]
      return right.includes(String(data.assignment)) ? [] : [`approval ${id} is for ${data.assignment}, not ${right}`]
    })
}

function newestPerTap(choices: readonly Choice[]): Choice[] {
  return [...new Map(choices.map((choice) => [choice.tap, choice])).values()]
}
