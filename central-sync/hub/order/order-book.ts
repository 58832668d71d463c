/** Orders of clients, and the packages they are cut into. */
import type { Rows, Tx } from '../../journal/port.ts'
import { orderReceived, packageMade } from '../../protocol/event/work.ts'
import { type ClientId, newIdentifier, type OrderId, type PackageId } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { sameText } from '../client/client-book.ts'

export interface OrderDraft {
  readonly client: ClientId
  readonly title: string
}

export interface PackageDraft {
  readonly order: OrderId
  readonly title: string
  readonly kind: string
  readonly confidential: boolean
}

export async function receiveOrder(tx: Tx, draft: OrderDraft, by: string): Promise<{ order: OrderId } | Refusal> {
  const client = await tx.one('SELECT 1 AS known FROM client WHERE client = ?', [draft.client])
  if (client === undefined) return refuse('client_unknown')
  const titles = await tx.all<{ title: string }>('SELECT title FROM work_order WHERE client = ?', [draft.client])
  if (titles.some(({ title }) => sameText(title) === sameText(draft.title))) return refuse('name_taken', draft.title)
  return { order: appendOrder(tx, draft, by) }
}

export function appendOrder(tx: Tx, { client, title }: OrderDraft, by: string): OrderId {
  const order = newIdentifier('order')
  tx.append({ event: orderReceived, data: { order, client, title: title.trim() }, by })
  return order
}

export async function makePackage(tx: Tx, draft: PackageDraft, by: string): Promise<{ package: PackageId } | Refusal> {
  const order = await tx.one('SELECT 1 AS known FROM work_order WHERE work_order = ?', [draft.order])
  if (order === undefined) return refuse('order_unknown')
  const titles = await tx.all<{ title: string }>('SELECT title FROM package WHERE work_order = ?', [draft.order])
  if (titles.some(({ title }) => sameText(title) === sameText(draft.title))) return refuse('name_taken', draft.title)
  return { package: appendPackage(tx, draft, by) }
}

export function appendPackage(tx: Tx, { order, title, kind, confidential }: PackageDraft, by: string): PackageId {
  const id = newIdentifier('package')
  const data = { package: id, order, title: title.trim(), kind: kind.trim(), confidential }
  tx.append({ event: packageMade, data, by })
  return id
}

export interface Order {
  readonly order: OrderId
  readonly client: ClientId
  readonly clientName: string
  readonly title: string
}

export function listOrders(rows: Rows): Promise<Order[]> {
  return rows.all<Order>(
    `SELECT o.work_order AS "order", o.client AS client, c.name AS "clientName", o.title AS title
     FROM work_order o JOIN client c ON c.client = o.client ORDER BY c.name, o.title`,
  )
}
