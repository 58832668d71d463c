import { afterAll, beforeAll, describe } from 'vitest'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'
import { payrollSuite } from './payroll-suite.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('payroll of a hub on PostgreSQL', () => payrollSuite(() => server.newDatabase()))
