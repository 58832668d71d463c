/** The journals themselves: verify, export, rebuild. */
import { type Command, Option } from 'commander'
import { type CommandContext, operate, operateOnEach, withData, withJson } from './command.ts'

interface JournalOptions {
  readonly data?: string
  readonly json?: boolean
  readonly part?: 'centre' | 'hub'
}

export function addJournalCommands(program: Command, context: CommandContext): void {
  const journal = program.command('journal').description('記録 / journals')
  withJson(withData(journal.command('verify')))
    .description('一文字でも変わっていないか確かめる / check every entry of every journal in the folder')
    .action(async ({ data, json }: JournalOptions) => {
      const input = { json: json ?? false }
      context.exit = await operateOnEach(context.voice, { data, operation: 'journal.verify', input })
    })
  withJson(withData(journal.command('rebuild')))
    .description('集計を記録から作り直す / rebuild every projection from the journals')
    .action(async ({ data, json }: JournalOptions) => {
      const input = { json: json ?? false }
      context.exit = await operateOnEach(context.voice, { data, operation: 'journal.rebuild', input })
    })
  withData(journal.command('export'))
    .description('記録をそのまま書き出す / print the exact lines of a journal')
    .addOption(new Option('--part <PART>', 'default: the centre, else the hub').choices(['centre', 'hub']))
    .option('--json', '行はもともと JSON / the lines are JSON as they are')
    .action(async ({ data, part }: JournalOptions) => {
      context.exit = await operate(context.voice, { data, part, operation: 'journal.export', input: {} })
    })
}
