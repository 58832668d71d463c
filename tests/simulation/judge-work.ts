/** Accepted time is for the work its worker named: for this very time, else the last she named, else her only work. */
import type { DiskEntry } from './disk.ts'
import { type Evidence, gatherEvidence, of } from './gather-evidence.ts'

interface Choice {
  readonly pos: number
  readonly worker: string
  readonly tap: string
  readonly assignment: string
}

interface Assignment {
  readonly pos: number
  readonly assignment: string
  readonly worker: string
  readonly from: string
}

/** `entries` of one centre: its own decisions, each with what it had heard by then. */
export function judgeWork(entries: readonly DiskEntry[]): string[] {
  const evidence = gatherEvidence(entries)
  const choices = of(entries, 'work.chosen').map(({ data, pos }) => ({ ...data, pos }) as unknown as Choice)
  const made = of(entries, 'assignment.made').map(({ data, pos }) => ({ ...data, pos }) as unknown as Assignment)
  const approvals = of(entries, 'work.approved').filter(({ kind }) => kind === 'own')
  return approvals.flatMap((approval) => {
    const { pos, id, data } = approval
    const mine = (one: { worker: string; pos: number }) => one.worker === data.worker && one.pos < pos
    const valid = made.filter((one) => mine(one) && one.from <= String(data.day))
    const known = newestPerTap(choices.filter(mine)).filter((one) =>
      valid.some((two) => two.assignment === one.assignment),
    )
    const right = rightFor(approval, known, valid, { entries, evidence })
    return right.includes(data.assignment) ? [] : [`approval ${id} is for ${data.assignment}, not ${right}`]
  })
}

function rightFor(
  { data, pos }: DiskEntry,
  known: readonly Choice[],
  valid: readonly Assignment[],
  { entries, evidence }: { entries: readonly DiskEntry[]; evidence: Evidence },
): readonly unknown[] {
  const edges = edgesOf(String(data.session), Number(data.endedAt), entries, evidence)
  const timeOf = (tap: string) => evidence.taps.get(tap)?.time ?? 0
  const named = known.filter(({ tap, pos: said }) => edges.includes(tap) && said < pos)
  // Of two edges that were named differently either may have been the newer word.
  if (named.length > 0) return named.map(({ assignment }) => assignment)
  const before = known.filter(({ tap }) => timeOf(tap) < Number(data.startedAt))
  const last = [...before].sort((a, b) => timeOf(a.tap) - timeOf(b.tap)).at(-1)
  return [last?.assignment ?? (valid.length === 1 ? valid[0]?.assignment : undefined)]
}

/** Taps that an accepted session rests on: its own two, or those its correction replaced. */
function edgesOf(session: string, endedAt: number, entries: readonly DiskEntry[], { taps }: Evidence): string[] {
  const decision = entries.find(({ id }) => id === session.split('#')[0])
  if (decision?.type === 'correction.decided') return decision.data.taps as string[]
  const worker = taps.get(session)?.worker
  const ends = [...taps.values()].filter((tap) => tap.worker === worker && tap.time === endedAt)
  return [session, ...ends.map(({ id }) => id)]
}

function newestPerTap(choices: readonly Choice[]): Choice[] {
  return [...new Map(choices.map((choice) => [choice.tap, choice])).values()]
}
