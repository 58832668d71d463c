import { describe } from 'vitest'
import { occupancySuite } from './occupancy-suite.ts'

describe('the use of places, at a hub on SQLite', () => occupancySuite(async () => undefined))
