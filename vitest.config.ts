import { defineConfig } from 'vitest/config'

const lane = (name: string, options: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
})

/**
 * One project per lane; `npm test` runs all of them but faults, which has its own command. Lanes that start whole
 * programs come after the quick ones, so that they do not compete with them for the processor.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tests/support/tally-reporter.ts'],
    projects: [
      lane('tidy', { testTimeout: 60_000 }),
      lane('unit', { testTimeout: 60_000 }),
      lane('contract', { testTimeout: 60_000 }),
      lane('integration', { testTimeout: 180_000, hookTimeout: 120_000, sequence: { groupOrder: 1 } }),
      lane('simulation', { testTimeout: 300_000, sequence: { groupOrder: 2 } }),
      lane('journey', {
        testTimeout: 180_000,
        hookTimeout: 180_000,
        fileParallelism: false,
        sequence: { groupOrder: 3 },
      }),
      lane('faults', {
        testTimeout: 900_000,
        hookTimeout: 120_000,
        fileParallelism: false,
        sequence: { groupOrder: 4 },
      }),
    ],
  },
})
