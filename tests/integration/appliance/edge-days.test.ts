import { expect, test } from 'vitest'
import { centrePages } from '../../../appliance/pages/centre-pages.ts'
import { BookingFixture } from '../../support/booking-fixture.ts'

const EDGES: Readonly<Record<string, readonly string[]>> = {
  day: ['1000-01-01', '8999-12-31', '9999-12-31', '0000-01-01', '2026-02-30'],
  from: ['1000-01-01', '8999-12-31', '9999-12-31'],
  to: ['1000-01-01', '8999-12-31', '0000-01-01'],
  month: ['1000-01', '8999-12', '9999-12', '0000-01', '2026-13'],
}

interface Described {
  readonly get?: { readonly parameters?: readonly { readonly name: string }[] }
}

test('no read and no page breaks at the first or the last day there is', async () => {
  await using house = await BookingFixture.create()
  await house.resource('A-1')
  const { phone } = await house.worker()
  const paths: Readonly<Record<string, Described>> = (await house.desk.ask('/openapi.json')).body.paths
  const reads = Object.entries(paths).flatMap(([path, { get }]) => {
    const names = get?.parameters?.map(({ name }) => name) ?? []
    return Object.entries(EDGES).flatMap(([name, values]) =>
      names.includes(name) && !path.includes('{') ? values.map((value) => `/api/v1${path}?${name}=${value}`) : [],
    )
  })
  const pages = centrePages([])
    .pages.map(({ path }) => path)
    .filter((path) => !path.includes(':'))
  const shown = pages.flatMap((path) => [
    path,
    ...Object.entries(EDGES).flatMap(([name, values]) => values.map((value) => `${path}?${name}=${value}`)),
  ])
  const broken: string[] = []
  for (const path of [...reads, ...shown]) {
    for (const { cookie } of [phone, house.desk]) {
      const { status } = await fetch(`${house.centre.url}${path}`, { headers: { cookie }, redirect: 'manual' })
      if (status >= 500) broken.push(`${status} ${path}`)
    }
  }
  expect(reads.length).toBeGreaterThan(40)
  expect(shown.length).toBeGreaterThan(500)
  expect(broken).toEqual([])
}, 180_000)
