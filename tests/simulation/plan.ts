/**
 * What happens in one simulated world, decided before it begins: people, their days, the office's orders and everything
 * that breaks. Plain data. Whoever performs it reacts to what the screens show; `dice` (0 ≤ x < 1) settle those choices.
 */
import type { BusinessDay, Instant, Month } from '../../central-sync/protocol/time.ts'

export interface PlannedPerson {
  /** Index into `CENTRES`. */
  readonly home: number
  /** `W001`; unique per centre. */
  readonly code: string
  readonly name: string
  /** First card; a lost one is replaced by `spare`. */
  readonly card: string
  readonly spare: string
  /** Indices into `PACKAGES` she is assigned to. */
  readonly packages: readonly number[]
}

export interface PlannedRate {
  readonly package: number
  /** Yen per hour, an exact decimal. */
  readonly yen: string
  readonly from: BusinessDay
}

/** One touch of a card, and what the person meant by it. */
export interface PlannedTouch {
  readonly do: 'touch'
  readonly kiosk: number
  /** Index into `people`; undefined = a card nobody knows. */
  readonly person: number | undefined
  readonly means: 'in' | 'out'
  readonly dice: number
  /** Presses "undo" after so many ms. */
  readonly undoAfterMs?: number | undefined
  /** Presses "switch" by mistake, and again. */
  readonly fumbles?: boolean | undefined
  /** Forgot her card: types her code, and a PIN that only a reachable centre can judge. */
  readonly cardless?: boolean | undefined
}

export type Machine =
  | { readonly kind: 'kiosk'; readonly kiosk: number }
  | { readonly kind: 'centre'; readonly centre: number }
  | { readonly kind: 'hub' }

export type Deed =
  | PlannedTouch
  /** The line of a kiosk to its centre, or of a centre to the hub. */
  | { readonly do: 'line'; readonly of: Machine; readonly state: 'open' | 'cut' | 'deaf' }
  | { readonly do: 'slow'; readonly of: Machine; readonly delayMs: number }
  | { readonly do: 'repeat'; readonly of: Machine; readonly times: number }
  | { readonly do: 'restart' | 'crash'; readonly machine: Machine }
  /** The wall clock of a machine is wrong by so much from now on. */
  | { readonly do: 'clock'; readonly machine: Machine; readonly wrongBy: number; readonly reboot: boolean }
  /** Real ms, for what happens by a real timer. */
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'lose-card'; readonly person: number }
  | { readonly do: 'new-card'; readonly person: number }
  | { readonly do: 'set-rate'; readonly rate: PlannedRate }
  | { readonly do: 'director'; readonly centre: number; readonly dice: number }
  | { readonly do: 'approve'; readonly centre: number; readonly month: Month }
  /** Everything heals and settles, then the auditor looks. `leaving` = kiosks that stay out of reach. */
  | { readonly do: 'settle'; readonly leaving: readonly number[]; readonly complete?: boolean }
  | { readonly do: 'close'; readonly month: Month; readonly override: boolean }

export type Step = Deed & { readonly at: Instant }

export interface Plan {
  readonly seed: number
  readonly begins: Instant
  readonly people: readonly PlannedPerson[]
  readonly rates: readonly PlannedRate[]
  /** By time. */
  readonly steps: readonly Step[]
}

export const CENTRES = [
  { code: 'SHI', name: '塩尻' },
  { code: 'ITO', name: '糸魚川' },
  { code: 'NAK', name: '中津川' },
] as const

/** Which centre each kiosk stands at. */
export const KIOSKS = [0, 0, 1, 2] as const

export const PACKAGES = ['住所の入力', '画像の印つけ', '電話の書き起こし'] as const
