import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture, Visitor as NewVisitor, type Visitor } from '../../support/appliance-fixture.ts'

interface Operation {
  readonly operationId: string
  readonly 'x-access': 'anyone' | 'staff' | 'worker' | readonly string[]
  readonly parameters: readonly { name?: string; in?: string; required?: boolean; $ref?: string }[]
  readonly requestBody?: { content: Record<string, { schema: object }> }
  readonly responses: Record<string, { content: Record<string, { schema: object }> }>
}
interface Api {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { schemas: object; parameters: object }
}

const AT = parseIsoInstant('2026-11-20T11:24:00+09:00') ?? 0
let centre: ApplianceFixture
let api: Api
const people = new Map<string, Visitor>()

beforeAll(async () => {
  centre = await ApplianceFixture.create(AT)
  const administrator = await centre.claimed()
  people.set('nobody', new NewVisitor(centre.url))
  people.set('administrator', administrator)
  for (const role of ['front_desk', 'director', 'childcare', 'it'])
    people.set(role, await centre.staff(administrator, role.replace('_', ''), [role]))
  const worker = await administrator.send('/workers', { code: 'W001', name: '中 はな', kana: '' })
  const visitor = new NewVisitor(centre.url)
  await visitor.send('/sign-in/worker', { code: 'W001', pin: worker.body.pin })
  await visitor.send('/pin/change', { current: worker.body.pin, next: '385017' })
  people.set('worker', visitor)
  api = (await (await fetch(`${centre.url}/api/v1/openapi.json`)).json()) as Api
})
afterAll(() => centre[Symbol.asyncDispose]())

function operations() {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
}

/** Every object of a document. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Record<string, unknown>
  for (const item of Object.values(value)) yield* objectsIn(item)
}

describe("the centre's API", () => {
  it('lets exactly the named people through each of its doors', async () => {
    const may = (access: Operation['x-access'], who: string) => {
      if (access === 'anyone') return true
      if (access === 'worker') return who === 'worker'
      if (who === 'nobody' || who === 'worker') return false
      return access === 'staff' || access.includes(who)
    }
    const wrong: string[] = []
    for (const { path, method, operation } of operations()) {
      if (operation.operationId.startsWith('sign-')) continue
      for (const [who, visitor] of people) {
        const { status } =
          method === 'post' ? await visitor.send(path, { isAdministrator: true }) : await visitor.ask(path)
        const refused = status === 401 || status === 403
        if (refused === may(operation['x-access'], who)) wrong.push(`${method} ${path} as ${who}: ${status}`)
        if (status >= 500) wrong.push(`${method} ${path} as ${who}: ${status}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('takes no field it does not know', async () => {
    const administrator = people.get('administrator')
    for (const { path, method, operation } of operations()) {
      if (method !== 'post' || operation.operationId === 'sign-out') continue
      const access = operation['x-access']
      if (access === 'worker') continue
      const answer = await administrator?.send(path, { isAdministrator: true, __proto__x: 1 })
      expect([400, 403], path).toContain(answer?.status)
    }
  })

  it('describes itself without a dangling reference, with one name per operation', () => {
    expect(api.openapi).toBe('3.1.0')
    expect(operations().length).toBeGreaterThan(40)
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { $ref } of objectsIn(api)) {
      if (typeof $ref !== 'string') continue
      const target = $ref
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, key) => Reflect.get(at as object, key), api)
      expect(target, $ref).toBeDefined()
    }
    for (const { path, method, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(declared, path).toEqual(inPath)
      expect(
        (operation.responses['200'] ?? operation.responses['201'])?.content['application/json']?.schema,
        path,
      ).toBeDefined()
      if (method !== 'post') continue
      expect(operation.requestBody?.content['application/json']?.schema, path).toMatchObject({ type: 'object' })
      expect(
        operation.parameters.some(({ $ref }) => $ref?.endsWith('IdempotencyKey')),
        path,
      ).toBe(true)
    }
  })

  it('says what an identifier looks like', () => {
    const text = JSON.stringify(api.paths['/workers/change'])
    expect(text).toContain('"pattern":"^w_')
  })
})
