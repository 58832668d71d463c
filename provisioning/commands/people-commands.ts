/** Workers, cards, punches and sessions: what the centre keeps. */
import { type Command, Option } from 'commander'
import { type CommandContext, dayValue, operate, readInput, withData, withJson } from './command.ts'

interface ImportOptions {
  readonly data?: string
  readonly center?: string
  readonly json?: boolean
}

interface SessionsOptions {
  readonly data?: string
  readonly from: string
  readonly to: string
  readonly format: string
  readonly encoding: string
}

export function addPeopleCommands(program: Command, context: CommandContext): void {
  const workers = program.command('workers').description('ワーカー / workers')
  addImport(workers, context, 'workers.import', 'CSV: worker_code,name,kana,home_center')
  const cards = program.command('cards').description('カード / cards')
  addImport(cards, context, 'cards.import', 'CSV: worker_code,card')
  const punches = program.command('punches').description('打刻 / punches')
  addImport(punches, context, 'punches.import', 'CSV: worker_code,at,direction,place,device')
  addSessionsExport(program, context)
}

function addImport(parent: Command, context: CommandContext, operation: string, columns: string): void {
  const command = parent.command('import').description(`取り込む / import (${columns})`)
  withJson(withData(command))
    .argument('<FILE>', 'CSV（UTF-8 か CP932）、- は標準入力 / CSV file, - reads standard input')
    .option('--center <CODE>', '空のフォルダをこのセンターにする / code of the centre an empty folder becomes')
    .action(async (file: string, { data, center, json }: ImportOptions) => {
      const body = await readInput(file)
      context.exit = await operate(context.voice, { data, center, operation, input: { json: json ?? false }, body })
    })
}

function addSessionsExport(program: Command, context: CommandContext): void {
  const command = program.command('sessions').description('勤務時間 / sessions').command('export')
  withData(command)
    .description('書き出す / export the sessions of these business days')
    .requiredOption('--from <DAY>', 'YYYY-MM-DD', dayValue)
    .requiredOption('--to <DAY>', 'YYYY-MM-DD', dayValue)
    .addOption(new Option('--format <FORMAT>').choices(['csv', 'json']).default('csv'))
    .addOption(new Option('--encoding <ENCODING>').choices(['utf8', 'cp932']).default('utf8'))
    .addOption(new Option('--json', 'same as --format json').implies({ format: 'json' }))
    .action(async ({ data, from, to, format, encoding }: SessionsOptions) => {
      const input = { from, to, format, encoding }
      context.exit = await operate(context.voice, { data, operation: 'sessions.export', input })
    })
}
