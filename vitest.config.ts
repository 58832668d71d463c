import { defineConfig } from 'vitest/config'

const lane = (name: string, options: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
})

/** One project per lane; `npm test` runs all of them but faults and bench, which have their own commands. */
export default defineConfig({
  test: {
    projects: [
      lane('tidy'),
      lane('unit'),
      lane('contract'),
      lane('integration', { testTimeout: 60_000, hookTimeout: 120_000 }),
      lane('journey', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false }),
      lane('simulation', { testTimeout: 300_000 }),
      lane('faults', { testTimeout: 900_000, hookTimeout: 120_000, fileParallelism: false }),
    ],
  },
})
