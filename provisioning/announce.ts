/** What a server says on standard output once it serves: addresses, and the claim code while nobody has claimed it. */
import type { Voice } from './voice.ts'

export interface Announcement {
  /** Address of the program at the root. */
  readonly url: string
  readonly centre?: string
  readonly kiosk?: string
  readonly hub?: string
  readonly claimCode?: string | undefined
}

export async function announce(announcement: Announcement, json: boolean, voice: Voice): Promise<void> {
  if (json) return voice.write(`${JSON.stringify(announcement)}\n`)
  const { centre, kiosk, hub, claimCode } = announcement
  const lines = [
    'KADO が動いています / KADO is running',
    ...(centre === undefined ? [] : [`  センター / centre  ${centre}`]),
    ...(kiosk === undefined ? [] : [`  受付 / kiosk       ${kiosk}`]),
    ...(hub === undefined ? [] : [`  本部 / hub         ${hub}`]),
    ...(claimCode === undefined ? [] : claimLines(claimCode)),
    '止めるには Ctrl+C / Ctrl+C stops it',
  ]
  await voice.write(`${lines.join('\n')}\n`)
}

function claimLines(code: string): string[] {
  return [
    '',
    `  設定コード / claim code  ${code}`,
    '  はじめの画面で一度だけ入れます / to be entered once, on the first page',
    '',
  ]
}
