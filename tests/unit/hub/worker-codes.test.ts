import { describe, expect, it } from 'vitest'
import { type CodedWorker, findWorker } from '../../../central-sync/hub/site/worker-codes.ts'
import type { SiteId, WorkerId } from '../../../central-sync/protocol/identifier.ts'

const worker = (id: string, centre: string, code: string): CodedWorker => ({
  ...{ worker: id as WorkerId, centre, code, site: `s_${centre}` as SiteId },
})
const workers = [worker('a', 'ITO', 'W001'), worker('b', 'SHI', 'W001'), worker('c', 'SHI', 'W002')]
const find = (text: string) => findWorker(workers, text)

describe('a worker code at the hub', () => {
  it('is found with its centre', () => expect(find('ITO-W001')).toMatchObject({ worker: 'a' }))
  it('is found alone while only one centre uses it', () => expect(find('W002')).toMatchObject({ worker: 'c' }))
  it('is found in any case and width', () => expect(find(' ｓｈｉ-ｗ００２ ')).toMatchObject({ worker: 'c' }))
  it('is asked back when two centres use it', () => {
    expect(find('W001')).toMatchObject({ refused: 'worker_unknown', detail: 'W001: ITO-W001 / SHI-W001 ?' })
  })
  it('is refused when nobody has it', () => expect(find('X9')).toMatchObject({ refused: 'worker_unknown' }))
})
