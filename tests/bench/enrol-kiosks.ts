/**
 * Enrols kiosks in a centre that is not running: `node enrol-kiosks.ts FOLDER COUNT` prints their keys as JSON. The door
 * for codes lets a few devices in per minute, as it should, and sixty-four are wanted.
 */
import { openCentre } from '../../appliance/open-centre.ts'
import type { Draft } from '../../central-sync/journal/port.ts'
import { deviceEnrolled } from '../../central-sync/protocol/event/place.ts'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { newIdentity } from '../../central-sync/protocol/signing-key.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { silentLog } from '../../central-sync/web/log.ts'
import type { BenchIdentity } from './bench-kiosk.ts'

async function main(): Promise<void> {
  const [folder = '', count = '0'] = process.argv.slice(2)
  await using centre = await openCentre(folder, systemClock, silentLog)
  const { journal, secrets } = centre
  const [cardKey] = secrets.cardKeys.inUse()
  if (cardKey === undefined) throw new Error('the centre has no card key')
  const kiosks = Array.from({ length: Number(count) }, () => ({ device: newIdentifier('device'), own: newIdentity() }))
  await journal.write('bench', async (tx) => {
    const drafts = kiosks.map(({ device, own }, index) => {
      const keys = { publicKey: own.signing.publicKey, boxKey: own.box.publicKey }
      const data = { device, kind: 'kiosk' as const, label: `kiosk ${index}`, place: '', ...keys }
      return { event: deviceEnrolled, data, by: 'system' } as Draft
    })
    tx.append(drafts)
  })
  const identities: BenchIdentity[] = kiosks.map(({ device, own }) => ({
    device,
    signing: { publicKey: own.signing.publicKey, secret: own.signing.secret },
    serverKey: secrets.identity.signing.publicKey,
    cardKey: { version: cardKey.version, key: toBase64Url(cardKey.key) },
  }))
  console.log(JSON.stringify(identities))
}

void main()
