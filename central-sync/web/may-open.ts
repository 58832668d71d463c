/**
 * Who may open the page behind an address, read off the pages themselves. Menus, tabs, links, tasks and live pushes ask
 * here, so that none of them keeps a second list of roles and shows a door that turns its reader away. Pure.
 */
import { decideAccess } from './decide-access.ts'
import type { Actor, WebRooms } from './port.ts'

/** `address` is below the mount; its query and fragment do not count. Throws when it leads to no page: a mistake of ours. */
export type MayOpen = (actor: Actor, address: string) => boolean

export function mayOpenIn({ pages, downloads = [] }: Pick<WebRooms, 'pages' | 'downloads'>): MayOpen {
  const doors = [...pages, ...downloads].map(({ path, access }) => ({ parts: path.split('/'), access }))
  return (actor, address) => {
    const asked = (address.split(/[?#]/, 1)[0] ?? '').split('/')
    // As the routes do: the first one in the list that fits.
    const door = doors.find(({ parts }) => fits(parts, asked))
    if (door === undefined) throw new Error(`no page at ${address}`)
    return decideAccess(door.access, actor) === undefined
  }
}

function fits(parts: readonly string[], asked: readonly string[]): boolean {
  return parts.length === asked.length && parts.every((part, at) => part.startsWith(':') || part === asked[at])
}
