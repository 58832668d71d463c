/** Pages, menu, words and lights of the hub. */
import type { WebRooms } from '../../web/port.ts'
import type { HubRooms } from '../http/hub-rooms.ts'

export function hubPages(_rooms: HubRooms): Pick<WebRooms, 'pages' | 'menu' | 'health' | 'words' | 'entrances'> {
  return {
    pages: [],
    menu: [],
    words: {},
    health: () => Promise.resolve({ lights: [], counts: {} }),
  }
}
