/** One-time codes that give a centre or a kiosk its identity. */
import type { Command } from 'commander'
import { type CommandContext, operate, withData, withJson } from './command.ts'

export function addHouseCommands(program: Command, context: CommandContext): void {
  const provision = program.command('provision').description('登録コードを出す / print a one-time enrolment code')
  withJson(withData(provision.command('center')))
    .alias('centre')
    .description('本部にセンターをつなぐコード / code with which a centre joins this hub')
    .option('--label <TEXT>', '名前（例: 糸魚川） / what it is for, shown on hub pages')
    .action(async ({ data, label, json }: { data?: string; label?: string; json?: boolean }) => {
      const input = { json: json ?? false, ...(label === undefined ? {} : { label }) }
      context.exit = await operate(context.voice, { data, operation: 'provision.center', input })
    })
  withJson(withData(provision.command('kiosk')))
    .description('受付端末をつなぐコード / code with which a kiosk joins this centre')
    .option('--label <TEXT>', '名前（例: 入口の端末） / name of the kiosk', 'kiosk')
    .option('--place <TEXT>', '置き場所。打刻に付く / where it stands, written on its taps', '')
    .action(async ({ data, label, place, json }: { data?: string; label: string; place: string; json?: boolean }) => {
      const input = { label, place, json: json ?? false }
      context.exit = await operate(context.voice, { data, operation: 'provision.kiosk', input })
    })
}
