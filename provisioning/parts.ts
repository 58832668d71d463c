/** The opened parts of a data folder, as operations see them: in a server, or opened for one operation. */
import type { Appliance } from '../appliance/appliance.ts'
import type { Hub } from '../central-sync/hub/hub.ts'
import type { RebuildReport } from '../central-sync/journal/rebuild.ts'
import type { VerifyReport } from '../central-sync/journal/verify.ts'
import { Refused, refuse } from '../central-sync/protocol/refusal.ts'

/** What the command line does with the journal of a part. */
export interface PartJournal {
  verify(): Promise<VerifyReport>
  rebuild(): Promise<RebuildReport>
  exportLines(): AsyncIterable<Buffer>
}

/** What an operation works on, in a server or for itself. */
export interface OpenParts {
  /** Throws `Refused('no_centre')`. */
  theCentre(): Appliance
  /** Throws `Refused('no_hub')`. */
  theHub(): Hub
  journalOf(part: 'centre' | 'hub'): PartJournal
  /** Resolves when centre and hub of this house know the same; at once when they are not in one house. */
  settle(): Promise<void>
}

export function partsOf(
  centre: Appliance | undefined,
  hub: Hub | undefined,
  settle: () => Promise<void> = () => Promise.resolve(),
): OpenParts {
  const theCentre = () => {
    if (centre === undefined) throw new Refused(refuse('no_centre'))
    return centre
  }
  const theHub = () => {
    if (hub === undefined) throw new Refused(refuse('no_hub'))
    return hub
  }
  const journalOf = (part: 'centre' | 'hub'): PartJournal => {
    if (part === 'hub') return theHub().journal
    const appliance = theCentre()
    return {
      verify: () => appliance.journalVerify(),
      rebuild: () => appliance.journalRebuild(),
      exportLines: () => appliance.journalExport(),
    }
  }
  return { theCentre, theHub, journalOf, settle }
}
