/** All commands of `kado`, in the order of its help page. What each does is in `commands/`. */
import { Command, CommanderError } from 'commander'
import type { CommandContext } from './commands/command.ts'
import { addHouseCommands } from './commands/house-commands.ts'
import { addJournalCommands } from './commands/journal-commands.ts'
import { addPayCommands } from './commands/pay-commands.ts'
import { addPeopleCommands } from './commands/people-commands.ts'
import { addServerCommands } from './commands/server-commands.ts'
import { DONE, type ExitCode, runToExit, WRONG_USAGE } from './outcome.ts'
import { productVersion } from './product.ts'
import type { Voice } from './voice.ts'

/** Runs one command line without the program's name. Resolves to the exit code; servers resolve when they stop. */
export async function runCommandLine(argv: readonly string[], voice: Voice): Promise<ExitCode> {
  const context: CommandContext = { voice, exit: DONE }
  const program = makeProgram(context)
  try {
    return await runToExit(voice, async () => {
      await program.parseAsync([...argv], { from: 'user' })
      return context.exit
    })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE
    throw error
  }
}

export function makeProgram(context: CommandContext): Command {
  const program = new Command('kado')
    .description('テレワークセンターの受付・出退勤・仕事・支払い / telework centre: check-in, time, work, pay')
    .version(productVersion())
    .exitOverride()
    .showHelpAfterError('（--help で使い方 / --help shows the usage）')
  addServerCommands(program, context)
  addHouseCommands(program, context)
  addPeopleCommands(program, context)
  addPayCommands(program, context)
  addJournalCommands(program, context)
  return program
}
