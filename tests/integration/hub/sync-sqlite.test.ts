import { describe } from 'vitest'
import { syncSuite } from './sync-suite.ts'

describe('sync with a hub on SQLite', () => syncSuite(async () => undefined))
