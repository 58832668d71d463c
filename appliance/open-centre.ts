/** Opens what a centre stands on: secrets, journal, and the memories that follow it. */
import { join } from 'node:path'
import { type OpenedJournal, openJournal } from '../central-sync/journal/journal.ts'
import type { Log } from '../central-sync/journal/log.ts'
import { People } from '../central-sync/journal/people.ts'
import { sharedFollowers, sharedMigrations } from '../central-sync/journal/projections/shared.ts'
import { openSecretStore, type SecretStore } from '../central-sync/journal/secret-store.ts'
import { refuseIncompleteFolder } from '../central-sync/journal/whole-folder.ts'
import type { SiteId } from '../central-sync/protocol/identifier.ts'
import type { Clock } from '../central-sync/protocol/time.ts'
import { CardDirectory } from './attendance/card-directory.ts'
import { bookingFollower } from './booking/booking-follower.ts'
import { bookingMigrations } from './booking/booking-tables.ts'
import { waitingFollower } from './booking/waiting-follower.ts'
import { waitingMigrations } from './booking/waiting-tables.ts'
import { kioskRoomFollower, kioskRoomMigrations } from './channels/kiosk-rooms.ts'
import { childcareFollower } from './childcare/childcare-follower.ts'
import { childcareMigrations } from './childcare/childcare-migrations.ts'
import { applianceMigrations } from './migrations.ts'
import { AssignmentBook } from './work/assignment-book.ts'
import { statementFollower, statementMigrations } from './work/statement-tables.ts'
import { Directory } from './worker/directory.ts'
import { Greetings } from './worker/greetings.ts'

export interface OpenedCentre extends AsyncDisposable {
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly site: SiteId
  readonly directory: Directory
  readonly greetings: Greetings
  readonly cards: CardDirectory
  readonly assignments: AssignmentBook
  /** After a rebuild, or when keys arrived: what is in memory is read again. */
  reload(): Promise<void>
}

/** `dir` is the centre's own folder: `journal.db`, `secrets.db`, `identity/head.json`. */
export async function openCentre(dir: string, clock: Clock, log: Log): Promise<OpenedCentre> {
  await refuseIncompleteFolder(dir)
  const secrets = await openSecretStore({ file: join(dir, 'secrets.db'), clock, log })
  try {
    await secrets.cardKeys.ensure(0)
    const journal = await openJournal({
      database: { kind: 'sqlite', file: join(dir, 'journal.db') },
      role: 'centre',
      clock,
      secrets,
      migrations: [
        ...sharedMigrations,
        ...applianceMigrations,
        ...statementMigrations,
        ...bookingMigrations,
        ...waitingMigrations,
        ...childcareMigrations,
        ...kioskRoomMigrations,
      ],
      followers: [
        ...sharedFollowers,
        bookingFollower,
        waitingFollower,
        childcareFollower,
        kioskRoomFollower,
        statementFollower,
      ],
      projectReceived: 'inline',
      headFile: join(dir, 'identity', 'head.json'),
      log,
    })
    return await follow(journal, secrets)
  } catch (error) {
    await secrets.close()
    throw error
  }
}

async function follow(journal: OpenedJournal, secrets: SecretStore): Promise<OpenedCentre> {
  const site = journal.head().site as SiteId
  const directory = new Directory(new People(journal.read, secrets.keys), journal.read, site)
  const greetings = new Greetings(directory)
  const cards = new CardDirectory(journal.read)
  const assignments = new AssignmentBook(journal.read)
  const stops = [await greetings.follow(journal), await cards.follow(journal), await assignments.follow(journal)]
  return {
    journal,
    secrets,
    site,
    directory,
    greetings,
    cards,
    assignments,
    reload: async () => {
      await Promise.all([greetings.load(), cards.load(), assignments.load()])
    },
    [Symbol.asyncDispose]: async () => {
      for (const stop of stops) stop()
      await journal.close()
      await secrets.close()
    },
  }
}
