import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { Refused, refuse } from '../../../central-sync/protocol/refusal.ts'
import { askServer, type ControlHandler, openControlSocket } from '../../../provisioning/control-socket.ts'
import { DONE, REFUSED } from '../../../provisioning/outcome.ts'
import type { Voice } from '../../../provisioning/voice.ts'

function listener(): Voice & { out: Buffer[]; notes: string[] } {
  const out: Buffer[] = []
  const notes: string[] = []
  return {
    out,
    notes,
    write: async (data) => void out.push(Buffer.from(data)),
    note: (sentence) => void notes.push(sentence),
  }
}

const folder = () => mkdtempSync(join(tmpdir(), 'kado-socket-'))
const request = (operation: string, body = Buffer.alloc(0)) => ({ operation, input: { month: '2026-10' }, body })

describe('the control socket', () => {
  test('carries a request with its file to the server, and the answer back byte for byte', async () => {
    const place = folder()
    const file = Buffer.from('あいう\r\n\0ÿ'.repeat(50_000))
    const handle: ControlHandler = async ({ operation, input, body }, voice) => {
      await voice.write(body)
      voice.note(`${operation} ${input.month}`)
      return DONE
    }
    await using _server = await openControlSocket(place, handle)
    const voice = listener()
    expect(await askServer(place, request('echo', file), voice)).toBe(DONE)
    expect(Buffer.concat(voice.out).equals(file)).toBe(true)
    expect(voice.notes).toEqual(['echo 2026-10'])
  })

  test('only the owner may use it', async () => {
    const place = folder()
    await using _server = await openControlSocket(place, async () => DONE)
    expect(statSync(join(place, 'kado.sock')).mode & 0o777).toBe(0o600)
  })

  test('a refusal comes back as one sentence in two languages with its code', async () => {
    const place = folder()
    await using _server = await openControlSocket(place, async () => {
      throw new Refused(refuse('month_closed', '2026-10'))
    })
    const voice = listener()
    expect(await askServer(place, request('payroll.close'), voice)).toBe(REFUSED)
    expect(voice.notes).toHaveLength(1)
    expect(voice.notes[0]).toMatch(/この月は締めてあります。.*This month is closed\..*\[month_closed\]$/)
  })

  test('a programmer’s error ends the command, not the server', async () => {
    const place = folder()
    let asked = 0
    await using _server = await openControlSocket(place, async () => {
      asked += 1
      if (asked === 1) throw new TypeError('a mistake of ours')
      return DONE
    })
    const voice = listener()
    expect(await askServer(place, request('x'), voice)).toBe(REFUSED)
    expect(voice.notes.join()).toContain('a mistake of ours')
    expect(await askServer(place, request('x'), listener())).toBe(DONE)
  })

  test('garbage is refused', async () => {
    const place = folder()
    await using _server = await openControlSocket(place, async () => DONE)
    const socket = connect(join(place, 'kado.sock'))
    socket.end('{"v":9}\nhello')
    const answer = (await buffer(socket)).toString('utf8')
    expect(answer).toContain('malformed')
    expect(answer.trimEnd().endsWith('{"exit":1}')).toBe(true)
  })

  test('says so when nobody serves the folder, also when a dead server left its socket file', async () => {
    const place = folder()
    expect(await askServer(place, request('x'), listener())).toBeUndefined()
    writeFileSync(join(place, 'kado.sock'), '')
    expect(await askServer(place, request('x'), listener())).toBeUndefined()
    await using _server = await openControlSocket(place, async () => DONE)
    expect(await askServer(place, request('x'), listener())).toBe(DONE)
  })

  test('works in a folder whose path is longer than a socket address', async () => {
    const place = join(folder(), 'とても長い名前のフォルダ'.repeat(4))
    mkdirSync(place)
    await using _server = await openControlSocket(place, async () => DONE)
    expect(await askServer(place, request('x'), listener())).toBe(DONE)
  })

  test('a server that dies in the middle is not mistaken for success', async () => {
    const place = folder()
    const dying = createServer((socket) => {
      socket.write('{"out":"aGFsZg=="}\n', () => socket.destroy())
    })
    await new Promise<void>((resolve) => dying.listen(join(place, 'kado.sock'), resolve))
    const voice = listener()
    expect(await askServer(place, request('x'), voice)).toBe(REFUSED)
    expect(voice.notes.join()).toContain('[commit_not_confirmed]')
    dying.close()
  })
})
