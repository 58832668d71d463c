/** Invented clients and the kinds of work a telework centre does, with plausible rates. */
import type { BusinessDay } from '../../central-sync/protocol/time.ts'
import type { Chance } from './seeded-random.ts'

interface InventedPackage {
  readonly client: string
  readonly order: string
  readonly title: string
  readonly kind: string
  readonly yenPerHour: string
}

export const inventedPackages: readonly InventedPackage[] = [
  pack('みどりヶ丘市役所', '台帳電子化 令和8年度', '固定資産台帳の入力', 'データ入力', '980'),
  pack('みどりヶ丘市役所', 'アンケート集計', '子育てアンケートの入力', 'データ入力', '980'),
  pack('あおぞら自動運転研究所', '道路画像 第3期', '信号と標識の囲み付け', '画像アノテーション', '1050'),
  pack('あおぞら自動運転研究所', '道路画像 第3期', '囲み付けの検査', '画像アノテーション', '1180'),
  pack('北アルプス出版', '取材音声', '会議音声の文字起こし', '文字起こし', '1100'),
  pack('みどりヶ丘市役所', 'ふるさと納税', '寄附受付と書類の確認', 'ふるさと納税事務', '1020'),
  pack('みどりヶ丘市役所', 'ふるさと納税', '返礼品の問い合わせ返信', 'ふるさと納税事務', '1061.5'),
  pack('やまなみ観光協会', 'サイト運営', '観光サイトの更新', 'Web更新', '1200'),
  pack('国土立体地図', '市街地モデル', '建物の高さと屋根の入力', '3D地図', '1150'),
  pack('なぎさ印刷', '商品カタログ', '商品画像の切り抜き', '画像加工', '1000'),
]

function pack(client: string, order: string, title: string, kind: string, yenPerHour: string): InventedPackage {
  return { client, order, title, kind, yenPerHour }
}

/** CSV of `kado work import`: everybody gets one package, every twelfth a second one. */
export function workCsv(workerCodes: readonly string[], from: BusinessDay, chance: Chance): string {
  const lines = workerCodes.flatMap((code) => {
    const first = chance.pick(inventedPackages)
    const second = chance.pick(inventedPackages)
    const chosen = second !== first && chance.happens(0.08) ? [first, second] : [first]
    return chosen.map(({ client, order, title, kind, yenPerHour }) =>
      [client, order, title, kind, yenPerHour, from, code].join(','),
    )
  })
  return ['client,order,package,kind,rate_yen_per_hour,rate_from,worker_code', ...lines, ''].join('\n')
}
