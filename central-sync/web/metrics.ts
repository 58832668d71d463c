/** Counters and gauges in the Prometheus text format (exposition format 0.0.4). No label may carry a person. */

export type Labels = Readonly<Record<string, string>>

interface Series {
  readonly help: string
  readonly kind: 'counter' | 'gauge'
  readonly values: Map<string, number>
  readonly probe?: (() => number | Promise<number>) | undefined
}

/** At most this many label combinations per metric: a runaway label must not eat the memory. */
const COMBINATIONS_MAX = 500

export interface Counter {
  add(labels?: Labels, by?: number): void
}

export class Metrics {
  readonly #series = new Map<string, Series>()

  /** Only ever rises. `name` ends in `_total`. */
  counter(name: string, help: string): Counter {
    const series: Series = this.#series.get(name) ?? { help, kind: 'counter', values: new Map() }
    this.#series.set(name, series)
    return {
      add(labels = {}, by = 1) {
        const key = labelText(labels)
        if (!series.values.has(key) && series.values.size >= COMBINATIONS_MAX) return
        series.values.set(key, (series.values.get(key) ?? 0) + by)
      },
    }
  }

  /** A value asked for at each scrape. */
  gauge(name: string, help: string, probe: () => number | Promise<number>): void {
    this.#series.set(name, { help, kind: 'gauge', values: new Map(), probe })
  }

  /** The whole page. A probe that fails leaves its line out and never fails the page. */
  async render(): Promise<string> {
    const blocks: string[] = []
    for (const [name, series] of this.#series) {
      const values = series.probe === undefined ? [...series.values] : await probed(series.probe)
      if (values.length === 0) continue
      const lines = values.map(([labels, value]) => `${name}${labels} ${value}`)
      blocks.push(`# HELP ${name} ${series.help}`, `# TYPE ${name} ${series.kind}`, ...lines)
    }
    return `${blocks.join('\n')}\n`
  }
}

async function probed(probe: () => number | Promise<number>): Promise<[string, number][]> {
  try {
    return [['', await probe()]]
  } catch {
    return []
  }
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return ''
  const quote = (value: string) => value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
  return `{${entries.map(([name, value]) => `${name}="${quote(value)}"`).join(',')}}`
}
