import { describe } from 'vitest'
import { payrollSuite } from './payroll-suite.ts'

describe('payroll of a hub on SQLite', () => payrollSuite(async () => undefined))
