/** What a person does about a stopped synchronisation. Named, so that a telephone call can be short. */
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'

export interface Advice {
  readonly ja: string
  readonly en: string
}

const ADVICE: Partial<Record<RefusalCode, Advice>> = {
  FORK: {
    ja: '本部とこの装置の記録が枝分かれしています。古いデータが戻された可能性があります。本部に連絡して、どちらが正しいか決めてください。受付はこのまま続けられます。',
    en: 'The journals of hub and centre differ: an old copy was probably put back. Call the hub and decide which is right. Check-in goes on meanwhile.',
  },
  CLONE: {
    ja: '同じ身分の装置がもう一台動いています。片方を止めてから「再開」を押してください。',
    en: 'Another machine runs with the same identity. Stop one of them, then press “resume”.',
  },
  SIG: {
    ja: '署名が合いません。本部の鍵か、この装置の鍵が変わっています。本部に確かめて、もう一度登録してください。',
    en: 'A signature does not fit: a key has changed. Check with the hub and enrol again.',
  },
  INC: {
    ja: '本部が知らない世代の記録です。本部に連絡してください。',
    en: 'The hub does not know this incarnation of the journal. Call the hub.',
  },
  PROTO: {
    ja: '本部とこの装置の版が合いません。古い方を更新してください。',
    en: 'Hub and centre speak different versions. Update the older one.',
  },
  RESTART: {
    ja: '本部の記録が、前に送られたものより短くなっています。本部に連絡してください。',
    en: 'The hub has less than it once sent. Call the hub.',
  },
  UNKNOWN_DEVICE: {
    ja: '本部にこのセンターが登録されていません。登録コードをもらって、もう一度つないでください。',
    en: 'The hub does not know this centre. Ask for a code and enrol again.',
  },
}

const DEFAULT: Advice = {
  ja: '本部に連絡してください。受付はこのまま続けられます。',
  en: 'Call the hub. Check-in goes on meanwhile.',
}

export function adviceFor(code: string): Advice {
  return ADVICE[code as RefusalCode] ?? DEFAULT
}
