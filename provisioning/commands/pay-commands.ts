/** Work, statements and payroll. */
import { type Command, Option } from 'commander'
import { type CommandContext, monthValue, operate, readInput, withData, withJson } from './command.ts'

interface MonthOptions {
  readonly data?: string
  readonly month: string
  readonly json?: boolean
}

export function addPayCommands(program: Command, context: CommandContext): void {
  addWork(program.command('work').description('仕事 / work'), context)
  addStatements(program.command('statements').description('支払明細 / statements'), context)
  addPayroll(program.command('payroll').description('締め / payroll'), context)
}

function addWork(work: Command, context: CommandContext): void {
  withJson(withData(work.command('import')))
    .description('取り込む / import (CSV: client,order,package,kind,rate_yen_per_hour,rate_from,worker_code)')
    .argument('<FILE>', 'CSV（UTF-8 か CP932）、- は標準入力 / CSV file, - reads standard input')
    .action(async (file: string, { data, json }: { data?: string; json?: boolean }) => {
      const body = await readInput(file)
      const input = { json: json ?? false }
      context.exit = await operate(context.voice, { data, operation: 'work.import', input, body })
    })
  withMonth(withJson(withData(work.command('approve'))))
    .description('支払える時間をまとめて承認する / approve all payable time of a month')
    .action(async ({ data, month, json }: MonthOptions) => {
      const input = { month, json: json ?? false }
      context.exit = await operate(context.voice, { data, operation: 'work.approve', input })
    })
}

function addStatements(statements: Command, context: CommandContext): void {
  withMonth(withData(statements.command('export')))
    .description('書き出す / export the statement lines of a month')
    .addOption(new Option('--format <FORMAT>').choices(['csv', 'json']).default('csv'))
    .addOption(new Option('--json', 'same as --format json').implies({ format: 'json' }))
    .action(async ({ data, month, format }: MonthOptions & { format: string }) => {
      const input = { month, format }
      context.exit = await operate(context.voice, { data, operation: 'statements.export', input })
    })
}

function addPayroll(payroll: Command, context: CommandContext): void {
  withMonth(withJson(withData(payroll.command('close'))))
    .description('月を締める / close a month; statements never change afterwards')
    .option('--override <REASON>', '届いていない記録があっても締める理由 / close although records are missing')
    .action(async ({ data, month, json, override }: MonthOptions & { override?: string }) => {
      const input = { month, json: json ?? false, ...(override === undefined ? {} : { override }) }
      context.exit = await operate(context.voice, { data, operation: 'payroll.close', input })
    })
  withMonth(withJson(withData(payroll.command('explain'))))
    .description('一円ずつの根拠 / walk from each yen back to the tap')
    .requiredOption('--worker <CODE>', 'W001, ITO-W001')
    .action(async ({ data, month, json, worker }: MonthOptions & { worker: string }) => {
      const input = { month, worker, json: json ?? false }
      context.exit = await operate(context.voice, { data, operation: 'payroll.explain', input })
    })
}

function withMonth(command: Command): Command {
  return command.requiredOption('--month <MONTH>', 'YYYY-MM', monthValue)
}
