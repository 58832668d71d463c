/** Programs that run until they are stopped. */
import { type Command, Option } from 'commander'
import type { ReaderName } from '../run-kiosk.ts'
import { dataFolderOf, type GivenSettings, readSettings } from '../settings.ts'
import { type CommandContext, portValue, withData, withJson } from './command.ts'

interface ServerOptions extends GivenSettings {
  readonly data?: string
  readonly json?: boolean
}

export function addServerCommands(program: Command, context: CommandContext): void {
  addStart(program, context)
  addDemo(program, context)
  addAppliance(program, context)
  addHub(program, context)
  addKiosk(program, context)
}

function addStart(program: Command, context: CommandContext): void {
  withAddress(withJson(withData(program.command('start'))))
    .description('一台で動かす：センター・受付・本部 / run everything on this machine: centre, kiosk page, hub')
    .option('--center <CODE>', '新しいセンターの番号 / code of a new centre (default: local)')
    .action(async (options: ServerOptions) => {
      const { runHouse } = await import('../run-house.ts')
      await runHouse(settingsFrom(options), { json: options.json ?? false }, context.voice)
    })
}

function addDemo(program: Command, context: CommandContext): void {
  withJson(withData(program.command('demo')))
    .description('見本：三つのセンターと本部、一か月分の作りもののデータ / demo with three centres and invented data')
    .option('--port <N>', '本部のポート。センターは続く番号 / port of the hub, centres follow', portValue)
    .addOption(new Option('--seed <N>', '見本の種 / seed of the invented data').argParser(Number).default(2_026))
    .addOption(new Option('--months <N>', '何か月分 / months of data before now').argParser(Number).default(1))
    .action(async (options: { data?: string; port?: number; seed: number; months: number; json?: boolean }) => {
      const { runDemo } = await import('../demo/demo.ts')
      await runDemo(options, context.voice)
    })
}

function addAppliance(program: Command, context: CommandContext): void {
  const appliance = program.command('appliance').description('センターの装置 / the centre’s server')
  withAddress(withJson(withData(appliance.command('run'))))
    .description('動かす / run it')
    .option('--center <CODE>', '新しいセンターの番号 / code of a new centre (default: local)')
    .option('--hub <URL>', '本部 / hub to sync with')
    .option('--code <CODE>', '本部の登録コード。はじめだけ / one-time code of the hub, the first time only')
    .action(async (options: ServerOptions & { code?: string }) => {
      const { json = false, code } = options
      const { runAppliance } = await import('../run-appliance.ts')
      await runAppliance(settingsFrom(options), { json, code }, context.voice)
    })
}

function addHub(program: Command, context: CommandContext): void {
  const hub = program.command('hub').description('本部 / the hub')
  withAddress(withJson(withData(hub.command('run'))))
    .description('動かす / run it')
    .option(
      '--database <URL>',
      'PostgreSQL（postgres://…）。なければ SQLite / PostgreSQL, else SQLite in the data folder',
    )
    .action(async (options: ServerOptions) => {
      const { runHub } = await import('../run-hub.ts')
      await runHub(settingsFrom(options), { json: options.json ?? false }, context.voice)
    })
}

function addKiosk(program: Command, context: CommandContext): void {
  const kiosk = program.command('kiosk').description('受付端末 / a kiosk')
  addReaderCheck(kiosk, context)
  withData(kiosk.command('run'))
    .description('動かす / run it')
    .requiredOption('--appliance <URL>', 'センターの装置 / the centre’s server')
    .option('--code <CODE>', '登録コード。はじめだけ / one-time code, the first time only')
    .addOption(
      new Option('--reader <KIND...>', 'カードの読み取り方 / card readers')
        .choices(['hid', 'pcsc', 'wedge', 'lines', 'simulated'])
        .default(['wedge']),
    )
    .option('--port <N>', '受付画面のポート / port of the kiosk page (127.0.0.1)', portValue)
    .option('--json', '打刻ごとに一行 / one JSON line when a tap is kept and one when it is acknowledged')
    .addOption(logLevel())
    .action(async (options: KioskOptions) => {
      const { appliance, code, reader, json = false, port } = options
      const settings = readSettings(dataFolderOf(options.data), { logLevel: options.logLevel })
      const { runKiosk } = await import('../run-kiosk.ts')
      await runKiosk(settings, { applianceUrl: appliance, code, readers: reader, json, port }, context.voice)
    })
}

function addReaderCheck(kiosk: Command, context: CommandContext): void {
  withData(kiosk.command('check-reader'))
    .description('キーボード型リーダーの設定を見つける / find the settings of a reader that types like a keyboard')
    .requiredOption(
      '--card <HEX...>',
      '正しいリーダーで読んだ番号。新しいリーダーで同じカードを同じ順にかざす / numbers as a reader that is right shows them; touch the same cards on the new one',
    )
    .action(async ({ card }: { card: string[] }) => {
      const { checkReader } = await import('../check-reader.ts')
      context.exit = await checkReader(card, context.voice)
    })
}

interface KioskOptions extends ServerOptions {
  readonly appliance: string
  readonly code?: string
  readonly reader: readonly ReaderName[]
}

function withAddress(command: Command): Command {
  return command
    .option('--port <N>', 'ポート。0 は空いている番号 / port, 0 = any free one', portValue)
    .option('--host <ADDRESS>', '待ち受けるアドレス / address to listen on (default 127.0.0.1)')
    .option('--tls-cert <FILE>', 'TLS の証明書（PEM） / certificate')
    .option('--tls-key <FILE>', 'TLS の鍵（PEM） / key')
    .option('--plain-lan', 'LAN に暗号化なしで出す / serve a LAN address without TLS, knowingly')
    .addOption(logLevel())
}

function logLevel(): Option {
  return new Option('--log-level <LEVEL>').choices(['debug', 'info', 'warn', 'error', 'silent'])
}

function settingsFrom(options: ServerOptions & { code?: string }) {
  const { data, json: _json, code: _code, ...given } = options
  return readSettings(dataFolderOf(data), given)
}
