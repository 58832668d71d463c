/** 職員カード: who may hand children over at the kiosk, with which card. */
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import type { Page } from '../../../central-sync/web/port.ts'
import { LEADERS } from '../../http/shape-care-rows.ts'
import { staffCards } from '../../http/shape-children.ts'
import { devices } from '../../http/shape-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'

export function staffCardsPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/cards',
    access: LEADERS,
    title: { ja: '託児室：職員カード', en: 'Childcare: staff cards' },
    template: 'childcare/staff-cards',
    load: async (_input, context) => {
      const found = await ask(staffCards, {}, context)
      if (isRefusal(found)) return found
      const machines = await orElse(ask(devices, {}, context), { devices: [] })
      return {
        members: found.staff.map((one) => ({
          ...one,
          active: one.cards.filter(({ revokedAt }) => revokedAt === null),
          again: one.cards.some(({ behind }) => behind),
        })),
        kiosks: machines.devices
          .filter(({ kind, retiredAt, connected }) => kind === 'kiosk' && retiredAt === null && connected)
          .map(({ device, label }) => ({ value: device, label })),
      }
    },
  })
}
