import { afterAll, beforeAll, describe } from 'vitest'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'
import { occupancySuite } from './occupancy-suite.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('the use of places, at a hub on PostgreSQL', () => occupancySuite(() => server.newDatabase()))
