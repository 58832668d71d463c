/** Which worlds are run. A seed that once showed a fault stays here for ever, with what it showed. */

/** Every commit. */
const EVERY_COMMIT: readonly number[] = [1]

/** Seeds that found something. */
const ONCE_FAILED: readonly { readonly seed: number; readonly showed: string }[] = [
  { seed: 8, showed: 'a kiosk forgot to tell an acknowledgement that its slow disk had held up' },
]

/** `SEED` replays one world; `SIMULATION_SEEDS` runs so many new ones; otherwise those of every commit. */
export function chosenSeeds(environment: NodeJS.ProcessEnv, fresh: () => number): readonly number[] {
  const { SEED, SIMULATION_SEEDS } = environment
  if (SEED !== undefined) return SEED.split(',').map(Number)
  if (SIMULATION_SEEDS !== undefined) return Array.from({ length: Number(SIMULATION_SEEDS) }, fresh)
  return [...new Set([...EVERY_COMMIT, ...ONCE_FAILED.map(({ seed }) => seed)])]
}
