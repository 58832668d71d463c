/**
 * The last word about places in the childcare room, whoever asks and by whichever way: `rules/care-need.ts` once more, in
 * SQL, over quarters of an hour, under the policy row in force on that day. Guards refuse only what takes more than
 * before. A carer who falls ill, a child who is inside already and a departure are facts: they are never refused.
 */

const OCCUPYING = "('held', 'confirmed', 'in')"

/**
 * Who takes a place when. A stay counts until its child has left; while it is open, until the end of its booking, or to
 * the end of the day when nobody said for how long.
 */
const OCCUPANCY = `CREATE VIEW care_occupancy AS
  SELECT room, day, child, band, units, start_min, end_min, care AS source FROM care_booking
   WHERE state IN ${OCCUPYING}
  UNION ALL
  SELECT s.room, s.day, s.child, s.band, s.units, s.arrived_min,
         coalesce(s.departed_min, (SELECT max(b.end_min, s.arrived_min + 1) FROM care_booking b WHERE b.care = s.care), 1440),
         s.stay
    FROM care_stay s WHERE s.twin = 0`

/** Children of each slot of a day, one row per child: at the heaviest it is known with. */
const childrenBySlot = (room: string, day: string, from: string, to: string) => `
  SELECT q.slot, o.child, max(o.band) AS band, max(o.units) AS units
    FROM care_quarter q
    JOIN care_occupancy o ON o.room = ${room} AND o.day = ${day}
     AND o.start_min < q.slot * 15 + 15 AND q.slot * 15 < o.end_min
   WHERE q.slot * 15 < ${to} AND ${from} < q.slot * 15 + 15
   GROUP BY q.slot, o.child`

const weight = (band: string) =>
  `CASE ${band} WHEN 'a0' THEN p.u0 WHEN 'a12' THEN p.u12 WHEN 'a3' THEN p.u3 ELSE p.u4 END`

/** Carers there for the whole slot; the same one twice counts once, one without a name for herself, one who left never. */
const dutyBySlot = (room: string, day: string) => `
  SELECT q.slot, count(DISTINCT coalesce(s.staff, s.shift)) AS staff,
         count(DISTINCT CASE WHEN s.qualified = 1 THEN coalesce(s.staff, s.shift) END) AS qualified
    FROM care_quarter q
    JOIN shift s ON s.room = ${room} AND s.day = ${day} AND s.removed = 0 AND s.attendance <> 'absent'
     AND s.start_min <= q.slot * 15 AND q.slot * 15 + 15 <= s.end_min
     AND NOT EXISTS (SELECT 1 FROM staff f WHERE f.staff = s.staff AND f.active = 0)
   GROUP BY q.slot`

/** Heads and units of each slot beside what there is. */
const loads = (room: string, day: string, from: string, to: string) => `
  SELECT c.slot, count(*) AS n,
         sum(c.band = 'a0') AS n0, sum(c.band = 'a12') AS n12, sum(c.band = 'a3') AS n3, sum(c.band = 'a4') AS n4,
         sum(max(0, c.units - (${weight('c.band')}))) AS extra,
         p.*, coalesce(d.staff, 0) AS staff, coalesce(d.qualified, 0) AS qualified,
         coalesce((SELECT area_dm2 FROM care_room WHERE room = ${room}), 0) AS room_dm2,
         (SELECT count(DISTINCT o.child) FROM care_occupancy o WHERE o.room = ${room} AND o.day = ${day}) AS children
    FROM (SELECT * FROM care_policy WHERE from_day <= ${day} AND (to_day IS NULL OR ${day} <= to_day)
           ORDER BY from_day DESC, pos DESC LIMIT 1) p
    JOIN (${childrenBySlot(room, day, from, to)}) c
    LEFT JOIN (${dutyBySlot(room, day)}) d ON d.slot = c.slot
   GROUP BY c.slot`

const SMALL = 'l.small = 1 AND l.children <= 5'
const LEAST = `CASE WHEN ${SMALL} THEN max(1, l.min_staff, (l.n + 2) / 3) ELSE max(2, l.min_staff) END`
const MINIMUM = `CASE WHEN ${SMALL} THEN max(1, l.min_staff) ELSE max(2, l.min_staff) END`
const CARERS = `CASE l.rounding
    WHEN 'ceil_sum' THEN (l.n0 * l.u0 + l.n12 * l.u12 + l.n3 * l.u3 + l.n4 * l.u4 + l.extra + 299) / 300
    ELSE (l.n0 * l.u0 / 30 + l.n12 * l.u12 / 30 + l.n3 * l.u3 / 30 + l.n4 * l.u4 / 30 + l.extra / 30 + 5) / 10 END`
const QUALIFIED = 'CASE l.qual_num WHEN 0 THEN 0 ELSE max(1, (l.staff * l.qual_num + l.qual_den - 1) / l.qual_den) END'

/** First thing that is short in a slot, as a refusal code; NULL when nothing is. */
const SHORT = `CASE
    WHEN l.staff < max(${LEAST}, ${CARERS}) THEN CASE WHEN l.staff < ${MINIMUM} THEN 'staff_minimum' ELSE 'ratio_exceeded' END
    WHEN l.qualified < ${QUALIFIED} THEN 'qualified_missing'
    WHEN l.room_dm2 < l.n * l.area_dm2 THEN 'area_exceeded' END`

/** A slot in which the child is counted already, at least as heavy, takes nothing more. */
const NEW_IN_SLOT = `NOT EXISTS (SELECT 1 FROM care_stay s WHERE s.child = NEW.child AND s.room = NEW.room
     AND s.day = NEW.day AND s.departed_at IS NULL AND s.units >= NEW.units AND s.arrived_min < l.slot * 15 + 15
     AND (s.care IS NULL OR l.slot * 15 < (SELECT b.end_min FROM care_booking b WHERE b.care = s.care)))`

const raise = (code: string) => `WHEN '${code}' THEN RAISE(ABORT, 'GUARD ${code}')`

const REFUSALS = `
  SELECT RAISE(ABORT, 'GUARD child_overlap') WHERE EXISTS (
    SELECT 1 FROM care_booking b WHERE b.child = NEW.child AND b.day = NEW.day AND b.care <> NEW.care
       AND b.state IN ${OCCUPYING} AND b.start_min < NEW.end_min AND NEW.start_min < b.end_min);
  SELECT RAISE(ABORT, 'GUARD policy_missing') WHERE NOT EXISTS (
    SELECT 1 FROM care_policy WHERE from_day <= NEW.day AND (to_day IS NULL OR NEW.day <= to_day));
  SELECT CASE short.code ${['staff_minimum', 'ratio_exceeded', 'qualified_missing', 'area_exceeded'].map(raise).join(' ')} END
    FROM (SELECT l.slot, ${SHORT} AS code FROM (${loads('NEW.room', 'NEW.day', 'NEW.start_min', 'NEW.end_min')}) l
           WHERE ${NEW_IN_SLOT}) short
   WHERE short.code IS NOT NULL ORDER BY short.slot LIMIT 1;`

const ARMED = '(SELECT armed FROM guard_switch) = 1'

/** AFTER, so that a row that is replaced counts as a change, not as a new one. */
export const careGuards: readonly string[] = [
  'CREATE TABLE care_quarter (slot INTEGER NOT NULL PRIMARY KEY CHECK (slot BETWEEN 0 AND 95)) STRICT',
  `INSERT INTO care_quarter (slot)
     WITH RECURSIVE q(slot) AS (VALUES (0) UNION ALL SELECT slot + 1 FROM q WHERE slot < 95) SELECT slot FROM q`,
  OCCUPANCY,
  `CREATE TRIGGER care_guard_booked AFTER INSERT ON care_booking
   WHEN NEW.state IN ${OCCUPYING} AND ${ARMED}
   BEGIN${REFUSALS}
   END`,
  `CREATE TRIGGER care_guard_changed AFTER UPDATE OF child, room, day, start_min, end_min, band, units, state ON care_booking
   WHEN NEW.state IN ${OCCUPYING} AND ${ARMED}
     AND NOT (OLD.state IN ${OCCUPYING} AND NEW.child = OLD.child AND NEW.room = OLD.room AND NEW.day = OLD.day
       AND NEW.band = OLD.band AND NEW.units <= OLD.units
       AND NEW.start_min >= OLD.start_min AND NEW.end_min <= OLD.end_min)
   BEGIN${REFUSALS}
   END`,
]
