/** One row of the bench: our figure and a baseline, measured in the same run on the same disk. */
export interface Row {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly baselineName: string
  readonly baseline: number
  /** Always ours ÷ baseline: for rates bigger is better, for times and sizes smaller is. */
  readonly ratio: number
}

export function row(name: string, unit: string, ours: number, baselineName: string, baseline: number): Row {
  const round = (value: number) => Number(value.toPrecision(4))
  return { name, unit, ours: round(ours), baselineName, baseline: round(baseline), ratio: round(ours / baseline) }
}

/** Nearest-rank percentile. `values` need not be sorted and must not be empty. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
  if (value === undefined) throw new RangeError('percentile of nothing')
  return value
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}
