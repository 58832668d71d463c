/** Ends a test run with one plain line that a person or a machine can read: `N passed, N failed`. */
import { writeSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const line = tally(modules, unhandledErrors.length)
    // Written last of all, behind whatever other reporters and the closing of the workers still print.
    process.once('exit', () => writeSync(1, `${line}\n`))
  }
}

/** A file that cannot be loaded and an error outside every test count as one failure each. */
function tally(modules: readonly TestModule[], unhandledErrors: number): string {
  const counts = { passed: 0, failed: unhandledErrors, skipped: 0 }
  for (const module of modules) {
    let failedTests = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed += 1
      if (state === 'skipped') counts.skipped += 1
      if (state === 'failed' || state === 'pending') failedTests += 1
    }
    const broken = module.state() === 'failed' && failedTests === 0
    counts.failed += broken ? 1 : failedTests
  }
  const skipped = counts.skipped === 0 ? '' : `${counts.skipped} skipped\n`
  return `${skipped}${counts.passed} passed, ${counts.failed} failed`
}
