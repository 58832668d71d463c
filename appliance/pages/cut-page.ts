/** Cuts a long list into pages whose addresses can be kept and shared. Pure. */
import { z } from 'zod'

/** A page number in an address; anything else is the first page. */
export const pageNumber = z.coerce.number().int().min(1).max(10_000).catch(1)

export interface PageCut<T> {
  readonly rows: readonly T[]
  readonly total: number
  readonly size: number
  readonly from: number
  readonly to: number
  readonly previous: string
  readonly next: string
}

export function cutPage<T>(
  all: readonly T[],
  asked: number,
  size: number,
  path: string,
  address: URLSearchParams = new URLSearchParams(),
): PageCut<T> {
  const last = Math.max(1, Math.ceil(all.length / size))
  const page = Math.min(asked, last)
  const start = (page - 1) * size
  const rows = all.slice(start, start + size)
  const link = (to: number) => {
    const query = new URLSearchParams(address)
    query.set('page', String(to))
    return `${path}?${query.toString()}`
  }
  return {
    rows,
    total: all.length,
    size,
    from: rows.length === 0 ? 0 : start + 1,
    to: start + rows.length,
    previous: page > 1 ? link(page - 1) : '',
    next: page < last ? link(page + 1) : '',
  }
}
