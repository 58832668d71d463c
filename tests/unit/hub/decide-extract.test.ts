import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideExtract,
  HUB_SITE,
  publicTypes,
  type Routable,
  type RoutingFacts,
  routedTypes,
} from '../../../central-sync/hub/directives/decide-extract.ts'
import { catalogue, typeVersions } from '../../../central-sync/protocol/event/catalogue.ts'

const [SHI, ITO, NAK] = ['s_shi', 's_ito', 's_nak']
const HANA = 'w_hana'

/** Hana lives in Itoigawa, came to Nakatsugawa before, and `p1` is shared with Itoigawa. */
const facts: RoutingFacts = {
  home: (worker) => (worker === HANA ? ITO : undefined),
  acquainted: (worker) => (worker === HANA ? [NAK] : []),
  concerned: (work) => (work === 'p1' ? [ITO] : []),
  workerOfTap: (tap) => (tap === 't1' ? HANA : undefined),
  workerOfAssignment: (assignment) => (assignment === 'a1' ? HANA : undefined),
}

const decide = (type: string, author: string, data: Routable['data']) => decideExtract({ type, author, data }, facts)
const audience = (type: string, author: string, data: Routable['data'] = {}) => decide(type, author, data).audience

describe('the nameless directory', () => {
  it('tells everyone about centres, workers and cards', () => {
    expect(audience('centre.named', ITO)).toBe('everyone')
    expect(audience('worker.registered', ITO, { worker: HANA, home: ITO })).toBe('everyone')
    expect(audience('card.enrolled', ITO)).toBe('everyone')
    expect(audience('card.digest-added', ITO)).toBe('everyone')
    expect(audience('card.revoked', SHI)).toBe('everyone')
  })
  it('leaves the sealed sheet out', () => {
    expect(decide('worker.registered', ITO, { worker: HANA, home: ITO }).sealed).toBe(false)
    expect(decide('worker.changed', ITO, { worker: HANA }).sealed).toBe(false)
  })
  it('takes workers from their own home only', () => {
    expect(decide('worker.registered', SHI, { worker: HANA, home: ITO })).toEqual({
      audience: [],
      sealed: false,
      consequences: [],
    })
  })
  it('gives a new centre its past', () => {
    expect(decide('site.admitted', HUB_SITE, { site: NAK }).consequences).toEqual([{ kind: 'admit', site: NAK }])
  })
  it('tells of the network’s card key, not of a centre’s own', () => {
    expect(audience('card-key.announced', HUB_SITE)).toBe('everyone')
    expect(audience('card-key.announced', ITO)).toEqual([])
  })
})

describe('what a worker does away from home', () => {
  it('goes to her home and makes her known where she was', () => {
    expect(decide('tap.recorded', SHI, { worker: HANA })).toEqual({
      audience: [ITO],
      sealed: false,
      consequences: [{ kind: 'acquaint', worker: HANA, site: SHI }],
    })
  })
  it('includes the redirect and the undo, which name only the tap', () => {
    expect(audience('tap.redirected', SHI, { target: 't1' })).toEqual([ITO])
    expect(audience('tap.voided', SHI, { target: 't1' })).toEqual([ITO])
    expect(audience('tap.voided', SHI, { target: 'unknown card' })).toEqual([])
  })
  it('stays where it is when she is at home', () => {
    expect(decide('tap.recorded', ITO, { worker: HANA })).toEqual({ audience: [], sealed: false, consequences: [] })
  })
  it('waits when nobody knows her yet', () => {
    expect(decide('tap.recorded', SHI, { worker: 'w_new' }).consequences).toEqual([{ kind: 'park', worker: 'w_new' }])
  })
  it('sends the tap of an unknown card before its attribution', () => {
    const decided = decide('tap.attributed', SHI, { target: 't9', worker: HANA })
    expect(decided.audience).toEqual([ITO])
    expect(decided.consequences[0]).toEqual({ kind: 'forward', id: 't9', site: ITO })
  })
})

describe('work and pay', () => {
  it('sends a package with everything about it to whoever gets a share', () => {
    expect(decide('share.granted', HUB_SITE, { package: 'p1', site: NAK })).toEqual({
      audience: [NAK],
      sealed: false,
      consequences: [{ kind: 'concern', work: 'p1', site: NAK }],
    })
  })
  it('sends rates to the centres concerned only', () => {
    expect(audience('rate.set', HUB_SITE, { package: 'p1' })).toEqual([ITO])
    expect(audience('rate.set', HUB_SITE, { package: 'p2' })).toEqual([])
  })
  it('tells the home centre of an assignment made elsewhere, and of its end', () => {
    const made = decide('assignment.made', SHI, { worker: HANA, package: 'p7' })
    expect(made.audience).toEqual([ITO])
    expect(made.consequences).toContainEqual({ kind: 'concern', work: 'p7', site: ITO })
    expect(audience('assignment.ended', SHI, { assignment: 'a1' })).toEqual([ITO])
  })
  it('sends a correction typed at the hub home, sealed', () => {
    expect(decide('correction.requested', HUB_SITE, { worker: HANA })).toMatchObject({ audience: [ITO], sealed: true })
  })
  it('sends a statement to its home centre and the close to everyone', () => {
    expect(audience('statement.issued', HUB_SITE, { site: ITO })).toEqual([ITO])
    expect(audience('payroll.closed', HUB_SITE)).toBe('everyone')
  })
})

describe('for every type of the catalogue', () => {
  const types = Object.keys(typeVersions)
  it('nothing is routed that does not exist', () => {
    expect([...routedTypes, ...publicTypes].filter((type) => !catalogue.has(type))).toEqual([])
  })
  it('staff, watermarks, approvals, orders and clients stay where they are', () => {
    for (const type of ['staff.added', 'attendance.watermark', 'work.approved', 'client.registered', 'package.made']) {
      expect(audience(type, HUB_SITE, { package: 'p1', worker: HANA })).toEqual([])
    }
  })
  it('no entry goes back to its author, and names travel only in introductions and requests', () => {
    const site = fc.constantFrom(SHI, ITO, NAK, HUB_SITE)
    const data = fc.record({
      worker: fc.constantFrom(HANA, 'w_x'),
      site,
      home: site,
      package: fc.constantFrom('p1', 'p2'),
    })
    fc.assert(
      fc.property(fc.constantFrom(...types), site, data, (type, author, body) => {
        const decided = decide(type, author, body)
        if (decided.audience !== 'everyone') expect(decided.audience).not.toContain(author)
        if (decided.sealed) expect(['worker.introduced', 'correction.requested']).toContain(type)
        if (decided.audience === 'everyone') expect(publicTypes).toContain(type)
      }),
    )
  })

  it('nothing about a child, its carers or its room leaves for another centre, whatever it names (P3 P20)', () => {
    const care = types.filter((type) => /^(?:care|child|guardian|pickup|shift|staff-card)[.-]/.test(type))
    expect(care.length).toBeGreaterThan(15)
    const site = fc.constantFrom(SHI, ITO, NAK)
    const data = fc.record({
      ...{
        child: fc.constant('i_1'),
        worker: fc.constantFrom(HANA, 'w_x'),
        site,
        home: site,
        room: fc.constant('e_1'),
      },
      ...{ target: fc.constantFrom('t1', 't2'), package: fc.constant('p1'), assignment: fc.constant('a1') },
    })
    fc.assert(
      fc.property(fc.constantFrom(...care), site, data, (type, author, body) => {
        expect(decide(type, author, body)).toEqual({ audience: [], sealed: false, consequences: [] })
      }),
    )
  })
})
