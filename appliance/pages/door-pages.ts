/** First run, signing in, changing one's own secret. */
import { z } from 'zod'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { Page, RequestContext } from '../../central-sync/web/port.ts'
import { me } from '../http/shape-queries.ts'
import type { Ask } from './ask.ts'
import { centrePage } from './staff-page.ts'

const next = z.string().max(500).optional()

export function doorPages(ask: Ask): Page[] {
  const claimed = async (context: RequestContext) => {
    const answer = await ask(me, {}, context)
    return isRefusal(answer) || answer.claimed
  }
  return [
    centrePage({
      path: '/setup',
      access: 'anyone',
      title: { ja: 'はじめの設定', en: 'First set-up' },
      template: 'setup',
      shell: 'bare',
      load: async (_input, context) => ((await claimed(context)) ? { redirect: '/sign-in' } : {}),
    }),
    centrePage({
      path: '/sign-in',
      access: 'anyone',
      title: { ja: '職員のサインイン', en: 'Staff sign-in' },
      template: 'sign-in',
      shell: 'bare',
      input: { next },
      load: async (input, context) => {
        if (!(await claimed(context))) return { redirect: '/setup' }
        return { next: input.next ?? `${context.base}/` }
      },
    }),
    centrePage({
      path: '/my/sign-in',
      access: 'anyone',
      title: { ja: 'じぶんの記録', easy: 'じぶんの きろく', en: 'My record' },
      template: 'my-sign-in',
      shell: 'bare',
      input: { next },
      load: async (input, context) => ({ next: input.next ?? `${context.base}/my` }),
    }),
    centrePage({
      path: '/password',
      access: 'staff',
      title: { ja: 'パスワードを変える', en: 'Change your password' },
      template: 'password',
      shell: 'bare',
      load: async () => ({}),
    }),
    centrePage({
      path: '/my/pin',
      access: 'worker',
      title: { ja: '暗証番号を変える', easy: '暗証番号を 変える', en: 'Change your PIN' },
      template: 'my-pin',
      shell: 'worker',
      beforePinChange: true,
      input: { next },
      load: async (input, context) => ({ next: input.next ?? `${context.base}/my` }),
    }),
  ]
}
