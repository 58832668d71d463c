/** Words about a worker's own pay, in three languages. Every kanji of the easy texts carries its reading. */
import type { Words } from '../../../central-sync/web/port.ts'

export const payWords = {
  'my.pay': { ja: 'お支払い', easy: 'お{金|かね}', en: 'Your pay' },
  'my.pay.of': { ja: '{month}分のお支払い', easy: '{month}の お{金|かね}', en: 'Pay for {month}' },
  'my.pay.all': { ja: 'すべての月', easy: 'ぜんぶの {月|つき}', en: 'All months' },
  'my.pay.none': {
    ja: 'お支払いの明細はまだありません。',
    easy: 'お{金|かね}の おしらせは まだ ありません。',
    en: 'No payment statement yet.',
  },
  'my.pay.how': {
    ja: '月が締まると、本部から明細がここに届きます。',
    easy: '{月|つき}が おわると、{本部|ほんぶ}から ここに {来|き}ます。',
    en: 'Statements arrive here from the hub when a month has been closed.',
  },
  'my.pay.time': { ja: '時間', easy: '{時間|じかん}', en: 'Time' },
  'my.pay.issued': { ja: '発行', easy: 'つくった {日|ひ}', en: 'Issued' },
  'my.pay.lines': { ja: 'この金額のわけ', easy: 'この お{金|かね}の わけ', en: 'Why this amount' },
  'my.pay.formula': {
    ja: '{minutes}分 × {rate}円 ÷ 60（1円未満は切り上げ）',
    easy: '{minutes}{分|ふん} × {rate}{円|えん} ÷ 60',
    en: '{minutes} min × ¥{rate} ÷ 60, rounded up to a yen',
  },
  'my.pay.adjusts': { ja: '{month}分の調整', easy: '{month}を なおしました', en: 'Adjusts {month}' },
  'my.pay.place': { ja: '場所', easy: '{場所|ばしょ}', en: 'Place' },
  'my.pay.times': { ja: 'もとになった時間', easy: 'もとの {時間|じかん}', en: 'The times it is made of' },
  'my.pay.approved': { ja: '{day} に承認', easy: '{day} に OK', en: 'approved {day}' },
  'my.pay.missing': {
    ja: 'ここで見られない時間が {count}件 あります。職員に聞いてください。',
    easy: 'ここに ない {時間|じかん}が {count}こ あります。スタッフに {聞|き}いてください。',
    en: '{count} times cannot be shown here. Please ask the staff.',
  },
  'my.pay.number': { ja: '明細の番号', easy: '{番号|ばんごう}', en: 'Statement' },
  'my.pay.fingerprint': {
    ja: '明細の指紋（本部の紙とくらべられます）',
    easy: 'しるし（{本部|ほんぶ}の {紙|かみ}と {同|おな}じです）',
    en: 'Fingerprint, to compare with the hub’s print',
  },
  'my.pay.wrong': {
    ja: 'おかしいと思ったら、もとの時間の日を開いて申請するか、職員に聞いてください。差額は次の月に調整されます。',
    easy: 'おかしいと {思|おも}ったら、スタッフに {聞|き}いてください。',
    en: 'If something looks wrong, open the day and ask for a correction, or ask the staff. The next month is adjusted.',
  },
} as const satisfies Readonly<Record<string, Words>>
