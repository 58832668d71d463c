/**
 * A program of its own, so that a test can start it under another time zone: folds 400 invented histories twice (with
 * and without roll-over), sorts instants into days, and prints a digest of everything.
 */
import fc from 'fast-check'
import { sha256 } from '../../central-sync/protocol/hash.ts'
import { businessDayOf, clockFace, DAY_MS, HOUR_MS, mondayOf, toJstIso } from '../../central-sync/protocol/time.ts'
import { nightSeconds } from '../../central-sync/rules/night-seconds.ts'
import { arbitraryHistory, at, DAY, fold, withoutRollOver } from './attendance-facts.ts'

const histories = fc.sample(arbitraryHistory, { seed: 20_261_120, numRuns: 400 })
const days = histories.flatMap((history) => [
  fold(history.taps, history),
  fold(history.taps, { ...history, policy: withoutRollOver, day: DAY }),
])
// A year of hours, over the days on which other countries change their clocks.
const hours = Array.from({ length: 366 * 24 }, (_, hour) => {
  const time = at('05:00') + hour * HOUR_MS
  return [
    businessDayOf(time),
    mondayOf(businessDayOf(time)),
    toJstIso(time),
    clockFace(time),
    nightSeconds(time, time + DAY_MS),
  ]
})
const digest = sha256(JSON.stringify([days, hours])).toString('hex')
process.stdout.write(
  JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, days: days.length, digest }),
)
