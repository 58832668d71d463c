/**
 * Which key presses on the page are a card reader's. A reader types faster than any hand and ends with Enter or Tab; some
 * send no end, then 100 ms of silence is the end. Pure, and shared by the page and its tests; imports only key-codes.
 *
 *   idle screen (nothing editable has focus): every key belongs to a burst; a lone key typed by hand is discarded
 *   a field has focus: only six or more keys with gaps under 50 ms that end with Enter are a reader; the page then
 *   takes them out of the field again
 */
import { meaningOf, type Stroke } from './key-codes.ts'

export const SILENCE_MS = 100
export const READER_GAP_MS = 50
export const READER_KEYS_MIN = 6
/** Below this many keys, ended by silence, a finger is likelier than a reader. Reported, never dropped in silence. */
export const HAND_KEYS_MAX = 3
export const BURST_KEYS_MAX = 64

export interface Burst {
  readonly strokes: readonly Stroke[]
  readonly ended: 'terminator' | 'silence'
  /** At least one key came through a switched-on IME: health shows "IMEがオンです". */
  readonly ime: boolean
}

export interface BurstState {
  readonly strokes: readonly Stroke[]
  readonly ime: boolean
}

export const noBurst: BurstState = Object.freeze({ strokes: [], ime: false })

/** The part of a KeyboardEvent that counts. */
export interface PressedKey {
  readonly code: string
  readonly shiftKey: boolean
  readonly repeat: boolean
  readonly key?: string | undefined
  readonly isComposing?: boolean | undefined
}

export type BurstResult =
  | { readonly burst: Burst }
  | { readonly discarded: 'empty' | 'typed-by-hand' | 'key-repeat' | 'too-long'; readonly keys: number }

export interface BurstStep {
  readonly state: BurstState
  readonly results: readonly BurstResult[]
}

/** Takes one key at `at` (monotonic ms). `editing`: something editable has focus. */
export function pressKey(state: BurstState, key: PressedKey, at: number, editing: boolean): BurstStep {
  // Silence may have passed without a timer firing (a busy or hidden page).
  const { state: before, results } = passTime(state, at, editing)
  if (key.repeat) return { state: before, results: [...results, { discarded: 'key-repeat', keys: 1 }] }
  const meaning = meaningOf({ code: key.code, shift: key.shiftKey })
  if ('modifier' in meaning) return { state: before, results }
  const ime = before.ime || key.key === 'Process' || key.isComposing === true
  if ('terminator' in meaning) {
    return { state: noBurst, results: [...results, finish({ ...before, ime }, 'terminator', editing)] }
  }
  if (before.strokes.length >= BURST_KEYS_MAX) {
    return { state: noBurst, results: [...results, { discarded: 'too-long', keys: before.strokes.length + 1 }] }
  }
  const strokes = [...before.strokes, { code: key.code, shift: key.shiftKey, at }]
  return { state: { strokes, ime }, results }
}

/** Ends a burst after 100 ms without a key. Call it from a timer; calling it too often does no harm. */
export function passTime(state: BurstState, at: number, editing: boolean): BurstStep {
  const last = state.strokes.at(-1)
  if (last === undefined || at - last.at < SILENCE_MS) return { state, results: [] }
  return { state: noBurst, results: [finish(state, 'silence', editing)] }
}

function finish({ strokes, ime }: BurstState, ended: Burst['ended'], editing: boolean): BurstResult {
  const keys = strokes.length
  if (keys === 0) return { discarded: 'empty', keys }
  if (editing && !(ended === 'terminator' && isReaderSpeed(strokes))) return { discarded: 'typed-by-hand', keys }
  if (ended === 'silence' && keys <= HAND_KEYS_MAX) return { discarded: 'typed-by-hand', keys }
  return { burst: { strokes, ended, ime } }
}

function isReaderSpeed(strokes: readonly Stroke[]): boolean {
  if (strokes.length < READER_KEYS_MIN) return false
  return strokes.every((stroke, index) => index === 0 || stroke.at - (strokes[index - 1]?.at ?? 0) < READER_GAP_MS)
}
