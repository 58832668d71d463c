/**
 * The last word about shifts: a carer has one at a time in the whole centre, whoever enters it and with whatever key. Only
 * what takes more than before is looked at: a shift that ends earlier, is removed or missed is always recorded.
 */

const OVERLAP = `SELECT RAISE(ABORT, 'GUARD shift_overlap') WHERE EXISTS (
    SELECT 1 FROM shift s WHERE s.staff = NEW.staff AND s.day = NEW.day AND s.shift <> NEW.shift
       AND s.removed = 0 AND s.attendance <> 'absent' AND s.start_min < NEW.end_min AND NEW.start_min < s.end_min);`

const COUNTS = `NEW.staff IS NOT NULL AND NEW.removed = 0 AND NEW.attendance <> 'absent'
     AND (SELECT armed FROM guard_switch) = 1`

/** AFTER, so that a row that is replaced counts as a change, not as a new one. Who was absent and comes is let in. */
export const shiftGuards: readonly string[] = [
  'CREATE INDEX shift_staff ON shift (staff, day) WHERE staff IS NOT NULL AND removed = 0',
  `CREATE TRIGGER shift_guard_set AFTER INSERT ON shift WHEN ${COUNTS}
   BEGIN
  ${OVERLAP}
   END`,
  `CREATE TRIGGER shift_guard_changed AFTER UPDATE OF staff, day, start_min, end_min, removed ON shift WHEN ${COUNTS}
     AND NOT (OLD.removed = 0 AND NEW.staff IS OLD.staff AND NEW.day = OLD.day
       AND NEW.start_min >= OLD.start_min AND NEW.end_min <= OLD.end_min)
   BEGIN
  ${OVERLAP}
   END`,
]
