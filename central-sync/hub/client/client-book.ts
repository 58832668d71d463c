/** Clients: who orders work. */
import type { Rows, Tx } from '../../journal/port.ts'
import { clientRegistered } from '../../protocol/event/work.ts'
import { type ClientId, newIdentifier } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'

export interface Client {
  readonly client: ClientId
  readonly name: string
  readonly orders: number
}

/** Names are compared as they are read: width and blanks at the ends make no difference. */
export function sameText(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ')
}

export async function listClients(rows: Rows): Promise<Client[]> {
  return rows.all<Client>(
    `SELECT c.client AS client, c.name AS name, count(o.work_order) AS orders
     FROM client c LEFT JOIN work_order o ON o.client = c.client GROUP BY c.client, c.name ORDER BY c.name`,
  )
}

export async function registerClient(tx: Tx, name: string, by: string): Promise<{ client: ClientId } | Refusal> {
  const known = await tx.all<{ name: string }>('SELECT name FROM client')
  if (known.some((one) => sameText(one.name) === sameText(name))) return refuse('name_taken', name)
  return { client: appendClient(tx, name, by) }
}

export function appendClient(tx: Tx, name: string, by: string): ClientId {
  const client = newIdentifier('client')
  tx.append({ event: clientRegistered, data: { client, name: name.trim() }, by })
  return client
}
