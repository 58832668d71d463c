#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'
/** The command `kado`: reads the command line, runs one command, leaves with its exit code. */
import { processVoice } from './outcome.ts'

async function main(): Promise<void> {
  process.exitCode = await runCommandLine(process.argv.slice(2), processVoice())
}

void main()
