/** Transcripts of readers: lines `> hex` and `< hex`, `#` for words, `(00*N)` for N zero bytes. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TranscriptLine {
  readonly from: 'host' | 'device'
  readonly bytes: Buffer
}

export function readTranscript(name: string): readonly TranscriptLine[] {
  const text = readFileSync(new URL(`../fixtures/reader/${name}.hex`, import.meta.url), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ from: line.startsWith('>') ? 'host' : 'device', bytes: fromHex(line.slice(2)) }))
}

function fromHex(text: string): Buffer {
  const hex = text.replaceAll(/\(00\*(\d+)\)/g, (_all, count) => '00'.repeat(Number(count)))
  if (!/^(?:[0-9a-f]{2})*$/.test(hex)) throw new Error(`not hex: ${text.slice(0, 40)}`)
  return Buffer.from(hex, 'hex')
}

export interface ReplayedService {
  readonly socketPath: string
  /** What clients sent that the transcripts do not expect. */
  readonly unexpected: readonly string[]
  close(): Promise<void>
}

/** Plays recorded services on a local socket: the n-th connection follows the n-th transcript. */
export async function replayService(...names: readonly string[]): Promise<ReplayedService> {
  const folder = await mkdtemp(join(tmpdir(), 'kado-replay-'))
  const socketPath = join(folder, 'service.sock')
  const unexpected: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    const name = names[connections]
    connections += 1
    sockets.add(socket)
    if (name === undefined) socket.destroy()
    else replay(socket, readTranscript(name), unexpected)
  })
  await new Promise<void>((listening) => server.listen(socketPath, listening))
  return {
    socketPath,
    unexpected,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function replay(socket: Socket, lines: readonly TranscriptLine[], unexpected: string[]): void {
  let at = 0
  let heard: Buffer = Buffer.alloc(0)
  const sayAll = () => {
    for (let line = lines[at]; line?.from === 'device'; line = lines[at]) {
      socket.write(line.bytes)
      at += 1
    }
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    for (let line = lines[at]; line !== undefined && heard.length >= line.bytes.length; line = lines[at]) {
      const said = heard.subarray(0, line.bytes.length)
      heard = heard.subarray(line.bytes.length)
      if (!said.equals(line.bytes)) unexpected.push(said.toString('hex'))
      at += 1
      sayAll()
    }
  })
}
