/** Centres: how far each has come, what stands in the way, and joining a new one. */
import { z } from 'zod'
import type { Page } from '../../web/port.ts'
import { ADMINISTRATION, type HubRooms } from '../http/hub-rooms.ts'
import { listCentres } from '../site/centre-list.ts'
import { errorWords } from './describe-tasks.ts'
import { holds, hubPage } from './hub-page.ts'
import { lampOf } from './today-page.ts'

const issuedCode = z.object({ code: z.string(), expires: z.number() })

export function centrePages({ journal, admission }: HubRooms): Page[] {
  return [
    hubPage({
      path: '/centres',
      access: 'staff',
      title: { ja: 'センター', en: 'Centres' },
      template: 'centres',
      load: async (_input, context) => {
        const centres = await listCentres(journal.read, context.now)
        const { answered } = context
        const issued = answered?.command === 'sites.new-code' ? issuedCode.safeParse(answered.output) : undefined
        const mayAct = holds(context, ADMINISTRATION)
        return {
          centres: centres.map((centre) => ({
            ...centre,
            lamp: lampOf(centre),
            isHere: centre.lastAt !== undefined,
            error: centre.error === undefined ? undefined : { ...centre.error, words: errorWords[centre.error.code] },
            ahead: centre.typesAhead.join(', '),
            restored: centre.incarnations > 1,
          })),
          mayAct,
          issued: issued?.success === true ? issued.data : undefined,
          hubUrl: `${context.origin ?? ''}${context.base}`,
          codes: mayAct ? await admission.openCodes() : [],
        }
      },
    }),
  ]
}
