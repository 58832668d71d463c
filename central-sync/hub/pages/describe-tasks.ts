/** What needs a hand at the hub, most urgent first, each with where it is done. Pure. */
import type { Month } from '../../protocol/time.ts'
import type { Words } from '../../web/port.ts'
import { writeHoursMinutes, writeMonth } from '../../web/write-time.ts'
import type { CentreStatus } from '../site/centre-list.ts'
import type { Progress } from '../work/progress.ts'

export interface Task {
  /** Red: act now. Else amber: today. */
  readonly urgent: boolean
  readonly title: Words
  readonly detail: Words
  readonly href: string
}

export interface TaskFacts {
  readonly centres: readonly CentreStatus[]
  readonly month: Month
  /** Of that month, which is over. */
  readonly progress: readonly Progress[]
  readonly closable: 'closed' | 'empty' | 'ready' | 'behind' | 'unpriced'
  readonly behind: number
}

export function describeTasks(facts: TaskFacts): Task[] {
  const tasks = [
    ...facts.centres.flatMap(centreTasks),
    ...closeTasks(facts),
    ...(facts.closable === 'closed' ? [] : approvalTasks(facts)),
  ]
  return tasks.sort((a, b) => Number(b.urgent) - Number(a.urgent))
}

function centreTasks(centre: CentreStatus): Task[] {
  const { name, code, error, silent, lastAt, quarantined, typesAhead } = centre
  const href = `/centres#${code}`
  const tasks: Task[] = []
  if (error !== undefined) {
    const detail = errorWords[error.code] ?? { ja: `同期のエラー ${error.code}`, en: `Sync error ${error.code}` }
    tasks.push({
      urgent: STOPPING.has(error.code),
      title: { ja: `${name}の同期が止まっています`, en: `Sync with ${name} has stopped` },
      detail,
      href,
    })
  } else if (silent) {
    const never = { ja: 'まだ一度もつながっていません', en: 'It has never been in contact' }
    const since = { ja: 'センターの装置と回線を確かめてください', en: 'Check its appliance and its line' }
    const title = { ja: `${name}から1日以上連絡がありません`, en: `No contact with ${name} for more than a day` }
    tasks.push({ urgent: false, title, detail: lastAt === undefined ? never : since, href })
  }
  if (quarantined > 0 || typesAhead.length > 0) {
    const title = {
      ja: `${name}の記録に、まだ読めないものがあります`,
      en: `Some entries of ${name} cannot be read yet`,
    }
    const detail = {
      ja: `${quarantined}件。本部を新しい版にすると読めるようになります`,
      en: `${quarantined}. A newer version of the hub will read them`,
    }
    tasks.push({ urgent: false, title, detail, href })
  }
  return tasks
}

const STOPPING: ReadonlySet<string> = new Set(['FORK', 'CLONE', 'SIG', 'INC'])

/** What each named error of sync means to a person. */
export const errorWords: Readonly<Record<string, Words>> = {
  FORK: {
    ja: '記録が枝分かれしています。古いデータに戻した装置か、もう一台の装置かもしれません。センターに電話し、正しい方を残して、センターの設定画面で「再開」を押してもらってください',
    en: 'The journal has forked: an old copy was put back, or a second machine wrote. Call the centre, keep the right one, and let them press “resume” on its settings page',
  },
  CLONE: {
    ja: '同じ身分の装置が二つ動いています。センターに電話し、片方を止めてもらってください',
    en: 'Two machines run with one identity. Call the centre and have one of them stopped',
  },
  INC: {
    ja: '知らない世代の記録です。古い装置が動いているかもしれません。センターに電話し、動いている装置を確かめてください',
    en: 'Unknown incarnation: perhaps an old machine is running. Call the centre and ask which machine runs',
  },
  SIG: { ja: '署名が正しくありません', en: 'The signature is wrong' },
  GAP: { ja: '記録が抜けています。続きから送り直されます', en: 'Entries are missing; they are being sent again' },
  SIZE: { ja: '一度に送る量が大きすぎます', en: 'A batch was too large' },
  PROTO: {
    ja: '通信の版が合いません。装置を更新してください',
    en: 'The protocol version does not match: update the appliance',
  },
  malformed: { ja: '読み取れない内容が届きました', en: 'What arrived could not be read' },
}

function closeTasks({ month, closable, behind }: TaskFacts): Task[] {
  const href = `/payroll/${month}`
  const [ja, en] = [writeMonth(month, 'ja'), writeMonth(month, 'en')]
  if (closable === 'ready') {
    const title = { ja: `${ja}分を締められます`, en: `${en} can be closed` }
    return [
      {
        urgent: false,
        title,
        detail: { ja: 'すべてのセンターから届いています', en: 'Every centre has reported' },
        href,
      },
    ]
  }
  if (closable === 'behind') {
    const title = { ja: `${ja}分はまだ締められません`, en: `${en} cannot be closed yet` }
    const detail = { ja: `届いていないところ ${behind}件`, en: `${behind} centres or devices have not reported` }
    return [{ urgent: false, title, detail, href }]
  }
  if (closable === 'unpriced') {
    const title = { ja: `${ja}分に単価のない時間があります`, en: `${en} has time without a rate` }
    return [
      {
        urgent: true,
        title,
        detail: { ja: '仕事の単価を決めてください', en: 'Set a rate for the package' },
        href: '/work',
      },
    ]
  }
  return []
}

function approvalTasks({ month, progress }: TaskFacts): Task[] {
  const href = `/payroll/${month}`
  const sites = [...new Set(progress.map(({ site }) => site))]
  return sites.flatMap((site): Task[] => {
    const mine = progress.filter((row) => row.site === site)
    const sum = (key: 'stale' | 'waiting' | 'undecided') => mine.reduce((total, row) => total + row[key], 0)
    const name = mine[0]?.siteName ?? ''
    const tasks: Task[] = []
    if (sum('stale') > 0) {
      const title = {
        ja: `${name}：承認のあとで記録が変わった時間があります`,
        en: `${name}: records changed after their approval`,
      }
      tasks.push({ urgent: false, title, detail: timeLeft(sum('stale')), href })
    }
    if (sum('waiting') > 0 || sum('undecided') > 0) {
      const title = {
        ja: `${name}：${writeMonth(month, 'ja')}の承認が終わっていません`,
        en: `${name}: approvals of ${writeMonth(month, 'en')} are not finished`,
      }
      const left = whatIsLeft(sum('waiting'), sum('undecided'))
      tasks.push({ urgent: false, title, detail: left, href })
    }
    return tasks
  })
}

function whatIsLeft(waiting: number, undecided: number): Words {
  const [ja, en]: [string[], string[]] = [[], []]
  if (waiting > 0) {
    ja.push(`承認待ち ${writeHoursMinutes(waiting)}`)
    en.push(`${writeHoursMinutes(waiting)} waiting for approval`)
  }
  if (undecided > 0) {
    ja.push(`確認の必要な時間 ${undecided}件`)
    en.push(`${undecided} sessions to be decided`)
  }
  return { ja: ja.join('、'), en: en.join(', ') }
}

function timeLeft(seconds: number): Words {
  const time = writeHoursMinutes(seconds)
  return { ja: `${time}。センターでもう一度承認してもらってください`, en: `${time}. The centre has to approve again` }
}
