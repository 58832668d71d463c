#!/usr/bin/env node
/** The command `kado`: reads the command line, runs one command, leaves with its exit code. */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

async function main(): Promise<void> {
  // Compiled code is kept between starts; what is imported from here on profits.
  enableCompileCache(fileURLToPath(new URL('../.built/code', import.meta.url)))
  const { runCommandLine } = await import('./command-line.ts')
  const { processVoice } = await import('./voice.ts')
  process.exitCode = await runCommandLine(process.argv.slice(2), processVoice())
}

void main()
