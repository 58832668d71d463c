/** Every event type of the house, by name. A type is added here or it does not exist. */
import * as attendance from './attendance.ts'
import * as booking from './booking.ts'
import * as carer from './carer.ts'
import * as childcare from './childcare.ts'
import type { EventDefinition } from './definition.ts'
import * as person from './person.ts'
import * as place from './place.ts'
import * as work from './work.ts'

const DEFINITIONS = [
  place.incarnationOpened,
  place.centreNamed,
  place.siteAdmitted,
  place.deviceEnrolled,
  place.deviceRetired,
  place.deviceStationed,
  place.staffAdded,
  place.staffChanged,
  place.cardKeyAnnounced,
  person.workerRegistered,
  person.workerChanged,
  person.workerIntroduced,
  person.introductionLapsed,
  person.cardEnrolled,
  person.cardDigestAdded,
  person.cardRevoked,
  attendance.tapRecorded,
  attendance.tapRedirected,
  attendance.tapVoided,
  attendance.tapAttributed,
  attendance.correctionRequested,
  attendance.correctionDecided,
  attendance.sessionConfirmed,
  attendance.attendanceWatermark,
  work.clientRegistered,
  work.orderReceived,
  work.packageMade,
  work.rateSet,
  work.shareGranted,
  work.assignmentRequested,
  work.assignmentMade,
  work.assignmentEnded,
  work.workChosen,
  work.workApproved,
  work.workUnapproved,
  work.statementIssued,
  work.payrollClosed,
  booking.resourceDescribed,
  booking.hoursSet,
  booking.closureMade,
  booking.closureLifted,
  booking.bookingMade,
  booking.bookingMoved,
  booking.bookingSettled,
  booking.seriesMade,
  booking.waitingJoined,
  booking.waitingOffered,
  booking.waitingClosed,
  booking.demandDeclined,
  booking.calendarIssued,
  booking.bookingTermsSet,
  booking.waitsSet,
  childcare.childRegistered,
  childcare.childChanged,
  childcare.childStateSet,
  childcare.guardianSet,
  childcare.pickupGranted,
  childcare.pickupRevoked,
  childcare.pickupBlocked,
  childcare.pickupUnblocked,
  childcare.carePolicySet,
  childcare.careRoomSet,
  childcare.shiftSet,
  childcare.shiftRemoved,
  childcare.careBooked,
  childcare.careMoved,
  childcare.careSettled,
  childcare.careArrived,
  childcare.careTurnedAway,
  childcare.careHandedOver,
  childcare.carePickupRefused,
  childcare.careAlarm,
  childcare.childNotesRead,
  carer.shiftAttended,
  carer.staffCardEnrolled,
  carer.staffCardRevoked,
  carer.careDoubted,
  carer.careDoubtSeen,
] satisfies readonly EventDefinition[]

export const catalogue: ReadonlyMap<string, EventDefinition> = new Map(
  DEFINITIONS.map((definition) => [definition.type, definition]),
)

/** The `types` map of an upload: type → version this program writes. */
export const typeVersions: Readonly<Record<string, number>> = Object.fromEntries(
  DEFINITIONS.map(({ type, version }) => [type, version]),
)
