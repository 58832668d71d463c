/** What sync promises, on whichever database the hub runs. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listCentres } from '../../../central-sync/hub/site/centre-list.ts'
import { People } from '../../../central-sync/journal/people.ts'
import { newEventId, type WorkerId } from '../../../central-sync/protocol/identifier.ts'
import { newIdentity } from '../../../central-sync/protocol/signing-key.ts'
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { TestCentre } from '../../support/hub-centre.ts'
import { Chain } from '../../support/hub-chain.ts'
import { HubFixture, syncAll } from '../../support/hub-fixture.ts'
import { problemOf } from '../../support/hub-wire.ts'

export const NOVEMBER_20: Instant = Date.parse('2026-11-20T00:00:00Z')
const nineOClock = NOVEMBER_20

async function codeOf(centre: TestCentre, body: Promise<Buffer>): Promise<string> {
  const reply = await centre.post(await body)
  return 'code' in reply ? reply.code : `ok ${reply.ack.seq}`
}

export function syncSuite(databaseUrl: () => Promise<string | undefined>): void {
  const start = async () => HubFixture.create(NOVEMBER_20, await databaseUrl())

  it('two centres sync both ways, and a worker of one can tap at the other', async () => {
    await using fixture = await start()
    const [shi, ito] = [await fixture.centre('SHI'), await fixture.centre('ITO')]
    const hana = await ito.register('W001', '中 はな', 'はな')
    const card = await ito.giveCard(hana)
    await syncAll(fixture, [shi, ito])
    expect(await shi.journal.read.one('SELECT code, sheet FROM worker WHERE worker = ?', [hana])).toEqual({
      code: 'W001',
      sheet: null,
    })
    expect(await shi.journal.read.one('SELECT worker FROM card WHERE card = ?', [card])).toEqual({ worker: hana })

    const tap = await shi.tap(hana, nineOClock, 'in')
    await shi.tap(hana, nineOClock + HOUR_MS, 'out')
    await syncAll(fixture, [shi, ito])
    expect(await ito.journal.read.one('SELECT site FROM tap WHERE id = ?', [tap])).toEqual({ site: shi.site })
    expect(
      await ito.journal.read.one("SELECT seconds FROM session WHERE worker = ? AND status = 'payable'", [hana]),
    ).toEqual({ seconds: 3_600 })
    expect(await fixture.hub.journal.read.one('SELECT seconds FROM session WHERE worker = ?', [hana])).toEqual({
      seconds: 3_600,
    })
  })

  it('a centre learns the short name of somebody who came to it, and nobody else’s', async () => {
    await using fixture = await start()
    const [shi, ito, nak] = [await fixture.centre('SHI'), await fixture.centre('ITO'), await fixture.centre('NAK')]
    const hana = await ito.register('W001', '中 はな', 'はな')
    const rin = await ito.register('W002', '北 りん', 'りん')
    const own = await shi.register('W001', '南 そら', 'そら')
    await syncAll(fixture, [shi, ito, nak])
    await shi.tap(hana, nineOClock, 'in')
    await syncAll(fixture, [shi, ito, nak])
    const greet = (centre: TestCentre, worker: WorkerId) =>
      new People(centre.journal.read, centre.secrets.unsealer).get(worker)
    expect(await greet(shi, hana)).toMatchObject({ callName: 'はな', name: '' })
    expect(await greet(shi, rin)).toMatchObject({ callName: '', name: '', code: 'W002' })
    expect(await greet(nak, hana)).toMatchObject({ callName: '', name: '', code: 'W001' })

    // Region isolation, by the keys themselves: only what was introduced left the region.
    const subjects = (centre: TestCentre) =>
      new Set(
        centre.secrets.keys
          .after(0, 1_000)
          .map(({ subject }) => subject)
          .filter((id) => id.startsWith('w_')),
      )
    expect(subjects(shi)).toEqual(new Set([own, hana]))
    expect(subjects(nak)).toEqual(new Set())
    expect(subjects(ito)).toEqual(new Set([hana, rin]))
    const people = new People(fixture.hub.journal.read, fixture.hub.secrets.unsealer)
    expect((await people.list()).map(({ name }) => name).sort()).toEqual(['中 はな', '北 りん', '南 そら'].sort())
  })

  it('a centre cannot bring a key for a worker of another centre', async () => {
    await using fixture = await start()
    const [shi, ito] = [await fixture.centre('SHI'), await fixture.centre('ITO')]
    const hana = await ito.register('W001', '中 はな')
    await syncAll(fixture, [shi, ito])
    const known = fixture.hub.secrets.keys.ofSubject(hana).map(({ id }) => id)
    await shi.secrets.dataKeys([hana])
    await shi.pushKeys()
    expect(fixture.hub.secrets.keys.ofSubject(hana).map(({ id }) => id)).toEqual(known)
  })

  it('sending again changes nothing and is answered the same', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    for (let index = 0; index < 30; index++) await shi.tap(undefined, nineOClock + index * MINUTE_MS, 'in')
    const first = await shi.push(7)
    expect(first).toMatchObject({ ack: { seq: shi.journal.head().seq } })
    const entries = () => fixture.hub.journal.read.one('SELECT count(*) AS n, max(pos) AS top FROM entry')
    const before = await entries()
    for (const [from, limit] of [
      [1, 1_000],
      [5, 3],
      [20, 1_000],
      [shi.journal.head().seq + 1, 1],
    ] as const) {
      expect(await codeOf(shi, shi.uploadBody(from, limit))).toBe(`ok ${shi.journal.head().seq}`)
    }
    expect(await entries()).toEqual(before)
  })

  it('a centre that was off for days drains, in order, in one go of bounded batches', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const port = await fixture.stop()
    for (let day = 0; day < 5; day++) {
      fixture.clock.turn(DAY_MS)
      await shi.writeAll(
        Array.from({ length: 700 }, (_, index) => shi.tapDraft(undefined, fixture.clock.now() + index * 1_000, 'in')),
      )
    }
    await fixture.start(port)
    expect(await shi.push()).toMatchObject({ ack: { seq: shi.journal.head().seq } })
    await fixture.hub.caughtUp()
    expect(await fixture.hub.journal.read.one('SELECT count(*) AS n FROM tap')).toEqual({ n: 3_500 })
    const [status] = await listCentres(fixture.hub.journal.read, fixture.clock.now())
    expect(status).toMatchObject({
      code: 'SHI',
      head: shi.journal.head().seq,
      unread: 0,
      silent: false,
      error: undefined,
    })
  })

  it('every refusal is named and says what the hub has', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    for (let index = 0; index < 5; index++) await shi.tap(undefined, nineOClock + index * MINUTE_MS, 'in')
    const reply = await shi.push()
    if ('code' in reply) throw new Error(reply.code)
    const have = reply.ack
    await shi.tap(undefined, nineOClock + HOUR_MS, 'in')
    await shi.tap(undefined, nineOClock + 2 * HOUR_MS, 'in')
    const next = have.seq + 1

    expect(await shi.post(await shi.uploadBody(next + 1))).toEqual({ code: 'GAP', have })
    expect(await shi.post(await shi.uploadBody(next, 1, { sig: 'AAAA' }))).toEqual({ code: 'SIG', have })
    expect(await shi.post(await shi.uploadBody(next, 1, { p: 2 as 1 }))).toEqual({ code: 'PROTO', have })
    expect(await shi.post(Buffer.concat([await shi.uploadBody(next), Buffer.alloc(5_000_000)]))).toEqual({
      code: 'SIZE',
      have,
    })
    expect(await shi.post(Buffer.from('not a batch'))).toEqual({ code: 'malformed', have })
    const stranger = new Chain({ site: shi.site, inc: 'other', identity: shi.secrets.identity })
    stranger.append({ id: newEventId(NOVEMBER_20), t: 'a.b', v: 1, at: NOVEMBER_20, by: 'system', d: {} })
    expect(await shi.post(stranger.upload(1, 1, shi.instance))).toEqual({ code: 'INC', have })
    const status = async () => (await listCentres(fixture.hub.journal.read, fixture.clock.now()))[0]
    expect(await status()).toMatchObject({ error: { code: 'INC' } })

    expect(await shi.push()).toMatchObject({ ack: { seq: next + 1 } })
    expect((await status())?.error).toBeUndefined()
  })

  it('a rewritten tail is a fork, whether it is shorter, as long or longer', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    for (let index = 0; index < 6; index++) await shi.tap(undefined, nineOClock + index * MINUTE_MS, 'in')
    const reply = await shi.push()
    if ('code' in reply) throw new Error(reply.code)
    for (const length of [reply.ack.seq - 1, reply.ack.seq, reply.ack.seq + 2]) {
      const forged = new Chain({ site: shi.site, inc: reply.ack.inc, identity: shi.secrets.identity })
      const stored = await shi.journal.lines({ site: shi.site, inc: reply.ack.inc }, 1, reply.ack.seq - 3, 1_000_000)
      for (const { line } of stored) forged.append(JSON.parse(line.toString('utf8')))
      while (forged.head < length) {
        forged.append({ id: newEventId(NOVEMBER_20), t: 'a.b', v: 1, at: NOVEMBER_20, by: 'system', d: {} })
      }
      expect(await shi.post(forged.upload(1, length, shi.instance))).toMatchObject({ code: 'FORK', have: reply.ack })
    }
  })

  it('a stranger, a wrong key, an old clock and a replay stay outside', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const body = await shi.uploadBody(1)
    const path = `/sync/v1/up/${shi.site}`
    const code = async (more: Parameters<TestCentre['request']>[3]) =>
      problemOf(await shi.request('POST', path, body, more)).code
    expect(await code({ keyId: 's_00000000000000000009' })).toBe('UNKNOWN_DEVICE')
    expect(await code({ identity: newIdentity() })).toBe('SIG')
    expect(await code({ created: NOVEMBER_20 - HOUR_MS })).toBe('CLOCK')
    expect((await shi.request('POST', path, body, { nonce: 'once' })).status).toBe(200)
    expect(await code({ nonce: 'once' })).toBe('REPLAY')
    const ito = await fixture.centre('ITO')
    const foreign = await ito.request('POST', path, await ito.uploadBody(1))
    expect(problemOf(foreign).code).toBe('SIG')
    expect(problemOf(await ito.request('GET', `/sync/v1/down/${shi.site}`)).code).toBe('SIG')
    expect(problemOf(await ito.request('GET', `/sync/v1/keys/${shi.site}`)).code).toBe('SIG')
  })

  it('a restored centre opens a new incarnation where it left the chain; nothing acknowledged is lost', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const backup = await mkdtemp(join(tmpdir(), 'kado-backup-'))
    try {
      for (let index = 0; index < 3; index++) await shi.tap(undefined, nineOClock + index * MINUTE_MS, 'in')
      await shi.push()
      await shi.close()
      await shi.copyTo(backup)
      await shi.reopen()
      await shi.tap(undefined, nineOClock + HOUR_MS, 'in')
      const last = await shi.push()
      if ('code' in last) throw new Error(last.code)
      const old = last.ack
      await shi.journal.markHead()
      await shi.close()

      // The database comes back from the backup; the head marker beside it does not.
      for (const file of ['journal.db', 'journal.db-wal', 'journal.db-shm'])
        await rm(join(shi.folder, file), { force: true })
      await cp(join(backup, 'journal.db'), join(shi.folder, 'journal.db'))
      await shi.reopen()
      expect(shi.journal.opened).toBe('rewound')
      await shi.tap(undefined, nineOClock + 2 * HOUR_MS, 'in')
      expect(await shi.push()).toMatchObject({ ack: { seq: shi.journal.head().seq, inc: shi.journal.head().inc } })
      const streams = await fixture.hub.journal.receive.heads()
      const mine = streams.filter(({ genesis }) => genesis.site === shi.site)
      expect(mine.map(({ seq, sealedAt }) => [seq, sealedAt !== undefined])).toEqual([
        [old.seq, true],
        [shi.journal.head().seq, false],
      ])
      expect(await fixture.hub.journal.verify()).toMatchObject({ ok: true })

      // A machine that still runs the old image is known and refused.
      const image = new Chain({ site: shi.site, inc: old.inc, identity: shi.secrets.identity })
      expect(await shi.post(image.upload(1, 0, shi.instance))).toMatchObject({ code: 'INC' })
    } finally {
      await rm(backup, { recursive: true, force: true })
    }
  })

  it('a restored centre whose marker came back too is stopped as a fork', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const backup = await mkdtemp(join(tmpdir(), 'kado-backup-'))
    try {
      await shi.tap(undefined, nineOClock, 'in')
      await shi.push()
      await shi.close()
      await shi.copyTo(backup)
      await shi.reopen()
      await shi.tap(undefined, nineOClock + HOUR_MS, 'in')
      await shi.push()
      await shi.close()
      await rm(shi.folder, { recursive: true })
      await cp(backup, shi.folder, { recursive: true })
      await shi.reopen()
      await shi.tap(undefined, nineOClock + 2 * HOUR_MS, 'in')
      expect(await shi.push()).toMatchObject({ code: 'FORK' })
    } finally {
      await rm(backup, { recursive: true, force: true })
    }
  })

  it('a restart goes on at once; an older process that speaks again is a clone', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    await shi.push()
    const first = shi.instance
    shi.instance = 'restarted'
    expect(await codeOf(shi, shi.uploadBody(1))).toMatch(/^ok/)
    shi.instance = first
    expect(await codeOf(shi, shi.uploadBody(1))).toBe('CLONE')
    const [status] = await listCentres(fixture.hub.journal.read, fixture.clock.now())
    expect(status?.error?.code).toBe('CLONE')
    shi.instance = 'restarted'
    expect(await codeOf(shi, shi.uploadBody(1))).toMatch(/^ok/)
  })

  it('entries of a type from the future are kept and put aside, and block nothing', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    await shi.push()
    const { inc } = shi.journal.head()
    const chain = new Chain({ site: shi.site, inc, identity: shi.secrets.identity })
    for (const { line } of await shi.journal.lines({ site: shi.site, inc }, 1, 1_000, 1_000_000)) {
      chain.append(JSON.parse(line.toString('utf8')))
    }
    const known = chain.head
    const entry = (t: string, v: number, d: Record<string, unknown>) => ({
      ...{ id: newEventId(NOVEMBER_20), t, v, at: NOVEMBER_20, by: 'system', d },
    })
    chain.append(entry('future.thing', 1, { anything: 1 }))
    chain.append(entry('worker.registered', 9, { worker: 'later' }))
    chain.append(entry('worker.registered', 1, { worker: 'malformed' }))
    chain.append({ ...entry('attendance.watermark', 1, { site: shi.site, day: '2026-11-19', devices: {} }) })
    const types = { 'worker.registered': 9, 'future.thing': 1, 'tap.recorded': 1 }
    const reply = await shi.post(chain.upload(known + 1, chain.head, shi.instance, { types }))
    expect(reply).toMatchObject({ ack: { seq: chain.head } })
    await fixture.hub.caughtUp()
    const { read } = fixture.hub.journal
    expect(await read.one('SELECT day FROM centre_day WHERE site = ?', [shi.site])).toEqual({ day: '2026-11-19' })
    const [status] = await listCentres(read, fixture.clock.now())
    expect(status).toMatchObject({ typesAhead: ['future.thing', 'worker.registered'], unread: 0 })
    expect(status?.quarantined).toBeGreaterThanOrEqual(2)
  })

  it('a centre that stands on another down stream is told where to begin again', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const types = await shi.pull()
    expect(types).toContain('site.admitted')
    const path = `/sync/v1/down/${shi.site}`
    const ask = async (query: string) => {
      const answer = await shi.request('GET', `${path}?${query}`)
      return answer.status === 200 ? 'ok' : problemOf(answer)
    }
    expect(await ask('after=1&hash=AAAA&hubInc=x')).toMatchObject({ code: 'RESTART', have: { seq: 0 } })
    expect(await ask('after=999&hash=AAAA&hubInc=x')).toMatchObject({ code: 'RESTART', have: { seq: types.length } })
    const first = await shi.request('GET', `${path}?limit=1`)
    const header = JSON.parse(first.body.toString('utf8').split('\n')[0] ?? '')
    expect(await ask(`after=1&hash=${header.head}&hubInc=${header.hubInc}`)).toBe('ok')
    expect(await ask(`after=1&hash=${header.head}&hubInc=older`)).toMatchObject({ code: 'RESTART', have: { seq: 1 } })
  })

  it('a hub that was put back chains its down streams anew, with the same lines', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const types = await shi.pull()
    const port = await fixture.stop()
    await rm(join(fixture.folder, 'identity', 'head.json'))
    await fixture.start(port)
    expect(fixture.hub.journal.opened).toBe('restored')
    await expect(shi.pull()).rejects.toThrow('RESTART')
    const { inc } = fixture.hub.journal.head()
    const { body } = await shi.request('GET', `/sync/v1/down/${shi.site}`)
    const [header, ...lines] = body.toString('utf8').trimEnd().split('\n')
    expect(JSON.parse(header ?? '')).toMatchObject({ hubInc: inc, first: 1 })
    expect(lines.slice(0, types.length).map((line) => JSON.parse(line).t)).toEqual(types)
    expect(await fixture.hub.journal.verify()).toMatchObject({ ok: true })
  })

  it('an enrolment code works once, and a centre code belongs to one centre', async () => {
    await using fixture = await start()
    const shi = await fixture.centre('SHI')
    const { code } = await fixture.hub.newCentreCode('again')
    await shi.joinHub(fixture.url, code)
    await expect(shi.joinHub(fixture.url, code)).rejects.toThrow('code_unknown')
    const twin = await fixture.hub.newCentreCode('twin')
    const other = await TestCentre.create(fixture.clock, 'SHI')
    await using _gone = other
    await expect(other.joinHub(fixture.url, twin.code)).rejects.toThrow('centre_code_taken')
    const late = await fixture.hub.newCentreCode('late')
    fixture.clock.turn(3 * HOUR_MS)
    await expect(shi.joinHub(fixture.url, late.code)).rejects.toThrow('code_unknown')
  })
}
