/**
 * The other process of `sync.up`: a centre that enrols at the hub and sends its whole journal, batch after batch, one in
 * flight. Reads one JSON order from its command line and prints one JSON answer.
 */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { z } from 'zod'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { signRequest } from '../../central-sync/protocol/wire/signed-request.ts'
import { BATCH_RECORDS_MAX } from '../../central-sync/protocol/wire/sync.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import { Chain } from '../support/hub-chain.ts'
import { inventStream } from './centre-stream.ts'

const order = z.object({ url: z.url(), code: z.string(), records: z.number().int(), workers: z.number().int() })
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

async function main(): Promise<void> {
  const { url, code, records, workers } = order.parse(JSON.parse(process.argv[2] ?? ''))
  const chain = new Chain({ site: newIdentifier('site'), inc: toBase64Url(randomBytes(16)) })
  inventStream(chain, workers, records, systemClock.now())
  const { site, inc, identity } = chain
  const enrolled = await enrol(url, code, 'centre', { site, code: 'BEN', name: 'ベンチ', inc }, identity)
  if (isRefusal(enrolled)) throw new Error(`enrolment was refused: ${enrolled.refused} ${enrolled.detail ?? ''}`)
  const batches: Buffer[] = []
  for (let first = 1; first <= chain.head; first += BATCH_RECORDS_MAX) {
    batches.push(chain.upload(first, Math.min(chain.head, first + BATCH_RECORDS_MAX - 1)))
  }
  const began = systemClock.now()
  for (const batch of batches) await upload(url, chain, batch)
  console.log(JSON.stringify({ records: chain.head, ms: systemClock.now() - began, began }))
  agent.destroy()
}

function upload(base: string, { site, identity }: Chain, body: Buffer): Promise<void> {
  const url = new URL(`${base}/sync/v1/up/${site}`)
  const signed = { method: 'POST', target: url.pathname, body }
  const nonce = toBase64Url(randomBytes(16))
  const signature = signRequest(signed, site, identity.signing, systemClock.now(), nonce)
  const headers = {
    'content-type': 'application/x-ndjson',
    'content-length': body.length,
    'kado-signature': signature,
  }
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers, agent }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`${response.statusCode}: ${Buffer.concat(parts)}`))
      })
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

void main()
