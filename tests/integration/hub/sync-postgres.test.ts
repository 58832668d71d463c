import { afterAll, beforeAll, describe } from 'vitest'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'
import { syncSuite } from './sync-suite.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('sync with a hub on PostgreSQL', () => syncSuite(() => server.newDatabase()))
