/** A staff card under a new card key of the network: said to staff, mended by one more touch, and never given to two. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { findCareTasks } from '../../../appliance/childcare/care-tasks.ts'
import { type CardHex, cardDigest } from '../../../central-sync/protocol/card.ts'
import { cardKeyAnnounced } from '../../../central-sync/protocol/event/place.ts'
import type { Refused } from '../../../central-sync/protocol/refusal.ts'
import { type LateHouse, lateHouse } from '../../support/late-house.ts'
import { until } from '../../support/until.ts'

const PIN = '739154'
const newCard = () => randomBytes(8).toString('hex').toUpperCase()
const CARD = '0123456789ABCDEF' as CardHex

async function newKey({ centre }: LateHouse, keyVersion: number): Promise<void> {
  await centre.secrets.cardKeys.add(keyVersion, randomBytes(32))
  await centre.journal.write('announce', async (tx) => {
    tx.append({ event: cardKeyAnnounced, data: { keyVersion, from: tx.now }, by: 'system' })
  })
}

async function waiting({ centre, clock }: LateHouse): Promise<number> {
  const tasks = await findCareTasks(centre.journal.read, clock.now())
  return tasks.find(({ kind }) => kind === 'care_cards')?.count ?? 0
}

const shown = ({ centre }: LateHouse) => centre.secrets.cardKeys.inUse().map((key) => cardDigest(CARD, key))

test('a staff card that the newest key does not know is a task, until it was shown with its PIN', async () => {
  await using house = await lateHouse()
  const { cards } = house.room
  await cards.enrolNumber(house.carer, CARD, house.carer)
  expect(await waiting(house)).toBe(0)
  await newKey(house, 1)
  expect(await waiting(house)).toBe(1)
  expect((await cards.behind()).size).toBe(1)
  await cards.renew(shown(house))
  expect(await waiting(house)).toBe(0)
  // The key before is gone from the readers: the card still is hers.
  await newKey(house, 2)
  expect(await cards.holder(shown(house))).toBe(house.carer)
  expect(await cards.all()).toHaveLength(1)
})

/** A carer with a card of the key before and a PIN. */
async function carerWithCard(house: LateHouse): Promise<void> {
  const { room, centre, carer } = house
  await room.cards.enrolNumber(carer, CARD, carer)
  await centre.secrets.verifiers.set(carer, 'password', 'correct horse battery', false)
  expect(await room.proof.setPin(carer, 'correct horse battery', PIN, 'here')).toBeUndefined()
  await newKey(house, 1)
}

test('a right card and PIN are answered while the journal is at work, and what the card learnt is written after it', async () => {
  await using house = await lateHouse()
  await carerWithCard(house)
  const { journal } = house.centre
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const long = journal.write('long', () => released)
  expect(await house.room.proof.checkCard(shown(house), PIN, 'kiosk')).toBe(house.carer)
  release()
  await long
  await until('the card is known under the new key', async () => (await waiting(house)) === 0)
  // Nothing is left to be learnt, so nothing is written.
  const before = journal.head().seq
  expect(await house.room.proof.checkCard(shown(house), PIN, 'kiosk')).toBe(house.carer)
  await journal.write('after', async () => undefined)
  expect(journal.head().seq).toBe(before)
})

test('a right card and PIN are answered on a full disk, and the card learns when it is shown again', async () => {
  await using house = await lateHouse()
  await carerWithCard(house)
  const { journal } = house.centre
  const page = await journal.read.one<{ page_count: number }>('PRAGMA page_count')
  await journal.write('limit', (tx) => tx.run(`PRAGMA max_page_count = ${page?.page_count ?? 0}`))
  await until('the disk is full', () =>
    house.room.cards.enrolNumber(house.witness, newCard(), house.witness).then(
      () => false,
      (error: Refused) => error.refusal.refused === 'disk_full',
    ),
  )
  expect(await house.room.proof.checkCard(shown(house), PIN, 'kiosk')).toBe(house.carer)
  await journal.write('room', (tx) => tx.run('PRAGMA max_page_count = 1073741823'))
  expect(await house.room.proof.checkCard(shown(house), PIN, 'kiosk')).toBe(house.carer)
  await until('the card is known under the new key', async () => (await waiting(house)) === 0)
})

test('registering the same card once more mends it too, and gives it to nobody else', async () => {
  await using house = await lateHouse()
  const { cards } = house.room
  const first = await cards.enrolNumber(house.carer, CARD, house.carer)
  await newKey(house, 1)
  expect(await cards.enrolNumber(house.witness, CARD, house.carer)).toMatchObject({ refused: 'card_taken' })
  expect(await waiting(house)).toBe(1)
  expect(await cards.enrolNumber(house.carer, CARD, house.carer)).toEqual(first)
  expect(await waiting(house)).toBe(0)
  expect((await cards.digestsInUse()).get(house.carer)?.map(({ k }) => k)).toEqual([0, 1])
})

test('a card that was stopped is no task, and showing it does not bring it back', async () => {
  await using house = await lateHouse()
  const { cards } = house.room
  const made = await cards.enrolNumber(house.carer, CARD, house.carer)
  await cards.revoke((made as { card: never }).card, house.carer)
  await newKey(house, 1)
  expect(await waiting(house)).toBe(0)
  await cards.renew(shown(house))
  expect(await cards.holder(shown(house))).toBeUndefined()
  expect(await house.centre.journal.rebuild()).toMatchObject({ equal: true, quarantined: 0 })
})
