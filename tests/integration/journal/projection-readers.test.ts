/** One story of a week, read back through every reader, on both engines. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenedJournal } from '../../../central-sync/journal/journal.ts'
import type { Draft } from '../../../central-sync/journal/port.ts'
import { approvable, approvals, goodApprovals } from '../../../central-sync/journal/projections/approval-read.ts'
import * as days from '../../../central-sync/journal/projections/attendance-read.ts'
import * as directory from '../../../central-sync/journal/projections/directory-read.ts'
import * as evidence from '../../../central-sync/journal/projections/evidence-read.ts'
import { sharedFollowers, sharedMigrations } from '../../../central-sync/journal/projections/shared.ts'
import * as work from '../../../central-sync/journal/projections/work-read.ts'
import * as attendance from '../../../central-sync/protocol/event/attendance.ts'
import type { EventDefinition } from '../../../central-sync/protocol/event/definition.ts'
import * as person from '../../../central-sync/protocol/event/person.ts'
import * as place from '../../../central-sync/protocol/event/place.ts'
import * as workEvents from '../../../central-sync/protocol/event/work.ts'
import type {
  AssignmentId,
  CardId,
  ClientId,
  OrderId,
  PackageId,
  RateId,
  WorkerId,
} from '../../../central-sync/protocol/identifier.ts'
import { addDays, type Clock, DAY_MS, HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { at, correctionId, DAY, deviceId, siteId, tapId, ulidOf } from '../../support/attendance-facts.ts'
import { freshJournal, type JournalFixture } from '../../support/journal-fixture.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'

const [SHIOJIRI, ITOIGAWA] = [siteId('a'), siteId('b')]
const [HANA, KEI] = ['w_0000000000000000000h', 'w_0000000000000000000k'] as WorkerId[] as [WorkerId, WorkerId]
const [MAPS, SCANS] = ['p_0000000000000000000m', 'p_0000000000000000000s'] as PackageId[] as [PackageId, PackageId]
const [HANA_MAPS, HANA_SCANS] = ['a_00000000000000000001', 'a_00000000000000000002'] as AssignmentId[] as [
  AssignmentId,
  AssignmentId,
]
const CARD = 'c_00000000000000000001' as CardId
const DIGEST = { k: 1, h: 'h'.repeat(43) }
const clock: Clock = { now: () => at('05:00') + 40 * DAY_MS, monotonicMs: () => 0 }
const NEXT = addDays(DAY, 1)

const draft = <D, P>(event: EventDefinition<D, P>, more: Omit<Draft<D, P>, 'event' | 'by'>): Draft =>
  ({ event: { ...event, author: 'either' }, by: 'x', ...more }) as unknown as Draft

let seq = 0
function tap(
  worker: WorkerId | undefined,
  claim: 'in' | 'out',
  time: number,
  known: 'known' | 'unknown_card' | 'revoked_card' = 'known',
): Draft {
  seq += 1
  const id = tapId(1, seq)
  return draft(attendance.tapRecorded, {
    id,
    data: {
      id,
      digests: [DIGEST],
      ...(worker === undefined ? {} : { worker }),
      identified: 'card',
      place: '塩尻',
      wall: time,
      mono: 1.5,
      offset: 0,
      offsetAge: 0,
      clock: 'synced',
      claim,
      claimBy: 'auto',
      online: true,
      rosterStale: false,
      site: SHIOJIRI,
      device: deviceId(1),
      time,
      known,
    },
  })
}

function registered(worker: WorkerId, code: string, home: typeof SHIOJIRI): Draft {
  const personal = { name: '山田 花子', kana: 'やまだ はなこ', callName: '', language: 'ja' as const }
  return draft(person.workerRegistered, { subject: worker, data: { worker, code, home }, personal })
}

async function write(journal: OpenedJournal, drafts: readonly Draft[]): Promise<void> {
  await journal.write('story', async (tx) => {
    tx.append(drafts)
  })
}

async function tellStory(journal: OpenedJournal): Promise<void> {
  seq = 0
  await write(journal, [
    draft(place.centreNamed, { data: { site: SHIOJIRI, code: 'SHI', name: '塩尻' } }),
    draft(place.siteAdmitted, { data: { site: ITOIGAWA, code: 'ITO', name: '糸魚川', publicKey: 'p', boxKey: 'b' } }),
    registered(HANA, 'W001', SHIOJIRI),
    registered(KEI, 'W001', ITOIGAWA),
    draft(person.cardEnrolled, { data: { card: CARD, worker: HANA, digests: [DIGEST], tail: '9ABC' } }),
    draft(place.deviceEnrolled, {
      data: { device: deviceId(1), kind: 'kiosk', label: '入口', place: '塩尻', publicKey: 'p', boxKey: 'b' },
    }),
    draft(workEvents.clientRegistered, { data: { client: 'k_00000000000000000001' as ClientId, name: '塩尻市' } }),
    draft(workEvents.orderReceived, {
      data: { order: 'o_00000000000000000001' as OrderId, client: 'k_00000000000000000001' as ClientId, title: '地図' },
    }),
    ...[MAPS, SCANS].map((one) =>
      draft(workEvents.packageMade, {
        data: {
          package: one,
          order: 'o_00000000000000000001' as OrderId,
          title: one,
          kind: '入力',
          confidential: false,
        },
      }),
    ),
    draft(workEvents.rateSet, {
      data: { rate: 'r_00000000000000000001' as RateId, package: MAPS, milliYenPerHour: 950_000, from: DAY },
    }),
    draft(workEvents.assignmentMade, { data: { assignment: HANA_MAPS, package: MAPS, worker: HANA, from: DAY } }),
    draft(workEvents.assignmentMade, { data: { assignment: HANA_SCANS, package: SCANS, worker: HANA, from: DAY } }),
  ])
  await write(journal, [tap(HANA, 'in', at('09:00')), tap(undefined, 'in', at('09:05'), 'unknown_card')])
  await write(journal, [tap(HANA, 'out', at('12:00')), tap(KEI, 'in', at('10:00')), tap(HANA, 'in', at('13:00'))])
  await write(journal, [tap(KEI, 'in', at('24:00') + 10 * HOUR_MS), tap(HANA, 'in', at('12:10'), 'revoked_card')])
}

const OPEN = { clock, site: SHIOJIRI, migrations: sharedMigrations, followers: sharedFollowers }

describe('readers of the projections', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  const engines: readonly [string, () => Promise<JournalFixture>][] = [
    ['SQLite', () => freshJournal(OPEN)],
    [
      'PostgreSQL',
      async () => freshJournal({ ...OPEN, database: { kind: 'postgres', url: await server.newDatabase() } }),
    ],
  ]

  for (const [engine, open] of engines) {
    it(`tell who is who on ${engine}`, async () => {
      await using fixture = await open()
      const rows = fixture.journal.read
      await tellStory(fixture.journal)
      expect(await directory.ownCentre(rows)).toEqual({ site: SHIOJIRI, code: 'SHI', name: '塩尻', own: true })
      expect((await directory.workerByCode(rows, 'w001', SHIOJIRI))?.worker).toBe(HANA)
      expect((await directory.workerByCode(rows, 'ITO-W001', SHIOJIRI))?.worker).toBe(KEI)
      expect(await directory.workerByCode(rows, 'W001')).toBeUndefined()
      const kei = (await directory.workersById(rows, [KEI])).get(KEI)
      expect(kei && [directory.codeAt(kei, SHIOJIRI), directory.codeAt(kei, ITOIGAWA)]).toEqual(['ITO-W001', 'W001'])
      expect(await directory.workerByDigest(rows, [{ k: 2, h: 'n'.repeat(43) }, DIGEST])).toMatchObject({
        worker: HANA,
        revoked: false,
      })
      await write(fixture.journal, [draft(person.cardRevoked, { data: { card: CARD, reason: 'lost' } })])
      expect(await directory.workerByDigest(rows, [DIGEST])).toMatchObject({ worker: HANA, revoked: true })
      const again = 'c_00000000000000000002' as CardId
      await write(fixture.journal, [
        draft(person.cardEnrolled, { data: { card: again, worker: KEI, digests: [DIGEST], tail: '9ABC' } }),
      ])
      expect(await directory.workerByDigest(rows, [DIGEST])).toMatchObject({ worker: KEI, revoked: false })
      expect((await directory.cardsOf(rows, HANA)).map(({ reason }) => reason)).toEqual(['lost'])
      expect((await directory.devices(rows, SHIOJIRI)).map(({ label }) => label)).toEqual(['入口'])
    })

    it(`tell the days and who is inside on ${engine}`, async () => {
      await using fixture = await open()
      const rows = fixture.journal.read
      await tellStory(fixture.journal)
      const noon = at('14:00')
      const sessions = await days.sessionsBetween(rows, DAY, NEXT, noon)
      expect(sessions.map(({ worker, status, seconds, open: inside }) => [worker, status, seconds, inside])).toEqual([
        [HANA, 'payable', 3 * 3600, false],
        [KEI, 'pending', 0, true],
        [HANA, 'pending', 0, true],
        [KEI, 'pending', 0, true],
      ])
      expect(await days.sessionsBetween(rows, DAY, DAY, noon, HANA)).toHaveLength(2)
      expect((await days.presentNow(rows, SHIOJIRI, noon)).map(({ worker }) => worker)).toEqual([KEI, HANA])
      expect(await days.presentNow(rows, ITOIGAWA, noon)).toEqual([])
      for (const [site, at] of [SHIOJIRI, ITOIGAWA].flatMap((one) =>
        [noon, noon + 24 * HOUR_MS].map((now) => [one, now] as const),
      ))
        expect(await days.countPresent(rows, site, at)).toBe((await days.presentNow(rows, site, at)).length)
      expect(await days.pendingSessions(rows, noon)).toEqual([])
      const morning = at('29:00')
      expect((await days.pendingSessions(rows, morning)).map(({ flags }) => flags)).toEqual([
        ['missing_out'],
        ['missing_out'],
      ])
      expect(await days.presentNow(rows, undefined, morning)).toMatchObject([{ worker: KEI }])
      expect(await days.weekOf(rows, HANA, noon)).toMatchObject({ seconds: 3 * 3600, pending: 0 })
      expect(await days.weekOf(rows, HANA, morning)).toMatchObject({ seconds: 3 * 3600, pending: 1 })
      expect((await days.lastClaims(rows, DAY)).get(HANA)).toEqual({ claim: 'in', time: at('13:00'), place: '塩尻' })
      const question = (await days.forgottenOuts(rows, [HANA, KEI], at('38:00'))).get(HANA)
      const fold = await evidence.foldOf(rows, HANA, DAY)
      expect(question).toMatchObject({ day: DAY, start: at('13:00'), base: fold.version, suggestion: at('18:00') })
      expect(await days.totalsOf(rows, HANA, DAY)).toMatchObject({ version: fold.version, payableSeconds: 3 * 3600 })
    })

    it(`tell every tap and what became of it on ${engine}`, async () => {
      await using fixture = await open()
      const rows = fixture.journal.read
      await tellStory(fixture.journal)
      const taps = await evidence.tapsOfDay(rows, HANA, DAY)
      expect(taps.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['in', 'out', 'revoked_card', 'in'])
      expect(taps[0]).toMatchObject({
        id: tapId(1, 1),
        seq: 1,
        online: true,
        chosen: false,
        late: false,
        place: '塩尻',
      })
      expect((await evidence.tapsOfUnknownCards(rows, DAY, 9)).map(({ reason }) => reason)).toEqual(['unknown_card'])
      expect(await evidence.tapsOfRevokedCards(rows, DAY, 9)).toHaveLength(1)
      expect((await evidence.tapsOfDevice(rows, deviceId(1), 2)).map(({ seq: one }) => one)).toEqual([7, 6])
      expect((await evidence.tapsById(rows, [tapId(1, 3)])).get(tapId(1, 3))?.session).toBe(tapId(1, 1))
      const unknown = tapId(1, 2)
      await write(fixture.journal, [
        draft(attendance.tapAttributed, { data: { target: unknown, worker: KEI, card: CARD } }),
      ])
      const [first, second] = await days.sessionsBetween(rows, DAY, DAY, at('14:00'), KEI)
      expect([first?.flags, second?.open]).toEqual([['missing_out', 'card_attached_later'], true])
      expect(await evidence.tapsOfUnknownCards(rows, DAY, 9)).toEqual([])
      await write(fixture.journal, [
        draft(attendance.tapRedirected, { id: tapId(1, 90), data: { target: unknown, claim: 'out' } }),
        draft(attendance.tapVoided, { id: tapId(1, 91), data: { target: tapId(1, 4) } }),
      ])
      expect((await evidence.countedTaps(rows, KEI, DAY)).map(({ claim }) => claim)).toEqual(['out'])
      expect(await fixture.journal.rebuild()).toMatchObject({ equal: true })
    })

    it(`tell corrections, what the time was for, and what was approved on ${engine}`, async () => {
      await using fixture = await open()
      const { journal } = fixture
      const rows = journal.read
      await tellStory(journal)
      const fold = await evidence.foldOf(rows, HANA, DAY)
      const correction = correctionId(1)
      const granted = [{ start: at('13:00'), end: at('17:00'), place: '塩尻' }]
      const base = { correction, worker: HANA, day: DAY, taps: [tapId(1, 5)] }
      await write(journal, [
        draft(attendance.correctionRequested, {
          subject: HANA,
          data: { ...base, base: fold.version, wanted: granted, reason: 'forgot_out' },
          personal: { note: '' },
        }),
      ])
      expect(await evidence.openCorrections(rows)).toMatchObject([{ correction, state: 'requested', wanted: granted }])
      await write(journal, [
        draft(attendance.correctionDecided, {
          id: ulidOf(7),
          subject: HANA,
          data: { ...base, outcome: 'approved', granted },
          personal: { note: '' },
        }),
        draft(workEvents.workChosen, { data: { worker: HANA, tap: tapId(1, 5), assignment: HANA_SCANS } }),
      ])
      expect(await evidence.openCorrections(rows)).toEqual([])
      expect(await evidence.correctionById(rows, correction)).toMatchObject({ state: 'approved', granted })
      const now = at('38:00')
      const waiting = await approvable(rows, DAY, DAY, now)
      expect(waiting.map(({ session, assigned }) => [session.seconds, assigned?.assignment])).toEqual([
        [3 * 3600, undefined],
        [4 * 3600, HANA_SCANS],
      ])
      await write(journal, [
        draft(workEvents.workChosen, { data: { worker: HANA, tap: tapId(1, 1), assignment: HANA_MAPS } }),
      ])
      const [session] = await days.sessionsBetween(rows, DAY, DAY, now, HANA)
      if (session?.startedAt === undefined || session.endedAt === undefined) throw new Error('a closed session')
      expect((await work.assignSessions(rows, [session])).get(work.sessionKey(session))?.why).toBe('chosen')
      expect((await work.defaultAssignments(rows, [HANA], DAY, now)).get(HANA)?.assignment).toBe(HANA_SCANS)
      const edges = { startedAt: session.startedAt, endedAt: session.endedAt, seconds: session.seconds }
      const approved = { worker: HANA, day: DAY, session: session.key, ...edges, assignment: HANA_MAPS, package: MAPS }
      await write(journal, [draft(workEvents.workApproved, { id: ulidOf(20), data: approved })])
      await write(journal, [draft(workEvents.workApproved, { id: ulidOf(21), data: approved })])
      expect((await approvals(rows, DAY, DAY)).map(({ id, state }) => [id, state])).toEqual([
        [ulidOf(20), 'withdrawn'],
        [ulidOf(21), 'good'],
      ])
      expect(await goodApprovals(rows, DAY, DAY)).toMatchObject([
        { place: '塩尻', sources: [tapId(1, 1), tapId(1, 3)] },
      ])
      expect(await approvable(rows, DAY, DAY, now)).toHaveLength(1)
      await write(journal, [tap(HANA, 'out', at('11:00'))])
      expect((await approvals(rows, DAY, DAY, HANA)).map(({ state }) => state)).toEqual(['withdrawn', 'stale'])
      expect((await work.rates(rows))[0]?.milliYenPerHour).toBe(950_000)
      expect(await work.rates(rows, 1)).toEqual([])
      expect((await work.packages(rows)).map(({ clientName, orderTitle }) => [clientName, orderTitle])[0]).toEqual([
        '塩尻市',
        '地図',
      ])
    })

    it(`hold back evidence that comes after its month was closed, on ${engine}`, async () => {
      await using fixture = await open()
      const { journal } = fixture
      await tellStory(journal)
      const closed = { month: '2026-10' as never, statements: 0, yen: 0, inputs: 'x' }
      await write(journal, [draft(workEvents.payrollClosed, { data: closed })])
      await write(journal, [tap(HANA, 'out', at('17:00'))])
      const [, afternoon] = await days.sessionsBetween(journal.read, DAY, DAY, at('38:00'), HANA)
      expect([afternoon?.status, afternoon?.flags]).toEqual(['pending', ['late_evidence']])
      expect((await evidence.foldOf(journal.read, HANA, DAY)).version).toBe(
        (await days.totalsOf(journal.read, HANA, DAY))?.version,
      )
      expect(await journal.rebuild()).toMatchObject({ equal: true })
    })
  }
})
