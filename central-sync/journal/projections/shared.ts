/** The projections that a centre and the hub have in common, in the order in which they are fed. */
import type { Follower, Migration } from '../port.ts'
import { doneRequestMigration } from '../write-once.ts'
import { attendanceFollower, attendanceMigrations } from './attendance.ts'
import { directoryFollower, directoryMigrations } from './directory.ts'
import { workFollower, workMigrations } from './work.ts'

export const sharedFollowers: readonly Follower[] = [directoryFollower, attendanceFollower(), workFollower]

/** Numbers 100 to 290. */
export const sharedMigrations: readonly Migration[] = [
  ...directoryMigrations,
  ...attendanceMigrations,
  ...workMigrations,
  doneRequestMigration,
]
