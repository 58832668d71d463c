import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { audit } from './auditor.ts'
import { performPlan } from './perform.ts'
import { chosenSeeds } from './seeds.ts'
import { inventPlan } from './workload.ts'
import { World } from './world.ts'

const seeds = chosenSeeds(process.env, () => randomInt(2 ** 31))

test.each(seeds)('weeks at three centres come out right to the yen, whatever breaks (SEED=%i)', async (seed) => {
  console.log(`SEED=${seed}`)
  await using world = await World.create(inventPlan(seed))
  let looks = 0
  await performPlan(world, async (leaving) => {
    looks += 1
    expect(await audit(world, leaving), `SEED=${seed}`).toEqual([])
  })
  expect(looks).toBe(9)
  expect(world.record.closes).toHaveLength(3)
})
